/** Which options each command has, in one place: shell completion and the man page follow it. */

import { initOptions } from './init-command.ts';
import { diffOptions, sbomOptions } from './inventory-options.ts';
import { lintOptions } from './lint-options.ts';
import { help, type OptionSpec, scanOptions } from './options.ts';
import { baselineOptions, configOptions } from './policy/command-options.ts';
import { rulesOptions } from './rules-options.ts';
import { secretsOptions } from './secrets-options.ts';
import { gateOptions, rescanOptions, serveOptions, sweepOptions, workerOptions } from './server-options.ts';

/** Options of `tare completion`: nothing can be chosen but the shell. */
export const completionOptions: readonly OptionSpec[] = [help];

/** By command; those of main.ts, each of them. */
export const optionTables: ReadonlyMap<string, readonly OptionSpec[]> = new Map([
  ['scan', scanOptions],
  ['lint', lintOptions],
  ['secrets', secretsOptions],
  ['sbom', sbomOptions],
  ['init', initOptions],
  ['diff', diffOptions],
  ['baseline', baselineOptions],
  ['config', configOptions],
  ['rules', rulesOptions],
  ['serve', serveOptions],
  ['worker', workerOptions],
  ['gate', gateOptions],
  ['sweep', sweepOptions],
  ['rescan', rescanOptions],
  ['completion', completionOptions],
]);
