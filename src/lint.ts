/** text → model → facts → findings → forecast → report: the whole of a lint, in this order and no other. */
import type { Dockerfile } from './dockerfile/model.ts';
import { parseDockerfile } from './dockerfile/parse.ts';
import { readCommands, type ShellReading } from './dockerfile/shell.ts';
import { type BottomImage, bottomImage } from './facts/dockerfile/base.ts';
import { type DockerfileSurroundings, dockerfileFacts } from './facts/dockerfile/facts.ts';
import { factsFromDockerfile } from './facts/dockerfile/image.ts';
import { knownBases } from './facts/dockerfile/known-bases.ts';
import { shellRemarks, shellScripts } from './facts/dockerfile/shellcheck.ts';
import type { FactData } from './facts/facts.ts';
import type { FixOptions, FixResult } from './fix/fix.ts';
import type { Judged } from './fix/verify.ts';
import { buildDockerfileReport } from './report/build-dockerfile.ts';
import { foresee, shippedFindings } from './rules/foresee.ts';
import { letBe } from './rules/let-be.ts';
import { judge } from './rules/run.ts';
import { shellcheckFindings, shellcheckId } from './rules/shellcheck.ts';
import { suppress } from './rules/suppress.ts';
import { forecast, lintGate } from './score/forecast.ts';
import type { GateOptions } from './score/gate.ts';
import type { ShellcheckAnswer } from './source/shellcheck.ts';
import type { DockerfileFacts } from './types/dockerfile.ts';
import type { Facts } from './types/facts.ts';
import type { Policy, PolicyFor } from './types/policy.ts';
import type { DockerfileReport } from './types/report.ts';
import type { Ruleset } from './types/rule.ts';
import type { Finding, StatusEntry } from './types.ts';

export interface LintOptions {
  /** `YYYY-MM-DD`. */
  asOf: string;
  ruleset: Ruleset;
  /** Patterns that the user trusts beside the ruleset's. */
  trusted: readonly string[];
  gate: GateOptions;
  /** What is in force for each file, in place of `gate`; `gate.hygiene` holds beside it. */
  policy?: PolicyFor;
  /** Stage to build, by name or index; default the last. */
  target?: string;
  /** `--build-arg` values. */
  buildArgs?: ReadonlyMap<string, string>;
  /** `os/arch[/variant]` of the build. */
  platform?: string;
  /** Version of tare, for the report. */
  version: string;
  /** Tests: a rule that breaks throws. */
  strict?: boolean;
  /** Findings carry the change that mends them. Takes another judgement or two of each file. */
  fixes?: boolean;
  /** Digests of base images that are known, by name: what fixes pin to. */
  pins?: ReadonlyMap<string, string>;
  /** Asks ShellCheck about the texts of scripts. Absent: it is not asked. */
  shellcheck?: (scripts: readonly string[]) => Promise<ShellcheckAnswer>;
}

/**
 * What a file's model needs of the world around it: asked once the model is there. `base` is the image whose own config is
 * wanted; where it is open, that settles what neither the file nor the image's name tells.
 */
export type Surround = (model: Dockerfile, base: BottomImage | undefined) => Promise<DockerfileSurroundings>;

/** A Dockerfile read and judged, before it is reported. */
export interface JudgedDockerfile {
  model: Dockerfile;
  facts: Facts;
  /** By rule id, suppressed ones marked. */
  findings: Finding[];
  status: StatusEntry[];
  /** What was in force, where options say so. */
  policy?: Policy;
}

/** Reads and judges one text. Never throws for what the text says. @throws UsageError for a pattern of `trusted` that is none. */
export async function judgeDockerfile(
  text: string,
  file: string,
  options: LintOptions,
  surround?: Surround,
): Promise<JudgedDockerfile> {
  const { target, buildArgs, platform, ruleset } = options;
  const data = ruleset.data as unknown as FactData;
  const model = parseDockerfile(text, file, {
    ...(target !== undefined && { target }),
    ...(buildArgs && { buildArgs }),
    ...(platform !== undefined && { platform }),
  });
  const [shell, surroundings] = await Promise.all([readCommands(model), surround?.(model, bottomImage(model, data))]);
  const dockerfile = dockerfileFacts(model, shell, surroundings);
  const remarked = await askAboutScripts(model, shell, dockerfile, data, options);
  const facts = factsFromDockerfile(remarked.dockerfile, {
    asOf: options.asOf,
    data,
    allowSecrets: ruleset.allowedSecrets ?? [],
  });
  const policy = options.policy?.(file, [], true);
  const judged = judge(facts, ruleset, {
    trusted: [...options.trusted, ...(policy?.trusted ?? [])],
    target: 'dockerfile',
    ...(options.strict && { strict: true }),
  });
  const all = [...judged.findings, ...shellcheckFindings(remarked.dockerfile)];
  const { findings, status } = suppress(all, dockerfile, ruleset);
  const kept = policy ? letBe(findings, policy, options.asOf) : { findings, status: [] };
  const said = [...judged.status, ...remarked.status, ...status, ...kept.status];
  return { model, facts, findings: kept.findings, status: said, ...(policy && { policy }) };
}

/** The facts with what ShellCheck says of the scripts, where it is asked. */
async function askAboutScripts(
  model: Dockerfile,
  shell: ShellReading,
  dockerfile: DockerfileFacts,
  data: FactData,
  { shellcheck }: LintOptions,
): Promise<{ dockerfile: DockerfileFacts; status: StatusEntry[] }> {
  const scripts = shellcheck ? shellScripts(model, shell, dockerfile, data) : [];
  if (!shellcheck || scripts.length === 0) return { dockerfile, status: [] };
  const { remarks, problem } = await shellcheck(scripts.map(({ text }) => text));
  const message = `ShellCheck ${problem}: what it says of the scripts of ${model.file} is not all here; --shellcheck off leaves it out.`;
  return {
    dockerfile: { ...dockerfile, shellRemarks: shellRemarks(model, shell, scripts, remarks, data.shellcheck) },
    status: problem === undefined ? [] : [{ part: 'shellcheck', level: 'warning', message }],
  };
}

/** Lints one text to its report. */
export async function lintDockerfile(
  text: string,
  file: string,
  options: LintOptions,
  surround?: Surround,
): Promise<DockerfileReport> {
  const judged = await judgeDockerfile(text, file, options, surround);
  const { facts, status, policy } = judged;
  const findings = options.fixes ? await withFixes(judged, text, file, options, surround) : judged.findings;
  const range = forecast(shippedFindings(findings, facts), foresee(facts, options.ruleset));
  return buildDockerfileReport({
    version: options.version,
    ruleset: { name: options.ruleset.name, version: options.ruleset.version, asOf: options.asOf },
    facts,
    findings,
    forecast: range,
    gate: lintGate(findings, range, facts, policy ? { ...options.gate, ...policy } : options.gate),
    status,
  });
}

/** Mends one text: nothing is written. Every change was judged; see docs/fixes.md. */
export async function fixDockerfile(
  text: string,
  file: string,
  options: LintOptions,
  fix: FixOptions,
  surround?: Surround,
): Promise<FixResult> {
  const { fixText } = await import('./fix/fix.ts');
  const again = rejudge(file, options, surround);
  return fixText(text, again, {
    ...(options.pins && { pins: options.pins }),
    ...fix,
  });
}

async function withFixes(
  judged: JudgedDockerfile,
  text: string,
  file: string,
  options: LintOptions,
  surround?: Surround,
): Promise<Finding[]> {
  const { fixesOf } = await import('./fix/fix.ts');
  const fixes = await fixesOf(text, forFix(judged, options), rejudge(file, options, surround), options.pins);
  return judged.findings.map((finding) => {
    const fix = fixes.get(finding);
    return fix ? { ...finding, fix } : finding;
  });
}

/** Judges changed texts. Without ShellCheck: no change mends what it says, and a text is judged many times. */
function rejudge(
  file: string,
  { shellcheck: _, ...options }: LintOptions,
  surround: Surround | undefined,
): (changed: string) => Promise<Judged> {
  const around = surround && remembering(surround);
  return async (changed) => forFix(await judgeDockerfile(changed, file, options, around), options);
}

/** Asks once for what stays the same from one change to the next: the same base, the same COPY and ADD at the same places. */
function remembering(surround: Surround): Surround {
  const known = new Map<string, Promise<DockerfileSurroundings>>();
  return (model, base) => {
    const copies = model.instructions.filter(({ keyword, trigger }) =>
      /^(?:COPY|ADD)$/.test(trigger?.keyword ?? keyword),
    );
    const key = JSON.stringify([base, copies.map(({ index, line }) => [index, line.text])]);
    const there = known.get(key) ?? surround(model, base);
    known.set(key, there);
    return there;
  };
}

function forFix({ facts, findings }: JudgedDockerfile, { ruleset }: LintOptions): Judged {
  if (!facts.dockerfile?.known) throw new Error('a lint without a Dockerfile');
  const dockerfile = facts.dockerfile.value;
  return {
    dockerfile,
    findings: findings.filter(({ rule }) => !shellcheckId.test(rule)),
    bases: knownBases(dockerfile, ruleset.data as unknown as FactData),
  };
}
