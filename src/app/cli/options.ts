/** Every option of every command, as data: the parser, the help, the environment and docs/cli.md all follow it. */
import { formatNames } from '../../report/formats.ts';
import { policyOptions } from './policy/options.ts';

/** `flag` stands alone, `value` takes one (the last given wins), `list` takes one each time it is given. */
export type OptionKind = 'flag' | 'value' | 'list';

/** One option, as data. */
export interface OptionSpec {
  /** Without dashes. */
  name: string;
  kind: OptionKind;
  group: string;
  /** What stands for the value in the help. */
  value?: string;
  /** For the help: one line, no full stop. */
  describe: string;
}

/** The variable that stands in for an option: `--fail-on` is `TARE_FAIL_ON`. */
export function variableOf(name: string): string {
  return `TARE_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** In every command. */
export const help: OptionSpec = { name: 'help', kind: 'flag', group: 'Other', describe: 'show this help' };
/** In every command that prints for people. */
export const noColor: OptionSpec = {
  name: 'no-color',
  kind: 'flag',
  group: 'Report',
  describe: 'no colour, even on a terminal',
};

/** Options of `tare scan`, in the order in which the help shows them. */
export const scanOptions: readonly OptionSpec[] = [
  {
    name: 'format',
    kind: 'value',
    group: 'Report',
    value: 'FORMAT',
    describe: `${formatNames.slice(0, -1).join(', ')} or ${formatNames.at(-1)}, on standard output (default table)`,
  },
  {
    name: 'output',
    kind: 'list',
    group: 'Report',
    value: 'FORMAT=FILE',
    describe: 'also write the report in this format to a file',
  },
  {
    name: 'template',
    kind: 'value',
    group: 'Report',
    value: 'FILE',
    describe: 'what the format template fills (docs/formats.md)',
  },
  {
    name: 'suggest',
    kind: 'value',
    group: 'Report',
    value: 'WHAT',
    describe: 'in place of the report: how to run the image with no more rights than it needs, kubernetes or docker',
  },
  {
    name: 'all',
    kind: 'flag',
    group: 'Report',
    describe: 'show findings of low confidence, and every place of a finding',
  },
  {
    name: 'explain',
    kind: 'flag',
    group: 'Report',
    describe: 'below each finding of the table: why it matters, and where to read on',
  },
  { name: 'secrets-all', kind: 'flag', group: 'Report', describe: 'show secrets of low confidence: the same as --all' },
  {
    name: 'quiet',
    kind: 'flag',
    group: 'Report',
    describe: 'no progress, and one line for each image in place of the table',
  },
  noColor,

  {
    name: 'fail-on',
    kind: 'value',
    group: 'Gate',
    value: 'SEVERITY',
    describe: 'fail from this severity on: critical, high, medium, low or none (default high)',
  },
  { name: 'min-score', kind: 'value', group: 'Gate', value: 'N', describe: 'fail below this score, 0 to 100' },
  ...policyOptions,

  {
    name: 'ruleset',
    kind: 'value',
    group: 'Judgement',
    value: 'RULESET',
    describe: 'your own ruleset on top of the baseline: a file, a folder, npm:PACKAGE, or oci:NAME@DIGEST',
  },
  {
    name: 'trusted',
    kind: 'list',
    group: 'Judgement',
    value: 'PATTERN',
    describe: 'trust images that match, such as registry.example.com/team/**',
  },
  { name: 'what-if', kind: 'value', group: 'Judgement', value: 'base=NAME', describe: 'estimate it on another base' },
  {
    name: 'as-of',
    kind: 'value',
    group: 'Judgement',
    value: 'DATE',
    describe: 'judge support periods on this day, YYYY-MM-DD (default today)',
  },

  {
    name: 'platform',
    kind: 'value',
    group: 'Image',
    value: 'OS/ARCH[/VARIANT]',
    describe: 'which image of an index (default: this host on Linux)',
  },
  { name: 'all-platforms', kind: 'flag', group: 'Image', describe: 'grade every image of an index' },
  {
    name: 'verify',
    kind: 'value',
    group: 'Image',
    value: 'HOW',
    describe: 'digest mismatch in a local archive: report it as a finding, or strict to stop (default report)',
  },
  {
    name: 'dockerfile',
    kind: 'value',
    group: 'Image',
    value: 'FILE',
    describe: 'its Dockerfile: findings carry its lines',
  },
  {
    name: 'target',
    kind: 'value',
    group: 'Image',
    value: 'STAGE',
    describe: 'stage of it that was built (default last)',
  },
  { name: 'build-arg', kind: 'list', group: 'Image', value: 'NAME=VALUE', describe: 'a build argument of the image' },

  {
    name: 'registry-ca',
    kind: 'value',
    group: 'Registry and Docker',
    value: 'FILE',
    describe: 'certificates (PEM) to trust beside the usual ones',
  },
  {
    name: 'insecure-registry',
    kind: 'list',
    group: 'Registry and Docker',
    value: 'HOST[:PORT]',
    describe: 'allow plain HTTP for this registry',
  },
  {
    name: 'registry-mirror',
    kind: 'list',
    group: 'Registry and Docker',
    value: 'HOST=URL',
    describe: 'try this mirror first for images of HOST',
  },
  {
    name: 'docker-host',
    kind: 'value',
    group: 'Registry and Docker',
    value: 'URL',
    describe: 'Docker Engine to ask, as DOCKER_HOST',
  },
  {
    name: 'docker-context',
    kind: 'value',
    group: 'Registry and Docker',
    value: 'NAME',
    describe: 'Docker context to use, as DOCKER_CONTEXT',
  },

  {
    name: 'cache-dir',
    kind: 'value',
    group: 'Run',
    value: 'DIR',
    describe: 'folder of the layer cache (default: tare in the user’s cache folder)',
  },
  {
    name: 'cache-size',
    kind: 'value',
    group: 'Run',
    value: 'BYTES',
    describe: 'prune the layer cache to this size, such as 500MB (default 1GB)',
  },
  { name: 'no-cache', kind: 'flag', group: 'Run', describe: 'neither read nor write the layer cache' },
  {
    name: 'timeout',
    kind: 'value',
    group: 'Run',
    value: 'SECONDS',
    describe: 'give up after this long (default: never)',
  },
  {
    name: 'concurrency',
    kind: 'value',
    group: 'Run',
    value: 'N',
    describe: 'layers read at the same time (default: one per core, at most 8)',
  },
  {
    name: 'limit',
    kind: 'list',
    group: 'Run',
    value: 'NAME=VALUE',
    describe: 'set a limit on hostile input, such as layer-bytes=100GB',
  },
  help,
];
