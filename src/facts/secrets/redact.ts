/** Takes the values of secrets out of everything that the image config says, before anyone else reads it. */
import type { AnalysedImage } from '../../image/model.ts';

/** A value as it stands in the config, and what is shown in its place. */
export interface Masking {
  value: string;
  masked: string;
}

/** The image with every value masked wherever the config, the history or a layer's step shows it. The layers' bytes are not touched. */
export function redactedImage(image: AnalysedImage, maskings: readonly Masking[]): AnalysedImage {
  const mask = redactor(maskings);
  if (!mask) return image;
  const { container } = image.config;
  const all = (texts: readonly string[]): string[] => texts.map(mask);
  const values = (record: Record<string, string>): Record<string, string> => {
    const out: Record<string, string> = Object.create(null);
    for (const [key, value] of Object.entries(record)) out[mask(key)] = mask(value);
    return out;
  };
  return {
    ...image,
    annotations: values(image.annotations),
    layers: image.layers.map((layer) =>
      layer.createdBy === undefined ? layer : { ...layer, createdBy: mask(layer.createdBy) },
    ),
    config: {
      ...image.config,
      ...(image.config.author !== undefined && { author: mask(image.config.author) }),
      container: {
        ...container,
        env: all(container.env),
        entrypoint: all(container.entrypoint),
        cmd: all(container.cmd),
        onBuild: all(container.onBuild),
        shell: all(container.shell),
        labels: values(container.labels),
        ...(container.healthcheck && { healthcheck: { test: all(container.healthcheck.test) } }),
      },
      history: image.config.history.map((step) => ({
        ...step,
        ...(step.createdBy !== undefined && { createdBy: mask(step.createdBy) }),
        ...(step.comment !== undefined && { comment: mask(step.comment) }),
        ...(step.author !== undefined && { author: mask(step.author) }),
      })),
    },
  };
}

/** Replaces every value, the longest first; undefined where there is none. */
export function redactor(maskings: readonly Masking[]): ((text: string) => string) | undefined {
  const known = new Map<string, string>();
  for (const { value, masked } of maskings) if (value.length >= 3 && value !== masked) known.set(value, masked);
  if (known.size === 0) return undefined;
  const sorted = [...known].sort(([a], [b]) => b.length - a.length);
  return (text) => sorted.reduce((out, [value, masked]) => out.replaceAll(value, () => masked), text);
}
