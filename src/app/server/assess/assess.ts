/** Grades one image inside a scan process. */
import { sealConfig } from '../../../facts/secrets/secrets.ts';
import { defaultLimits } from '../../../image/limits.ts';
import type { AnalysedImage } from '../../../image/model.ts';
import { familiar, formatReference } from '../../../image/reference.ts';
import { decodeImage, encodeImage } from '../../../image/stored.ts';
import { gradeImage, type ScanOptions } from '../../../scan.ts';
import { eachImage, recordsVersion } from '../../../session.ts';
import type { Reference } from '../../../types/facts.ts';
import type { PolicyFor } from '../../../types/policy.ts';
import type { ImageReport } from '../../../types/report.ts';
import type { Ruleset } from '../../../types/rule.ts';
import { remoteStore, type Shelf } from './layer-store.ts';
import type { Assessed, AssessSettings, AssessTask, PullTask, RegradeTask } from './protocol.ts';

/** Rules and policy, loaded once for a process. */
export interface Judge {
  settings: AssessSettings;
  ruleset: Ruleset;
  policy?: PolicyFor;
}

/** What is stored of an image does not suffice: it must be pulled. */
export class MissingError extends Error {}

/** @throws RulesetError where rules or policy are none. */
export async function loadJudge(settings: AssessSettings): Promise<Judge> {
  const { loadRuleset } = await import('../../../rules/load.ts');
  const ruleset = await loadRuleset(settings.rulesets);
  if (!settings.policy) return { settings, ruleset };
  const [{ readOptions }, { policyFor }] = await Promise.all([
    import('../../cli/policy/read.ts'),
    import('../../cli/policy/resolve.ts'),
  ]);
  const file = readOptions(settings.policy.text, settings.policy.file);
  return {
    settings,
    ruleset,
    policy: policyFor({ gate: { rules: {}, categories: {} }, severity: {}, suppress: [] }, file, undefined),
  };
}

/** @throws SourceError, MissingError. */
export async function assess(judge: Judge, task: AssessTask, shelf: Shelf, signal: AbortSignal): Promise<Assessed> {
  const options = optionsFor(judge, task, shelf, signal);
  return task.kind === 'pull' ? pull(task, options) : regrade(task, options, shelf);
}

async function pull(task: PullTask, options: ScanOptions): Promise<Assessed> {
  const { registry, repository, tag, digest } = task;
  const reference = formatReference({ registry, repository, digest, ...(tag !== undefined && { tag }) });
  const images: (string | undefined)[] = [];
  const { made, failures } = await eachImage(`registry:${reference}`, options, (image, status) => {
    const report = gradeImage(image, status, options);
    images.push(mayBeStored(image) ? encodeImage(image) : undefined);
    return report;
  });
  // An index of which one image cannot be read is not graded: what cannot be seen may be the worst of it.
  if (failures[0]) throw failures[0];
  return { reports: made, images: images.every((image) => image !== undefined) ? (images as string[]) : [] };
}

async function regrade(task: RegradeTask, options: ScanOptions, shelf: Shelf): Promise<Assessed> {
  const store = remoteStore(shelf, recordsVersion(options));
  const reports: ImageReport[] = [];
  const { images, registry, repository, tag, digest } = task;
  const reference = { registry, repository, ...(tag !== undefined && { tag }), digest };
  for (const encoded of images) {
    const image: AnalysedImage | undefined = await decodeImage(encoded, (diffID) => store.get(diffID), options.limits);
    if (!image) throw new MissingError('a layer is no longer stored');
    reports.push(gradeImage(renamed(image, reference), [], options));
  }
  return { reports, images: [...images] };
}

/** The image as it would be called, had it been pulled by this reference. */
function renamed(image: AnalysedImage, reference: Reference): AnalysedImage {
  const before = image.origin.pulledFrom ? familiar(image.origin.pulledFrom) : image.name;
  const platform = image.name.startsWith(before) ? image.name.slice(before.length) : '';
  const origin = { ...image.origin, pulledFrom: reference, references: [reference] };
  return { ...image, name: `${familiar(reference)}${platform}`, origin };
}

/** The config is stored as it is; one with a credential in it is not, whatever the rules in force think of that. */
function mayBeStored(image: AnalysedImage): boolean {
  const { sealed, maskings, cut } = sealConfig(image, []);
  return sealed.length === 0 && maskings.length === 0 && !cut;
}

function optionsFor(judge: Judge, task: AssessTask, shelf: Shelf, signal: AbortSignal): ScanOptions {
  const { settings, ruleset, policy } = judge;
  const given = task.kind === 'pull' ? task : undefined;
  return {
    allPlatforms: true,
    verify: 'strict',
    asOf: task.asOf,
    ruleset,
    limits: { ...defaultLimits, ...settings.limits },
    cache: { storeFor: (version) => remoteStore(shelf, version) },
    concurrency: 2,
    workers: 0,
    source: {
      registry: {
        ...settings.registry,
        ...(given?.documents && { documents: given.documents }),
        ...(given?.authorization !== undefined && {
          authorization: { registry: given.registry, header: given.authorization },
        }),
      },
    },
    env: process.env,
    stdin: () => {
      throw new Error('a scan process has no standard input');
    },
    signal,
    version: settings.version,
    trusted: [...settings.trusted],
    gate: { failOn: 'high' },
    ...(policy && { policy }),
  };
}
