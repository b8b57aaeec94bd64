/** What the container runs: the start commands, followed through scripts. Facts never judge. */
import type { Evidence } from '../types.ts';
import type { StartInstall } from './services.ts';

/** One command that the image would run when it starts. */
export interface StartCommand {
  /** Base name of the program. */
  name: string;
  /** Literal words, the program first; a word that only run time knows is ''. No value of a secret: facts hold the masked text. */
  argv: string[];
  /** `entrypoint`: the configured argv. `script`: a start script reached from it. `healthcheck`, `cron`, `unit`: what those start; `unit` is also a program of a supervisor that the workload starts. */
  origin: 'entrypoint' | 'script' | 'healthcheck' | 'cron' | 'unit';
  /** Rootfs path of the script, crontab or unit; absent for the configuration. */
  path?: string;
  layer?: number;
  line?: number;
  /** Rootfs path of the program, where it was found. */
  program?: string;
  /** OS package that owns the program. */
  package?: string;
  /** What it asks a package manager to do. */
  installs?: StartInstall;
  /** Started in the background (`&`), so that another follows. */
  background?: boolean;
  evidence: Evidence;
}

export type WorkloadKind =
  | 'none'
  | 'static'
  | 'dynamic'
  | 'node'
  | 'python'
  | 'java'
  | 'ruby'
  | 'php'
  | 'perl'
  | 'dotnet'
  | 'erlang'
  | 'shell'
  | 'unknown';

/** The workload: what the container is there for. */
export interface Workload {
  kind: WorkloadKind;
  /** Base names of every program that starts it or is started by it, wrappers and scripts included. */
  programs: string[];
  /** Rootfs paths of the same, where they were found. */
  paths: string[];
  /** The program that stays: the last of the chain. */
  main?: { name: string; path?: string; layer?: number; package?: string };
  /** OS packages that own one of the paths. */
  packages: string[];
  /** A shell is needed: a start script, a shell form, or a script interpreter of `#!/bin/sh`. */
  needsShell: boolean;
  /** What a static or dynamic ELF asks of its base. */
  elf?: { interpreter?: string; libc?: 'glibc' | 'musl'; needed: string[] };
  /** Words of the helpers that start another program (`gosu app`, `tini --`), without that program. */
  helpers?: string[][];
  /** Start commands in order; a chain that could not be followed to its end is `complete: false`. */
  commands: StartCommand[];
  complete: boolean;
}
