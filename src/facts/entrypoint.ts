/** What the container starts: Entrypoint followed by Cmd (OCI image-spec, config.md), followed to a file. */
import type { RootNode } from '../image/rootfs.ts';
import type { Entrypoint } from '../types/facts.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { configEvidence, fileEvidence, type LiveFact } from './evidence.ts';
import type { Executable } from './executables.ts';
import { changesUser, type Launch, unwrap } from './launch.ts';
import { configuredPath, defaultPath, isExecutable } from './programs.ts';
import { leadingNames } from './script-words.ts';
import { baseName } from './text.ts';

/** The entrypoint fact, and the helper in it or in its scripts that changes the user. */
export interface EntrypointEvidence {
  fact: Fact<Entrypoint>;
  droppedBy?: string;
}

/** Scripts that a start script calls are followed this far. */
const scriptLimit = 16;

/** Follows PATH, symlinks, wrappers, `sh -c` and `sh script` to the program. */
export function readEntrypoint(context: FactContext): EntrypointEvidence {
  const { container, platform } = context.image.config;
  const argv = [...container.entrypoint, ...container.cmd];
  const pointer = container.entrypoint.length > 0 ? '/config/Entrypoint' : '/config/Cmd';
  const evidence = [configEvidence(pointer)];
  if (argv.length === 0) {
    return { fact: { known: true, value: { argv, kind: 'none', wrappers: [], shellForm: false }, evidence } };
  }
  if (platform.os === 'windows') {
    return {
      fact: { known: true, value: { argv, kind: 'unknown', wrappers: [], shellForm: isWindowsShell(argv) }, evidence },
    };
  }
  const data = context.data['privilege-droppers'];
  const shells = new Set([...context.data.shells.shells, ...context.data.shells.multicall].map(({ name }) => name));
  const launch = unwrap(argv, data, (name) => shells.has(name));
  const value: Entrypoint = { argv, kind: 'unknown', wrappers: launch.wrappers, shellForm: launch.shellForm };
  const program = findProgram(context, launch.argv[0]!);
  const script = shells.has(baseName(launch.argv[0]!)) ? scriptOf(context, launch.argv) : undefined;
  const node = script ?? program;
  if (node) {
    value.path = node.path;
    value.layer = node.entry.layer;
    evidence.push(fileEvidence(node.path, node.entry.layer));
    describe(
      value,
      context.index.at<Executable>('executables', node.path),
      script ? shellName(program, launch.argv[0]!) : undefined,
    );
  }
  const out: EntrypointEvidence = { fact: { known: true, value, evidence } };
  const droppedBy = launch.droppedBy ?? dropperIn(context, launch, node);
  if (droppedBy) out.droppedBy = droppedBy;
  return out;
}

/** A program by name in PATH, or by a path from the working folder. */
export function findProgram(context: FactContext, name: string): RootNode | undefined {
  const { rootfs, config } = context.image;
  if (name.length > 4096 || name === '') return undefined;
  if (name.includes('/')) {
    const node = rootfs.resolve(name.startsWith('/') ? name : `${config.container.workingDir}/${name}`);
    return node?.entry.type === 'file' ? node : undefined;
  }
  for (const folder of configuredPath(config.container.env) ?? defaultPath) {
    const node = rootfs.resolve(`${folder}/${name}`);
    if (isExecutable(node)) return node;
  }
  return undefined;
}

function describe(value: Entrypoint, fact: LiveFact<Executable> | undefined, shell: string | undefined): void {
  if (fact?.data.t === 'elf') {
    const { i, x, y, d, e } = fact.data;
    if (i !== undefined) {
      value.kind = 'elf-dynamic';
      value.interpreter = i;
    } else if (!x && (y === 2 || y === 3) && !(e && d)) value.kind = 'elf-static';
  } else if (fact?.data.t === 'script' || shell !== undefined) {
    value.kind = 'script';
    const line = fact?.data.t === 'script' ? fact.data.i : '';
    const interpreter = shell ?? line;
    if (interpreter) value.interpreter = interpreter;
  }
}

/** `sh /start.sh`: the first plain argument, where it is a file. */
function scriptOf(context: FactContext, argv: readonly string[]): RootNode | undefined {
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]!;
    if (/^[-+]o$/.test(word)) i++;
    else if (word.startsWith('-') && word.includes('c')) return undefined;
    else if (!word.startsWith('-') && !word.startsWith('+')) {
      const { workingDir } = context.image.config.container;
      const node = context.image.rootfs.resolve(word.startsWith('/') ? word : `${workingDir}/${word}`);
      return node?.entry.type === 'file' ? node : undefined;
    }
  }
  return undefined;
}

/** A dropper named by the command text, by the script that is started, or by one that it calls. */
function dropperIn(context: FactContext, launch: Launch, start: RootNode | undefined): string | undefined {
  const droppers = new Map(context.data['privilege-droppers'].droppers.map((entry) => [entry.name, entry]));
  const named = launch.commands.map(baseName).find((name) => droppers.has(name));
  if (named) return named;
  // `docker-entrypoint.sh gosu app serve`: the script hands its arguments on.
  for (let i = 1; i < launch.argv.length; i++) {
    const dropper = droppers.get(baseName(launch.argv[i]!));
    if (dropper && changesUser(launch.argv.slice(i), dropper)) return dropper.name;
  }
  const queue = start ? [start.path] : [];
  for (let i = 0; i < queue.length && i < scriptLimit; i++) {
    const fact = context.index.at<Executable>('executables', queue[i]!);
    if (fact?.data.t !== 'script') continue;
    for (const command of new Set((fact.data.s ?? []).flatMap(leadingNames))) {
      const name = baseName(command);
      if (droppers.has(name)) return name;
      const next = queue.length < scriptLimit ? findProgram(context, command) : undefined;
      if (next && !queue.includes(next.path)) queue.push(next.path);
    }
  }
  return undefined;
}

/** The shell as a path, where it is there to be found. */
function shellName(program: RootNode | undefined, written: string): string {
  return program ? `/${program.path}` : written;
}

function isWindowsShell(argv: readonly string[]): boolean {
  const words = argv.join(' ').toLowerCase();
  return /^"?([a-z]:)?[\w\\/ .-]*(cmd|powershell|pwsh)(\.exe)?"?\s+.*(\/c|-command)/.test(words.slice(0, 512));
}
