/** What a scan asks of the join: one image's findings, layers and status with their Dockerfile. */
import type { BaseIdentity } from '../types/base.ts';
import type { DockerfileJoin } from '../types/join.ts';
import type { Fact, Finding, HistoryStep, ImageConfig, LayerInfo, StatusEntry } from '../types.ts';
import { joinStatus, placeFindings, placeLayers, reportJoin } from './findings.ts';
import { type DockerfileToJoin, type Joined, joinImage, readDockerfile } from './join.ts';

export interface JoinInput {
  /** As the image has it: secrets in its history are not masked yet, or no step would be recognised. */
  config: ImageConfig;
  /** As reports may show it. */
  image: { layers: readonly LayerInfo[]; history: readonly HistoryStep[] };
  findings: readonly Finding[];
  /** Points that an image with these findings alone would have more. */
  gainOf(findings: readonly Finding[]): number;
}

export interface JoinResult {
  findings: Finding[];
  layers: LayerInfo[];
  report: DockerfileJoin;
  status: StatusEntry[];
}

export interface JoinImage {
  (input: JoinInput): JoinResult;
  /** The image that FROM names, where the image was built from the file and one is named. */
  base(config: ImageConfig): Fact<BaseIdentity> | undefined;
}

/** Checks the file once, before any image is read. @throws UsageError where it has no stage, or not the one asked for. */
export function joiner(dockerfile: DockerfileToJoin): JoinImage {
  const { model } = readDockerfile(dockerfile);
  const faults = faultsOf(dockerfile.file, model.errors);
  const known = new WeakMap<ImageConfig, Joined>();
  const join = (config: ImageConfig): Joined => {
    const joined = known.get(config) ?? joinImage(config, dockerfile);
    known.set(config, joined);
    return joined;
  };
  const base: JoinImage['base'] = (config) => {
    const { from, report } = join(config);
    if (!from || (report.match !== 'same' && report.match !== 'drifted')) return undefined;
    const { reference, place } = from;
    const value: BaseIdentity = { kind: 'image', reference, via: 'dockerfile', confidence: 'medium' };
    return {
      known: true,
      value: { ...value, ...(reference.digest && { digest: reference.digest }) },
      evidence: [place],
    };
  };
  const result = ({ config, image, findings, gainOf }: JoinInput): JoinResult => {
    const joined = join(config);
    const placed = placeFindings(findings, joined);
    const without = (goes: (finding: Finding) => boolean): { findings: number; gain: number } => {
      const rest = placed.filter((finding) => finding.origin !== 'base' || !goes(finding));
      const findings = placed.length - rest.length;
      return { findings, gain: findings === 0 ? 0 : Math.max(0, gainOf(rest)) };
    };
    const report = reportJoin(joined, image, {
      ...without(() => true),
      smaller: without((finding) => !isOfAge(finding)),
      newer: without(isOfAge),
    });
    return {
      findings: placed,
      layers: placeLayers(image.layers, joined),
      report,
      status: [...faults, ...joinStatus(report, config.history.length)],
    };
  };
  return Object.assign(result, { base });
}

/** What a newer base mends: support that ended, and whatever else is wrong with where it comes from. The rest is what it holds. */
function isOfAge({ category }: Finding): boolean {
  return category === 'trusted-source';
}

function faultsOf(file: string, errors: readonly { line: number; column: number; message: string }[]): StatusEntry[] {
  const [first] = errors;
  if (!first) return [];
  const more = errors.length - 1;
  const also = more > 0 ? ` (and ${more} more ${more === 1 ? 'fault' : 'faults'})` : '';
  return [
    { part: 'dockerfile', level: 'warning', message: `${file}:${first.line}:${first.column}: ${first.message}${also}` },
  ];
}
