/** Judges the files of a lint. */
import { join } from 'node:path';
import { unpinnedBases } from '../../facts/dockerfile/base.ts';
import type { LintOptions, Surround } from '../../lint.ts';
import { ContextFolders } from '../../source/build-context.ts';
import type { DockerfileReport } from '../../types/report.ts';
import type { RuleMetadata, Ruleset } from '../../types/rule.ts';
import { UsageError } from '../../types.ts';
import { complain } from './complain.ts';
import { flatMemory } from './flat.ts';
import { contextOf, type LintFile } from './lint-files.ts';
import type { LintSettings } from './lint-settings.ts';
import type { Stop } from './stop.ts';

/** What judging needs of the settings. */
export type JudgeSettings = Omit<LintSettings, 'paths' | 'format' | 'outputs' | 'all' | 'quiet' | 'noColor'>;

/** Files on their way at the same time: while one waits for another program, the next is judged. */
const atOnce = 16;

/** Files that are judged, and what their rules say of themselves. */
export interface LintRun {
  rules: RuleMetadata[];
  /** In the order of the files; those that could not be read or judged are told on standard error and left out. */
  reports: AsyncGenerator<DockerfileReport>;
  /** Some file is left out. To be asked when all reports were taken. */
  failed(): boolean;
}

/** Judges files one after the other. Their reports are let go as they are taken, so that many files need no more memory than a few. */
export async function lintAll(
  files: readonly LintFile[],
  settings: JudgeSettings,
  version: string,
  stop: Stop,
): Promise<LintRun> {
  const [{ lintDockerfile }, ruleset, shellcheck] = await Promise.all([
    import('../../lint.ts'),
    rulesetOf(settings),
    shellcheckOf(settings, stop),
  ]);
  const options = { ...judgeOptions(settings, ruleset, version), ...(shellcheck && { shellcheck }) };
  const folders = new ContextFolders();
  let failed = false;
  const judge = async (file: LintFile): Promise<DockerfileReport> =>
    lintDockerfile(await file.read(), file.name, options, surrounding(file, settings, stop, folders));
  async function* reports(): AsyncGenerator<DockerfileReport> {
    const tidy = flatMemory();
    const started: Promise<DockerfileReport>[] = [];
    for (const at of files.keys()) {
      for (let next = at + started.length; started.length < atOnce && next < files.length; next++) {
        const report = judge(files[next]!);
        report.catch(() => {});
        started.push(report);
      }
      try {
        yield await stop.orStopped(started.shift()!);
        tidy();
      } catch (error) {
        failed = true;
        if (stop.code === undefined) complain(stop.signal.aborted ? stop.signal.reason : error);
        if (stop.signal.aborted) break;
      }
    }
  }
  return { rules: ruleset.rules.map(({ metadata }) => metadata), reports: reports(), failed: () => failed };
}

/** What judging one file needs, without what asks other programs. */
export function judgeOptions(settings: JudgeSettings, ruleset: Ruleset, version: string): LintOptions {
  const { asOf, trusted, gate, policy, target, buildArgs, platform, fixes, pins } = settings;
  return {
    ...{ asOf, trusted, gate, ruleset, buildArgs, version, fixes, pins },
    ...(policy && { policy }),
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
  };
}

/** ShellCheck, where it is wanted and there. @throws UsageError where it must be there and is not. */
async function shellcheckOf({ shellcheck }: JudgeSettings, stop: Stop): Promise<LintOptions['shellcheck'] | undefined> {
  if (shellcheck === 'off') return undefined;
  const [{ findShellcheck }, { shellcheckQueue }] = await Promise.all([
    import('../../source/shellcheck.ts'),
    import('../../source/shellcheck-queue.ts'),
  ]);
  const { env } = process;
  const program = await findShellcheck(env);
  if (program !== undefined) return shellcheckQueue(program, { env, signal: stop.signal });
  if (shellcheck === 'auto') return undefined;
  throw new UsageError('--shellcheck on: there is no shellcheck on PATH; install it, or leave it at auto');
}

/** The context beside the file, and the base image's config where that would settle something. */
export function surrounding(
  { path }: LintFile,
  { context, docker, registry, pullBase, platform, cache, asksDigests }: JudgeSettings,
  stop: Stop,
  folders: ContextFolders,
): Surround {
  return async (model, base) => {
    const listing =
      path !== undefined || context !== undefined
        ? await contextOf(folders, model, path ?? join(context!, 'Dockerfile'), context)
        : undefined;
    const out: Awaited<ReturnType<Surround>> = listing ? { context: listing } : {};
    const unpinned = asksDigests ? unpinnedBases(model) : [];
    if (!(base && (base.open || pullBase || cache)) && unpinned.length === 0) return out;
    const [{ lookUpBaseImage, lookUpDigests }, { parsePlatform }] = await Promise.all([
      import('../../source/base-image.ts'),
      import('../../image/platform.ts'),
    ]);
    const options = {
      ...{ env: process.env, docker, registry, pull: pullBase, signal: stop.signal },
      ...(cache && { cacheDir: cache.dir }),
      ...(platform !== undefined && { platform: parsePlatform(platform) }),
    };
    // Notes of earlier scans are at hand; a daemon is asked where its answer changes something.
    const ask = base?.open || pullBase;
    const baseImage = base && (await lookUpBaseImage(base.reference, { ...options, notesOnly: !ask }));
    if (baseImage) out.baseImage = baseImage;
    const asked = base && ask ? { reference: base.reference, fact: baseImage } : undefined;
    if (unpinned.length > 0) out.digests = await lookUpDigests(unpinned, options, asked);
    return out;
  };
}

/** The baseline, with the user's own on top. @throws RulesetError, UsageError */
export async function rulesetOf(settings: JudgeSettings): Promise<Ruleset> {
  const { labelSchema } = settings;
  const ruleset = await ownRuleset(settings);
  if (labelSchema === undefined) return ruleset;
  const { labelsOf } = await import('./label-schema.ts');
  return (await import('../../rules/label-schema.ts')).withLabels(ruleset, await labelsOf(labelSchema));
}

async function ownRuleset({ rulesetFile: source, registry, cache }: JudgeSettings): Promise<Ruleset> {
  if (source === undefined) return (await import('../../rules/baseline.ts')).baseline();
  const [{ loadRuleset }, { rulesetFiles }] = await Promise.all([
    import('../../rules/load.ts'),
    import('./ruleset-source.ts'),
  ]);
  return loadRuleset(await rulesetFiles(source, { registry, ...(cache && { cache }) }));
}
