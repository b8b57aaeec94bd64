/** Options of `tare rules`. */
import { help, noColor, type OptionSpec, scanOptions } from './options.ts';

/** Where rulesets may come from, as `tare scan` has it. */
const reading = new Set(['ruleset', 'registry-ca', 'insecure-registry', 'registry-mirror', 'cache-dir', 'no-cache']);

/** In the order in which the help shows them. */
export const rulesOptions: readonly OptionSpec[] = [
  {
    name: 'format',
    kind: 'value',
    group: 'Report',
    value: 'FORMAT',
    describe: 'table or json, on standard output (default table)',
  },
  noColor,
  ...scanOptions.filter(({ name }) => reading.has(name)),
  help,
];
