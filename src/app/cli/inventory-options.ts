/** Options of `tare sbom` and `tare diff`, in the order in which the help shows them. */

import { diffFormatNames } from '../../report/diff/formats.ts';
import { sbomFormatNames } from '../../report/sbom/formats.ts';
import { type OptionSpec, scanOptions } from './options.ts';

const shared = (...names: string[]): OptionSpec[] => scanOptions.filter(({ name }) => names.includes(name));

/** What every command takes that opens an image. */
const reading: readonly OptionSpec[] = shared(
  'verify',
  'registry-ca',
  'insecure-registry',
  'registry-mirror',
  'docker-host',
  'docker-context',
  'cache-dir',
  'cache-size',
  'no-cache',
  'timeout',
  'concurrency',
  'limit',
  'help',
);

export const sbomOptions: readonly OptionSpec[] = [
  {
    name: 'format',
    kind: 'value',
    group: 'Report',
    value: 'FORMAT',
    describe: `${sbomFormatNames.slice(0, -1).join(', ')} or ${sbomFormatNames.at(-1)}, on standard output (default table)`,
  },
  {
    name: 'output',
    kind: 'list',
    group: 'Report',
    value: 'FORMAT=FILE',
    describe: 'also write it in this format to a file',
  },
  { name: 'quiet', kind: 'flag', group: 'Report', describe: 'no progress, and no notes on what could not be read' },
  ...shared('no-color'),
  {
    name: 'as-of',
    kind: 'value',
    group: 'Report',
    value: 'DATE',
    describe: 'date it with this day, YYYY-MM-DD (default SOURCE_DATE_EPOCH, else the image’s own date)',
  },
  {
    name: 'platform',
    kind: 'value',
    group: 'Image',
    value: 'OS/ARCH[/VARIANT]',
    describe: 'which image of an index (default: this host on Linux)',
  },
  ...reading,
];

/** Options of `tare diff`. */
export const diffOptions: readonly OptionSpec[] = [
  {
    name: 'format',
    kind: 'value',
    group: 'Report',
    value: 'FORMAT',
    describe: `${diffFormatNames.join(' or ')}, on standard output (default table)`,
  },
  {
    name: 'output',
    kind: 'list',
    group: 'Report',
    value: 'FORMAT=FILE',
    describe: 'also write it in this format to a file',
  },
  { name: 'all', kind: 'flag', group: 'Report', describe: 'show findings of low confidence, and every package' },
  { name: 'quiet', kind: 'flag', group: 'Report', describe: 'no progress' },
  ...shared('no-color'),
  { name: 'fail-if-worse', kind: 'flag', group: 'Gate', describe: 'exit code 1 when the new image is worse' },
  {
    name: 'fail-on',
    kind: 'value',
    group: 'Gate',
    value: 'SEVERITY',
    describe: 'a new finding from this severity on makes it worse: critical, high, medium, low or none (default high)',
  },
  ...shared('ruleset', 'trusted', 'as-of'),
  {
    name: 'platform',
    kind: 'value',
    group: 'Image',
    value: 'OS/ARCH[/VARIANT]',
    describe: 'which image of an index (default: this host on Linux)',
  },
  ...reading,
];
