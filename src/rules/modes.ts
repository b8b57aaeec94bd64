/** File modes that a Dockerfile sets: chmod, install, mkdir -m, COPY --chmod. */
import type { ArgumentFact, CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import { hasOption, operands, optionValue } from './commands.ts';
import { commandsOf, dockerfileOf, instructionsOf, placeIn, ships } from './dockerfile.ts';
import { listed } from './hits.ts';
import { once } from './once.ts';

export interface ModeChange {
  /** As written: `4755`, `u+s`, `a+rwX`. */
  mode: string;
  /** What it is set on; names that are not known stand as written. */
  paths: string[];
  by: 'chmod' | 'copy' | 'install' | 'mkdir';
  /** A later command of the same RUN removes all of it. */
  removed: boolean;
  evidence: Evidence;
}

/** In the stages that ship, in order. */
export const modeChanges: (dockerfile: DockerfileFacts) => ModeChange[] = once((dockerfile: DockerfileFacts) => {
  const out: ModeChange[] = [];
  const commands = commandsOf(dockerfile, { origin: ['RUN'], shipped: true, deferred: false });
  const removals = commands.filter(({ name }) => name === 'rm').slice(0, 500);
  for (const command of commands) {
    const change = changeBy(command);
    if (!change) continue;
    const paths = change.paths.map(({ text }) => text);
    out.push({ ...change, paths, removed: removedLater(removals, command, paths), evidence: command.evidence });
  }
  for (const { stage, flags, args } of instructionsOf(dockerfile, 'COPY', 'ADD')) {
    const flag = flags.find(({ name }) => name === 'chmod');
    if (!flag?.value || !ships(dockerfile, stage)) continue;
    const paths = args.slice(-1).map(({ value }) => value);
    out.push({ mode: flag.value, paths, by: 'copy', removed: false, evidence: placeIn(dockerfile, stage, flag) });
  }
  return out;
});

function changeBy(command: CommandFact): { mode: string; paths: ArgumentFact[]; by: ModeChange['by'] } | undefined {
  const { name, args } = command;
  if (name === 'chmod') {
    if (args.some(({ text }) => text.startsWith('--reference'))) return undefined;
    // `chmod -x file`: a mode may look like an option.
    const [mode, ...paths] = args.filter(({ text }) => !/^(?:--\w[\w-]*|-[Rcfv]+)$/.test(text));
    return mode && !mode.dynamic ? { mode: mode.text, paths, by: 'chmod' } : undefined;
  }
  if (name !== 'install' && name !== 'mkdir') return undefined;
  const mode = optionValue(command, '-m', '--mode');
  if (!mode) return undefined;
  const paths = operands(command, new Set(['-m', '--mode', '-o', '-g', '-t', '-S', '--owner', '--group']));
  const folder = name === 'mkdir' || hasOption(command, '-d', '--directory');
  return { mode, paths: folder ? paths : paths.slice(-1), by: folder ? 'mkdir' : 'install' };
}

function removedLater(commands: readonly CommandFact[], { instruction, index }: CommandFact, paths: string[]): boolean {
  return (
    paths.length > 0 &&
    paths.every((path) =>
      commands.some(
        (other) =>
          other.instruction === instruction && other.index > index && other.args.some(({ text }) => text === path),
      ),
    )
  );
}

/** The octal mode, or undefined for a symbolic one. */
export function octal(mode: string): number | undefined {
  return /^0?[0-7]{3,5}$/.test(mode) ? Number.parseInt(mode, 8) : undefined;
}

/** Which of setuid and setgid a mode sets. */
export function privilegeBits(mode: string): { setuid: boolean; setgid: boolean } {
  const number = octal(mode);
  if (number !== undefined) return { setuid: (number & 0o4000) !== 0, setgid: (number & 0o2000) !== 0 };
  let setuid = false;
  let setgid = false;
  for (const clause of mode.split(',')) {
    const found = /^([ugoa]*)[+=]([rwxXstugo]*)$/.exec(clause);
    if (!found?.[2]?.includes('s')) continue;
    const who = found[1] === '' ? 'ug' : found[1]!;
    if (/[ua]/.test(who)) setuid = true;
    if (/[ga]/.test(who)) setgid = true;
  }
  return { setuid, setgid };
}

/** Others may write, and no sticky bit keeps them from each other's files. */
export function opensToAll(mode: string): boolean {
  const number = octal(mode);
  if (number !== undefined) return (number & 0o2) !== 0 && (number & 0o1000) === 0;
  const clauses = mode.split(',');
  if (clauses.some((clause) => /^[ugoa]*\+[rwxXst]*t/.test(clause))) return false;
  return clauses.some((clause) => /^(?:[ug]*[oa][ugoa]*)[+=][rxXst]*w/.test(clause));
}

/** The Dockerfile's mode changes; undefined where an image is judged. */
export function modesOf(facts: Facts): ModeChange[] | undefined {
  const dockerfile = dockerfileOf(facts);
  return dockerfile && modeChanges(dockerfile);
}

/**
 * A hit for each change that sets the bit; undefined where an image is judged. setgid on a folder only hands its group on,
 * which is common and harmless, so that it counts with confidence only on what lies among programs.
 */
export function modeHits(facts: Facts, bit: 'setuid' | 'setgid'): Hit[] | undefined {
  return modesOf(facts)
    ?.filter(({ mode }) => privilegeBits(mode)[bit])
    .map(({ mode, paths, by, evidence }): Hit => {
      const program = paths.some((path) => /\/(?:s?bin|libexec)\//.test(path));
      const unsure = by === 'mkdir' || (bit === 'setgid' && !program);
      return {
        variant: 'set',
        data: { mode, names: listed(paths, 4), count: paths.length },
        evidence: [evidence],
        ...(unsure && { confidence: 'low' }),
      };
    });
}
