/** Options of the commands about options. */
import { lintOptions } from '../lint-options.ts';
import { type OptionSpec, scanOptions } from '../options.ts';

/** Options of `tare baseline`: those of a scan that choose what is looked at, and the file. */
export const baselineOptions: readonly OptionSpec[] = [
  {
    name: 'write',
    kind: 'value',
    group: 'Baseline',
    value: 'FILE',
    describe: 'where it is written (default tare-baseline.json); targets of other runs stay in it',
  },
  ...scanOptions.filter(
    ({ group, name }) => !['Report', 'Gate'].includes(group) || name === 'quiet' || name === 'suppress',
  ),
];

/** Options of `tare config`: those of scans and lints, each of which it can show. */
export const configOptions: readonly OptionSpec[] = [
  ...scanOptions,
  ...lintOptions.filter(({ name }) => !scanOptions.some((spec) => spec.name === name)),
];
