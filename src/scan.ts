/** target → source → image → facts → rules → score → report: the whole of a scan, in this order and no other. */
import { isNamed } from './facts/base.ts';
import { buildFacts, type FactData } from './facts/facts.ts';
import { noting } from './image/image-notes.ts';
import type { AnalysedImage } from './image/model.ts';
import type { JoinImage } from './join/image.ts';
import type { DockerfileToJoin } from './join/join.ts';
import { buildReport } from './report/build.ts';
import { letBe } from './rules/let-be.ts';
import { judge } from './rules/run.ts';
import { whatIf } from './rules/what-if.ts';
import { gains } from './score/gains.ts';
import { type GateOptions, gate } from './score/gate.ts';
import { score } from './score/score.ts';
import { eachImage, type ReadOptions } from './session.ts';
import type { Reference } from './types/facts.ts';
import { isLocalKind, type PolicyFor } from './types/policy.ts';
import type { ImageReport } from './types/report.ts';
import type { StatusEntry } from './types.ts';

/** What a scan is asked to do. */
export interface ScanOptions extends ReadOptions {
  /** Patterns of registries, namespaces and repositories that the user trusts beside the ruleset's. */
  trusted: string[];
  gate: GateOptions;
  /** Name of a base family to estimate the image on. */
  whatIf?: string;
  /** What is in force for each image, in place of `gate`. */
  policy?: PolicyFor;
  /** The Dockerfile that the images were built from. */
  dockerfile?: DockerfileToJoin;
}

/** What became of one target. */
export interface ScanResult {
  reports: ImageReport[];
  /** What concerns the medium and none of its images. */
  status: StatusEntry[];
  /** Images of the medium that could not be graded while others could: the run is exit 2 in the end. */
  failures: Error[];
}

/** Grades every image that a target selects. @throws SourceError, UsageError. */
export async function scanTarget(target: string, options: ScanOptions): Promise<ScanResult> {
  const join = options.dockerfile && (await import('./join/image.ts')).joiner(options.dockerfile);
  const grade = (image: AnalysedImage, status: StatusEntry[]) => gradeImage(image, status, options, join);
  const folder = options.cache && 'dir' in options.cache ? options.cache.dir : undefined;
  const { made, ...rest } = await eachImage(target, options, noting(folder, grade));
  return { reports: made, ...rest };
}

/** Facts to report for one analysed image: no I/O from here on. */
export function gradeImage(
  image: AnalysedImage,
  sourceStatus: StatusEntry[],
  options: ScanOptions,
  join?: JoinImage,
): ImageReport {
  const { facts, status } = factsOf(image, options);
  // An image seldom says what its base was called; the file that it was built from does.
  if (!isNamed(facts.base)) facts.base = join?.base(image.config) ?? facts.base;
  const policy = options.policy?.(image.name, referencesOf(image), isLocalKind(image.kind));
  const judged = judge(facts, options.ruleset, { trusted: [...options.trusted, ...(policy?.trusted ?? [])] });
  const { findings: marked, status: letStatus } = policy
    ? letBe(judged.findings, policy, options.asOf)
    : { findings: judged.findings, status: [] };
  const graded = score(marked);
  const joined = join?.({
    config: image.config,
    image: facts.image,
    findings: marked,
    gainOf: (rest) => Math.round((score(rest).value - graded.value) * 10) / 10,
  });
  const findings = joined?.findings ?? marked;
  return buildReport({
    version: options.version,
    target: {
      name: image.name,
      kind: image.kind,
      ...(image.digest ? { digest: image.digest } : {}),
      platform: image.config.platform,
      // Steps of the history with their secrets masked.
      layers: joined?.layers ?? facts.image.layers,
    },
    ruleset: { name: options.ruleset.name, version: options.ruleset.version, asOf: options.asOf },
    distro: facts.distro,
    ...(joined && { dockerfile: joined.report }),
    ...{ packages: facts.packages, languagePackages: facts.languagePackages, container: facts, waste: facts.waste },
    whatIf: whatIf({ facts, findings, ruleset: options.ruleset, base: options.whatIf, scoreOf: score }),
    findings,
    score: graded,
    gains: gains(findings),
    gate: gate(findings, graded, policy ?? options.gate),
    status: [
      ...[...sourceStatus, ...image.status, ...status, ...judged.status],
      ...[...letStatus, ...(joined?.status ?? [])],
    ],
  });
}

function referencesOf({ origin }: AnalysedImage): Reference[] {
  return origin.pulledFrom ? [origin.pulledFrom, ...origin.references] : origin.references;
}

/** What collectors know of an image, with the lists of the ruleset. */
export function factsOf(image: AnalysedImage, options: Pick<ReadOptions, 'asOf' | 'ruleset'>) {
  const { data, allowedSecrets = [], files = false } = options.ruleset;
  const lists = data as unknown as FactData;
  return buildFacts(image, { asOf: options.asOf, data: lists, allowSecrets: allowedSecrets, files });
}
