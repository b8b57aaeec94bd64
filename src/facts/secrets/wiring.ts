/** How secrets join the other facts: the config is searched and masked first, the rest is collected from what is left. */
import type { AnalysedImage } from '../../image/model.ts';
import type { Facts } from '../../types/facts.ts';
import type { SecretAllow } from '../../types/secrets.ts';
import type { Fact, StatusEntry } from '../../types.ts';
import { type FactContext, lazy } from '../context.ts';
import { collectCriticalFiles } from './critical.ts';
import { redactedImage } from './redact.ts';
import { compileAllow } from './seal.ts';
import { collectSecrets, sealConfig } from './secrets.ts';
import { collectAccountPasswords, collectReadableSecrets } from './shadow.ts';

export type SecretFacts = Pick<Facts, 'secrets' | 'criticalFiles' | 'accountPasswords' | 'readableSecrets'>;

/** The image that everyone else may see, and the collection of what it held. */
export interface OpenedSecrets {
  image: AnalysedImage;
  collect(
    context: FactContext,
    ownerOf: (path: string) => string | undefined,
    attempt: <T>(part: string, make: () => Fact<T>) => Fact<T>,
  ): SecretFacts;
}

/** Searches the config. Where that fails the texts that could hold a secret are left out altogether. */
export function openSecrets(
  original: AnalysedImage,
  allow: readonly SecretAllow[],
  status: StatusEntry[],
  within = '',
): OpenedSecrets {
  const config = lazy(() => sealConfig(original, compileAllow(allow)));
  let image: AnalysedImage;
  try {
    const { maskings, cut } = config();
    image = redactedImage(cut ? withoutTexts(original) : original, maskings);
    if (cut) status.push({ part: 'secrets', level: 'warning', message: tooMany });
  } catch {
    image = withoutTexts(original);
    status.push({ part: 'secrets', level: 'error', message: unsearched });
  }
  return {
    image,
    collect: (context, ownerOf, attempt) => {
      const files = context.data['secret-files'];
      const keys = context.data['known-public-keys'];
      return {
        secrets: attempt('secrets', () => collectSecrets(context, config(), { files, keys, within }, ownerOf)),
        criticalFiles: attempt('critical-files', () => collectCriticalFiles(context, files, ownerOf)),
        accountPasswords: attempt('passwords', () => collectAccountPasswords(context)),
        readableSecrets: attempt('readable-secrets', () => collectReadableSecrets(context)),
      };
    },
  };
}

const tooMany =
  'the image config holds more of what looks like secrets than is kept, so its values and history are not shown';
const unsearched = 'the image config could not be searched for secrets, so its values and history are not shown';
const hidden = '****';

/** What cannot be told to hold no secret is not shown at all. */
function withoutTexts(image: AnalysedImage): AnalysedImage {
  const { container, history } = image.config;
  const values = (record: Record<string, string>): Record<string, string> => {
    const out: Record<string, string> = Object.create(null);
    for (const key of Object.keys(record)) out[key] = hidden;
    return out;
  };
  const words = ([first, ...rest]: string[]): string[] =>
    first === undefined ? [] : [first, ...rest.map(() => hidden)];
  return {
    ...image,
    annotations: values(image.annotations),
    layers: image.layers.map(({ createdBy: _, ...layer }) => layer),
    config: {
      ...image.config,
      container: {
        ...container,
        env: container.env.map((entry) => `${entry.slice(0, entry.indexOf('=') + 1)}${hidden}`),
        entrypoint: words(container.entrypoint),
        cmd: container.cmd.map(() => hidden),
        onBuild: container.onBuild.map(() => hidden),
        shell: words(container.shell),
        labels: values(container.labels),
        ...(container.healthcheck && { healthcheck: { test: words(container.healthcheck.test) } }),
      },
      history: history.map(({ emptyLayer, layer }) => ({ emptyLayer, ...(layer !== undefined && { layer }) })),
    },
  };
}
