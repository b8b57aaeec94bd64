/** The workload: what the image is there to run, followed from its config through its start scripts. */
import type { RootNode } from '../image/rootfs.ts';
import type { Workload, WorkloadKind } from '../types/workload.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { configEvidence, fileEvidence } from './evidence.ts';
import type { Executable } from './executables.ts';
import { interpreterKind } from './interpreters.ts';
import { runJobs } from './services/jobs.ts';
import { runSupervised } from './services/supervised.ts';
import { type ChainEnd, StartChain } from './start-chain.ts';
import { baseName } from './text.ts';
import { windowsWorkload } from './windows-start.ts';

/** Follows Entrypoint and Cmd, and the health check. `ownerOf` names the package of a path. */
export function collectWorkload(context: FactContext, ownerOf: (path: string) => string | undefined): Fact<Workload> {
  const { container, platform } = context.image.config;
  if (platform.os === 'windows') return { known: true, ...windowsWorkload(context) };
  const argv = [...container.entrypoint, ...container.cmd];
  const evidence = [configEvidence(container.entrypoint.length > 0 ? '/config/Entrypoint' : '/config/Cmd')];
  const chain = new StartChain(context);
  const end = argv.length > 0 ? chain.run(argv, { origin: 'entrypoint', evidence: evidence[0]! }, true) : undefined;
  for (const name of [...chain.programs]) runSupervised(context, chain, name);
  const { complete } = chain;
  const programs = [...chain.programs];
  const paths = [...chain.paths];
  const helpers = [...chain.helpers];
  runHealthcheck(chain, container.healthcheck?.test ?? []);
  const { needsShell } = chain;
  runJobs(context, chain);
  const value: Workload = {
    kind: argv.length === 0 ? 'none' : kindOf(context, end),
    programs,
    paths,
    packages: [...new Set(paths.flatMap((path) => ownerOf(path) ?? []))],
    needsShell,
    ...(helpers.length > 0 && { helpers }),
    commands: chain.commands,
    complete: complete && (argv.length === 0 || end?.node !== undefined),
  };
  for (const command of chain.commands) {
    const owner = command.program === undefined ? undefined : ownerOf(command.program);
    if (owner !== undefined) command.package = owner;
  }
  if (end) {
    value.main = { name: end.name };
    if (end.node) {
      value.main.path = end.node.path;
      value.main.layer = end.node.entry.layer;
      const owner = ownerOf(end.node.path);
      if (owner !== undefined) value.main.package = owner;
      evidence.push(fileEvidence(end.node.path, end.node.entry.layer));
    }
    const elf = elfOf(context, end.interpreter ?? end.node);
    if (elf) value.elf = elf;
  }
  return { known: true, value, evidence };
}

function runHealthcheck(chain: StartChain, test: readonly string[]): void {
  const place = { origin: 'healthcheck' as const, evidence: configEvidence('/config/Healthcheck/Test') };
  if (test[0] === 'CMD') chain.run(test.slice(1), place, false);
  else if (test[0] === 'CMD-SHELL') {
    chain.needsShell = true;
    chain.run(['/bin/sh', '-c', test[1] ?? ''], place, false);
  }
}

function kindOf(context: FactContext, end: ChainEnd | undefined): WorkloadKind {
  if (!end) return 'unknown';
  if (end.kind) return end.kind;
  if (!end.node) return 'unknown';
  const named = interpreterKind(baseName(end.node.path));
  if (named) return named;
  const fact = context.index.at<Executable>('executables', end.node.path)?.data;
  if (fact?.t !== 'elf') return 'unknown';
  if (fact.i !== undefined) return 'dynamic';
  return !fact.x && (fact.y === 2 || fact.y === 3) && !(fact.e && fact.d) ? 'static' : 'unknown';
}

function elfOf(context: FactContext, node: RootNode | undefined): Workload['elf'] {
  const fact = node && context.index.at<Executable>('executables', node.path)?.data;
  if (fact?.t !== 'elf') return undefined;
  const { i: interpreter, n: needed = [] } = fact;
  const elf: NonNullable<Workload['elf']> = { needed };
  if (interpreter !== undefined) elf.interpreter = interpreter;
  const names = [baseName(interpreter ?? ''), ...needed].join(' ');
  if (/\bld-musl-|\blibc\.musl-/.test(names)) elf.libc = 'musl';
  else if (/\bld-linux|\bld64\.so|\blibc\.so\.6\b/.test(names)) elf.libc = 'glibc';
  return elf;
}
