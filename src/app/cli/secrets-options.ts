/** Options of `tare secrets`, as data. */
import { help, noColor, type OptionSpec } from './options.ts';

const lowConfidence: OptionSpec = {
  name: 'secrets-all',
  kind: 'flag',
  group: 'Report',
  describe: 'show secrets of low confidence too',
};

/** Options of `tare secrets`. */
export const secretsOptions: readonly OptionSpec[] = [
  {
    name: 'format',
    kind: 'value',
    group: 'Report',
    value: 'FORMAT',
    describe: 'table or json, on standard output (default table)',
  },
  lowConfidence,
  { name: 'all', kind: 'flag', group: 'Report', describe: 'the same as --secrets-all' },
  noColor,
  {
    name: 'ruleset',
    kind: 'value',
    group: 'Judgement',
    value: 'FILE',
    describe: 'your own ruleset; its secrets.allow says what to let be',
  },
  {
    name: 'limit',
    kind: 'list',
    group: 'Run',
    value: 'NAME=VALUE',
    describe: 'set a limit on hostile input, such as entries-per-layer=1M',
  },
  help,
];
