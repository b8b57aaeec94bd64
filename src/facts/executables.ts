/** Executable files: how each is started. ELF and scripts only; anything else is told by its absence. */
import type { LayerCollector, Span, SpanContent } from '../image/collector.ts';
import type { FileEntry } from '../types.ts';
import { librarySpans, neededLibraries, readElfHead } from './elf.ts';
import { keepCommands, type ScriptCommand } from './script-words.ts';
import { shellCommands } from './shell-commands.ts';
import { baseName, detach, latin1, utf8 } from './text.ts';

/** One executable. Short keys: a full image has thousands. */
export type Executable =
  /** `m` e_machine, `y` e_type, `i` PT_INTERP, `x` the head did not hold all program headers, `d` has a dynamic section, `e` no entry point, `n` DT_NEEDED of a program, where its names were within reach. */
  | { t: 'elf'; c: 32 | 64; m: number; y: number; i?: string; x?: true; d?: true; e?: true; n?: string[] }
  /** `i`: the `#!` line without `#!`. `s`: the commands of a shell script that might be a start script; `z`: there are more. */
  | { t: 'script'; i: string; s?: ScriptCommand[]; z?: true };

const headBytes = 4096;
const scriptBytes = 64 * 1024;
/** Commands kept of one script. */
const commandLimit = 512;

/** Keeps ELF heads and `#!` lines; of shell scripts that could be entrypoints the harmless words of their commands, never their text. */
export const executablesCollector: LayerCollector<Executable> = {
  id: 'executables',
  version: 2,
  wants: (entry) => {
    if (entry.type !== 'file' || entry.size < 4) return undefined;
    const program = (entry.mode & 0o111) !== 0;
    if (mightStart(entry, program)) return { kind: 'whole', limit: scriptBytes };
    if (!program) return undefined;
    return /\.so[.\d]*$/.test(entry.path)
      ? { kind: 'head', bytes: headBytes }
      : { kind: 'spans', head: headBytes, next: nextSpans };
  },
  take: (entry, { bytes, spans }) => {
    if (bytes[0] === 0x7f) return fromElf(bytes, spans ?? []);
    const shebang = bytes[0] === 0x23 && bytes[1] === 0x21;
    if (!shebang && !entry.path.endsWith('.sh')) return undefined;
    const line = shebang ? firstLine(bytes) : '';
    const out: Executable = { t: 'script', i: line };
    if (
      mightStart(entry, (entry.mode & 0o111) !== 0) &&
      bytes.length >= entry.size &&
      (line === '' || isShellLine(line))
    ) {
      const commands = shellCommands(utf8(bytes), commandLimit + 1);
      const kept = keepCommands(commands.slice(0, commandLimit));
      if (kept.length > 0) out.s = kept;
      if (commands.length > commandLimit) out.z = true;
    }
    return out;
  },
};

/** Of a program alone: what asks for no interpreter needs no libraries. */
function nextSpans({ head, spans }: SpanContent): Span[] {
  const elf = head[0] === 0x7f && spans.length === 0 ? readElfHead(head) : undefined;
  return elf?.interpreter === undefined ? [] : librarySpans(elf, head.length);
}

function fromElf(bytes: Uint8Array, spans: SpanContent['spans']): Executable | undefined {
  const head = readElfHead(bytes);
  if (!head) return undefined;
  const out: Executable = { t: 'elf', c: head.bits, m: head.machine, y: head.type };
  if (head.interpreter !== undefined) out.i = detach(head.interpreter.slice(0, 256));
  if (!head.complete) out.x = true;
  if (head.dynamic) out.d = true;
  if (!head.entry) out.e = true;
  const needed = head.interpreter === undefined ? undefined : neededLibraries(head, { head: bytes, spans });
  if (needed) out.n = needed.map((name) => detach(name));
  return out;
}

/** Small files outside the folders whose scripts belong to packages, or named like a start script. */
function mightStart({ path, size }: FileEntry, program: boolean): boolean {
  if (size > scriptBytes) return false;
  const name = baseName(path);
  if (/entrypoint|start|init|run|boot|launch|serve|ctl$|_safe$/.test(name) && (program || name.endsWith('.sh')))
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
