/** Start commands of Windows images: argument lists are followed, the texts of cmd and PowerShell to their last command. */
import type { RootNode } from '../image/rootfs.ts';
import type { StartCommand, Workload, WorkloadKind } from '../types/workload.ts';
import type { Evidence } from '../types.ts';
import type { FactContext } from './context.ts';
import { configEvidence } from './evidence.ts';
import { interpreterKind } from './interpreters.ts';

const textLimit = 16 * 1024;
const depthLimit = 4;

/** The workload as far as the argument list says; programs that are not there by that path stay unknown. */
export function windowsWorkload(context: FactContext): { value: Workload; evidence: Evidence[] } {
  const { container } = context.image.config;
  const at = configEvidence(container.entrypoint.length > 0 ? '/config/Entrypoint' : '/config/Cmd');
  const written = [...container.entrypoint, ...container.cmd];
  const commands: StartCommand[] = [];
  let needsShell = false;
  // With ArgsEscaped the whole command line is one element.
  let argv = written.length === 1 || /\s/.test(written[0] ?? '') ? split(written.join(' ')) : written;
  for (let depth = 0; depth < depthLimit && argv.length > 0; depth++) {
    const name = programName(argv[0]!);
    commands.push({ name, argv, origin: 'entrypoint', evidence: at });
    const text = shellText(name, argv);
    if (text === undefined) break;
    needsShell = true;
    argv = split(text.split(/&&|[;&|]/).at(-1) ?? '').filter((word) => word !== '&');
  }
  const last = commands.at(-1);
  const value: Workload = {
    kind: written.length === 0 ? 'none' : 'unknown',
    programs: [...new Set(commands.map(({ name }) => name))],
    paths: [],
    packages: [],
    needsShell,
    commands,
    complete: written.length === 0,
  };
  if (!last) return { value, evidence: [at] };
  value.kind = kindOf(last.name);
  value.main = { name: last.name };
  const node = find(context, last.argv[0]!);
  if (node) {
    value.main.path = last.program = node.path;
    value.main.layer = node.entry.layer;
    value.paths.push(node.path);
    value.complete = true;
  }
  return { value, evidence: [at] };
}

function kindOf(name: string): WorkloadKind {
  if (name === 'cmd' || name === 'powershell' || name === 'pwsh') return 'shell';
  return interpreterKind(name) ?? 'unknown';
}

function programName(word: string): string {
  return word
    .slice(Math.max(word.lastIndexOf('\\'), word.lastIndexOf('/')) + 1)
    .toLowerCase()
    .replace(/\.(exe|cmd|bat|com|ps1)$/, '');
}

function shellText(name: string, argv: readonly string[]): string | undefined {
  const option =
    name === 'cmd' ? /^\/c$/i : name === 'powershell' || name === 'pwsh' ? /^[-/](c|command)$/i : undefined;
  const at = option ? argv.findIndex((word) => option.test(word)) : -1;
  const text =
    at < 0
      ? ''
      : argv
          .slice(at + 1)
          .join(' ')
          .trim();
  return text === '' ? undefined : text.slice(0, textLimit);
}

/** Blanks part words, double quotes hold them together; a backslash is a part of a path. */
function split(text: string): string[] {
  const out: string[] = [];
  let word = '';
  let quoted = false;
  let open = false;
  for (const c of text.slice(0, textLimit)) {
    if (c === '"') {
      quoted = !quoted;
      open = true;
    } else if (!quoted && (c === ' ' || c === '\t')) {
      if (open) out.push(word);
      word = '';
      open = false;
    } else {
      word += c;
      open = true;
    }
    if (out.length >= 1024) break;
  }
  if (open) out.push(word);
  return out;
}

/** Windows layers hold the drive below `Files`; names differ in case. */
function find(context: FactContext, word: string): RootNode | undefined {
  const { rootfs, config } = context.image;
  const full = /^[a-z]:/i.test(word) ? word.slice(2) : `${config.container.workingDir.replace(/^[a-z]:/i, '')}/${word}`;
  let node: RootNode | undefined = rootfs.resolve('Files');
  for (const segment of full.split(/[\\/]+/).slice(0, 64)) {
    if (segment === '' || segment === '.') continue;
    const children: Map<string, RootNode> | undefined = node?.children;
    const exact: RootNode | undefined = children?.get(segment) ?? children?.get(`${segment}.exe`);
    const lower = segment.toLowerCase();
    node =
      exact ??
      [...(children?.values() ?? [])].find(({ path }) => path.slice(path.lastIndexOf('/') + 1).toLowerCase() === lower);
    if (!node) return undefined;
  }
  return node?.entry.type === 'file' ? node : undefined;
}
