/** Adds to findings, layers and status what the join tells. Fingerprints, severities and order stay as they are. */

import type { DockerfileJoin, Drift, LayerOrigin } from '../types/join.ts';
import type { Evidence, Finding, HistoryStep, LayerInfo, StatusEntry } from '../types.ts';
import type { InstructionPlace, Joined, Source } from './join.ts';

/** Evidence kept in one finding, as a rule's own. */
const evidenceKept = 1000;

/** The findings with their instructions and where they come from. */
export function placeFindings(findings: readonly Finding[], joined: Joined): Finding[] {
  return findings.map((finding) => {
    const places = new Map<number, InstructionPlace>();
    const origins = new Set<LayerOrigin>();
    for (const evidence of finding.evidence) {
      const source = sourceOf(evidence, joined);
      if (!source) continue;
      origins.add(source.origin);
      const { place } = source;
      if (place && !places.has(place.range.start.line)) places.set(place.range.start.line, place);
    }
    const origin: LayerOrigin | undefined = origins.has('own') ? 'own' : origins.has('base') ? 'base' : undefined;
    if (!origin) return finding;
    const [first, ...rest] = finding.evidence;
    const room = Math.max(0, evidenceKept - finding.evidence.length);
    const added = [...places.values()]
      .sort((a, b) => a.range.start.line - b.range.start.line)
      .slice(0, Math.max(1, room));
    return { ...finding, origin, evidence: [first, ...rest, ...added] };
  });
}

function sourceOf(evidence: Evidence, joined: Joined): Source | undefined {
  if (evidence.at === 'file') return joined.layer(evidence.layer);
  if (evidence.at === 'config' && (evidence.document ?? 'config') === 'config') return joined.setting(evidence.pointer);
  // The rule read the file itself.
  if (evidence.at === 'instruction') return { origin: 'own' };
  return undefined;
}

/** The layers with their origin and the line that made them. */
export function placeLayers(layers: readonly LayerInfo[], joined: Joined): LayerInfo[] {
  return layers.map((layer) => {
    const source = joined.layer(layer.index);
    if (!source) return layer;
    const line = source.place?.range.start.line;
    return { ...layer, origin: source.origin, ...(line !== undefined && { line }) };
  });
}

/** The join as the report holds it. `history` is the masked one; `brought` what the base brings, and what going would add. */
export function reportJoin(
  joined: Joined,
  image: { layers: readonly LayerInfo[]; history: readonly HistoryStep[] },
  brought: Pick<DockerfileJoin['base'], 'findings' | 'gain' | 'smaller' | 'newer'>,
): DockerfileJoin {
  const { report } = joined;
  const base = image.layers.filter((layer) => joined.layer(layer.index)?.origin === 'base');
  return {
    ...report,
    drift: report.drift.map((one) => withText(one, image.history)),
    base: {
      ...report.base,
      layers: base.length,
      size: base.reduce((sum, layer) => sum + layer.size, 0),
      ...brought,
    },
  };
}

function withText(drift: Drift, history: readonly HistoryStep[]): Drift {
  const text = drift.step === undefined ? undefined : history[drift.step]?.createdBy?.replace(/\s+/g, ' ').trim();
  if (!text) return drift;
  return { ...drift, createdBy: text.length > 200 ? `${text.slice(0, 199)}…` : text };
}

const namedInStatus = 3;

/** What a person should know of a join that is not whole. */
export function joinStatus(
  { file, stage, match, drift, instructions, matched }: DockerfileJoin,
  history: number,
): StatusEntry[] {
  const warn = (message: string): StatusEntry[] => [{ part: 'dockerfile', level: 'warning', message }];
  if (match === 'unknown') {
    const why = history === 0 ? 'the image has no history' : 'the history does not say what made its layers';
    return warn(`findings carry no line of ${file}: ${why}; build it with Docker, BuildKit, Buildah or kaniko.`);
  }
  if (match === 'other') {
    return warn(
      `the image was not built from ${file}, stage ${stage}: ${matched} of its ${instructions} instructions are in the history, so that findings carry no line; give the right file, --target or --build-arg.`,
    );
  }
  if (drift.length === 0) return [];
  const named = drift.slice(0, namedInStatus).map(nameOf);
  const more = drift.length - named.length;
  return warn(
    `the image was built from another state of ${file}: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}. Build it again.`,
  );
}

function nameOf({ kind, keyword, line, createdBy, step }: Drift): string {
  if (kind === 'instruction') return `line ${line} (${keyword}) has no step`;
  if (kind === 'changed') return `line ${line} (${keyword}) differs from its step`;
  const text = createdBy ?? keyword;
  return `step ${step} (${text.length > 80 ? `${text.slice(0, 79)}…` : text}) has no instruction`;
}
