/** The scripts of RUN as ShellCheck gets them, and its remarks at the Dockerfile's places. Nothing is run here. */
import type { Dockerfile } from '../../dockerfile/model.ts';
import type { Script } from '../../dockerfile/scripts.ts';
import type { ShellReading } from '../../dockerfile/shell.ts';
import type { MappedText } from '../../dockerfile/source.ts';
import type { DockerfileFacts, ShellDialect, ShellRemark, ShellRemarkFact } from '../../types/dockerfile.ts';
import type { FactData, ShellcheckData } from '../data.ts';
import { instructionEvidence } from './instructions.ts';
import { knownBases } from './known-bases.ts';

/** One script for ShellCheck. */
export interface ShellScript {
  /** Index into `DockerfileFacts.scripts`. */
  script: number;
  dialect: ShellDialect;
  /** With lines in front that name the dialect and the variables that the Dockerfile sets. */
  text: string;
  /** How many such lines there are. */
  ahead: number;
}

/** Longer scripts are left out: the checker's time grows faster than its input. */
const longest = 2 ** 16;
const mostVariables = 200;
const longestValue = 1024;

/** The scripts of RUN that a shell of ShellCheck's reads. PowerShell, cmd, zsh and JSON forms are none. */
export function shellScripts(
  model: Dockerfile,
  { scripts, commands }: Pick<ShellReading, 'scripts' | 'commands'>,
  dockerfile: DockerfileFacts,
  data: FactData,
): ShellScript[] {
  const bases = knownBases(dockerfile, data);
  // The names of RUN's commands by the stage at the root of theirs.
  const called = new Map<number | undefined, Set<string>>();
  for (const { origin, instruction, name } of commands) {
    if (origin !== 'RUN') continue;
    const root = dockerfile.stages[stageOf(model, instruction)]?.root;
    called.set(root, (called.get(root) ?? new Set()).add(name));
  }
  return scripts.flatMap((script) => {
    if (script.origin !== 'RUN' || script.dialect !== 'posix' || script.text.text.length > longest) return [];
    const stage = stageOf(model, script.instruction);
    // Stages that are not built are not judged.
    if ((dockerfile.stages[stage]?.role ?? 'unused') === 'unused') return [];
    const dialect = dialectOf(script, () => {
      const distro = bases[stage]?.distro;
      const ids = distro ? [distro.id, ...distro.idLike] : [];
      const names = called.get(dockerfile.stages[stage]?.root);
      const { sh } = data.shellcheck;
      return (
        sh.find(({ distros }) => ids.some((id) => distros.includes(id))) ??
        (ids.length > 0 ? undefined : sh.find((entry) => entry.managers.some((name) => names?.has(name))))
      )?.dialect;
    });
    if (!dialect) return [];
    const ahead = [
      `# shellcheck shell=${dialect === 'busybox' ? 'dash' : dialect}`,
      ...(script.interpreter.some((word) => /^-[a-z]*e/.test(word)) ? ['set -e'] : []),
      ...variables(script, model),
    ];
    // The line that names the interpreter is said already, and would not stand first.
    const body = script.text.text.replace(/^#![^\n]*/, '');
    return [{ script: script.index, dialect, text: `${ahead.join('\n')}\n${body}\n`, ahead: ahead.length }];
  });
}

/** The remarks with their places, without those that say nothing here. */
export function shellRemarks(
  model: Dockerfile,
  { scripts }: Pick<ShellReading, 'scripts'>,
  asked: readonly ShellScript[],
  remarks: readonly (readonly ShellRemark[])[],
  { leftOut }: ShellcheckData,
): ShellRemarkFact[] {
  return asked.flatMap(({ script: index, dialect, ahead }, at) => {
    const script = scripts[index]!;
    const stage = stageOf(model, script.instruction);
    const place = placer(script.text, ahead);
    return (remarks[at] ?? []).flatMap((remark): ShellRemarkFact[] => {
      const { code, level, message, line } = remark;
      if (line <= ahead) return [];
      if (leftOut.some((entry) => entry.code === code && (entry.shells?.includes(dialect) ?? true))) return [];
      const [start, end] = place(remark);
      const evidence = instructionEvidence(model.file, stage, model.source.range(start, Math.max(start, end)));
      return [{ code, level, message, dialect, script: index, evidence }];
    });
  });
}

function stageOf(model: Dockerfile, instruction: number): number {
  return model.instructions[instruction]?.stage ?? -1;
}

/** The last shell that is named is the one that reads. */
function dialectOf({ interpreter }: Script, sh: () => ShellDialect | undefined): ShellDialect | undefined {
  const names = interpreter.map((word) => word.replace(/^.*\//, '')).filter((name) => dialects.has(name));
  const dialect = dialects.get(names.at(-1) ?? '');
  return dialect === 'sh' ? (sh() ?? 'sh') : dialect === 'none' ? undefined : dialect;
}

const dialects = new Map<string, ShellDialect | 'none'>([
  ['sh', 'sh'],
  ['bash', 'bash'],
  ['rbash', 'bash'],
  ['dash', 'dash'],
  ['ash', 'busybox'],
  ['ksh', 'ksh'],
  ['mksh', 'ksh'],
  ['zsh', 'none'],
]);

/** Lines that give the Dockerfile's variables their values, as far as the script speaks of them. */
function variables({ text: { text }, instruction }: Script, model: Dockerfile): string[] {
  const stage = model.stages[stageOf(model, instruction)];
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/\$\{?[#!]?([A-Za-z_][A-Za-z0-9_]{0,127})/g))
    if (names.size < mostVariables) names.add(name!);
  const lines: string[] = [];
  for (const name of names) {
    const variable = stage?.lookup(name, instruction);
    if (!variable) continue;
    const { value, kind } = variable;
    // What a build must be told may hold anything; what the builder sets itself has neither blanks nor patterns.
    if (kind === 'predefined') lines.push(`export ${name}=1`);
    else if (value === undefined) lines.push(`read -r ${name}`, `export ${name}`);
    else lines.push(`export ${name}=${quoted(value.slice(0, longestValue))}`);
  }
  return lines;
}

function quoted(value: string): string {
  // A line end in it would shift the lines.
  return `'${value.replace(/[\u0000-\u001f\u007f]/g, ' ').replaceAll("'", `'\\''`)}'`;
}

/** From the lines and columns of what ShellCheck got to offsets in the Dockerfile. */
function placer(text: MappedText, ahead: number): (remark: ShellRemark) => [start: number, end: number] {
  const lines = text.text.split('\n');
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length + 1);
  const offset = (line: number, column: number): number => {
    const at = Math.min(Math.max(0, line - ahead - 1), lines.length - 1);
    let left = column - 1;
    let offset = 0;
    for (const character of lines[at]!) {
      if (left-- <= 0) break;
      offset += character.length;
    }
    return starts[at]! + offset;
  };
  return ({ line, column, endLine, endColumn }) => [
    text.origin(offset(line, column)),
    text.origin(offset(endLine, endColumn), 'end'),
  ];
}
