/** Executable files: how each is started. ELF and scripts only; anything else is told by its absence. */
import type { LayerCollector } from '../image/collector.ts';
import type { FileEntry } from '../types.ts';
import { readElfHead } from './elf.ts';
import { type ShellWord, simpleCommands } from './shell-words.ts';
import { baseName, detach, latin1, utf8 } from './text.ts';

/** One executable. Short keys: a full image has thousands. */
export type Executable =
  /** `m` e_machine, `y` e_type, `i` PT_INTERP, `x` the head did not hold all program headers, `d` has a dynamic section, `e` no entry point. */
  | { t: 'elf'; c: 32 | 64; m: number; y: number; i?: string; x?: true; d?: true; e?: true }
  /** `i`: the `#!` line without `#!`. `c`: names of the commands of a shell script, where it might be an entrypoint. */
  | { t: 'script'; i: string; c?: string[] };

const headBytes = 4096;
const scriptBytes = 64 * 1024;
const commandLimit = 256;

/** Keeps ELF heads and `#!` lines; of shell scripts that could be entrypoints the names of their commands, never their text. */
export const executablesCollector: LayerCollector<Executable> = {
  id: 'executables',
  version: 1,
  wants: (entry) => {
    if (entry.type !== 'file' || entry.size < 4) return undefined;
    const program = (entry.mode & 0o111) !== 0;
    if (mightStart(entry, program)) return { kind: 'whole', limit: scriptBytes };
    return program ? { kind: 'head', bytes: headBytes } : undefined;
  },
  take: (entry, { bytes }) => {
    if (bytes[0] === 0x7f) return fromElf(bytes);
    const shebang = bytes[0] === 0x23 && bytes[1] === 0x21;
    if (!shebang && !entry.path.endsWith('.sh')) return undefined;
    const line = shebang ? firstLine(bytes) : '';
    const out: Executable = { t: 'script', i: line };
    if (
      mightStart(entry, (entry.mode & 0o111) !== 0) &&
      bytes.length >= entry.size &&
      (line === '' || isShellLine(line))
    ) {
      const commands = commandNames(utf8(bytes));
      if (commands.length > 0) out.c = commands;
    }
    return out;
  },
};

/** Starters whose argument is the command that matters here. */
const prefixes = new Set([
  'exec',
  'command',
  'builtin',
  'nohup',
  'nice',
  'env',
  'setsid',
  'tini',
  'dumb-init',
  'catatonit',
  'docker-init',
  'eval',
]);

/** Names in command position, each once, prefixes such as `exec` and `tini --` looked through. Holds no arguments. */
export function commandNames(script: string): string[] {
  const names = new Set<string>();
  for (const words of simpleCommands(script)) {
    if (names.size >= commandLimit) break;
    for (const name of leading(words)) names.add(name);
  }
  return [...names];
}

function leading(words: readonly ShellWord[]): string[] {
  const out: string[] = [];
  for (const { text, dynamic } of words) {
    if (dynamic) break;
    if (out.length > 0 && (text.startsWith('-') || text.includes('='))) continue;
    if (!/^[A-Za-z0-9_./+-]{1,128}$/.test(text)) break;
    out.push(detach(text));
    if (!prefixes.has(baseName(text))) break;
  }
  return out;
}

function fromElf(bytes: Uint8Array): Executable | undefined {
  const head = readElfHead(bytes);
  if (!head) return undefined;
  const out: Executable = { t: 'elf', c: head.bits, m: head.machine, y: head.type };
  if (head.interpreter !== undefined) out.i = detach(head.interpreter.slice(0, 256));
  if (!head.complete) out.x = true;
  if (head.dynamic) out.d = true;
  if (!head.entry) out.e = true;
  return out;
}

/** Small files outside the folders whose scripts belong to packages, or named like a start script. */
function mightStart({ path, size }: FileEntry, program: boolean): boolean {
  if (size > scriptBytes) return false;
  const name = baseName(path);
  if (/entrypoint|start|init|run|boot|launch|serve/.test(name) && (program || name.endsWith('.sh')))
    return !inLibrary(path);
  if (!program && !name.endsWith('.sh')) return false;
  return !inLibrary(path) && !/^(usr\/)?s?bin\//.test(path);
}

function inLibrary(path: string): boolean {
  return (
    /^(usr\/(share|lib|lib64|libexec|src|include)|lib|lib64|var|proc|sys)\//.test(path) ||
    path.includes('node_modules/')
  );
}

function firstLine(bytes: Uint8Array): string {
  const end = bytes.indexOf(10, 2);
  return latin1(bytes.subarray(2, Math.min(end < 0 ? bytes.length : end, 258))).trim();
}

function isShellLine(line: string): boolean {
  return /(^|[/ ])(ba|da|a|k|mk|z)?sh( |$)/.test(line) || /busybox sh|with-contenv|execlineb/.test(line);
}
