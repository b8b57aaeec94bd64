/** Options of `tare lint`, in the order in which the help shows them. */
import { type OptionSpec, scanOptions } from './options.ts';
import { policyOptions } from './policy/options.ts';

const shared = (...names: string[]): OptionSpec[] => scanOptions.filter(({ name }) => names.includes(name));

export const lintOptions: readonly OptionSpec[] = [
  {
    name: 'staged',
    kind: 'flag',
    group: 'Files',
    describe: 'the Dockerfiles that are about to be committed, as Git has them staged, in place of PATH',
  },
  {
    name: 'format',
    kind: 'value',
    group: 'Report',
    value: 'FORMAT',
    describe: 'table, json, sarif, junit, github and others (default table)',
  },
  ...shared('output'),
  { name: 'all', kind: 'flag', group: 'Report', describe: 'show findings of low confidence and suppressed ones' },
  ...shared('explain'),
  { name: 'quiet', kind: 'flag', group: 'Report', describe: 'one line for each file in place of the table' },
  ...shared('no-color'),
  ...shared('fail-on'),
  {
    name: 'min-score',
    kind: 'value',
    group: 'Gate',
    value: 'N',
    describe: 'fail where the best score within reach is below this, 0 to 100',
  },
  ...policyOptions,
  { name: 'hygiene', kind: 'flag', group: 'Gate', describe: 'let findings of Dockerfile quality fail the gate too' },
  ...shared('ruleset', 'trusted', 'as-of'),
  {
    name: 'shellcheck',
    kind: 'value',
    group: 'Judgement',
    value: 'WHEN',
    describe: 'let ShellCheck read the scripts of RUN: auto (where it is on PATH), on or off (default auto)',
  },
  {
    name: 'label-schema',
    kind: 'value',
    group: 'Judgement',
    value: 'FILE|NAME=KIND,...',
    describe: 'labels that the image must have, and the kinds of their values (docs/lint.md)',
  },
  { name: 'fix', kind: 'flag', group: 'Fix', describe: 'mend what can be mended safely, in the files themselves' },
  {
    name: 'fix-dry-run',
    kind: 'flag',
    group: 'Fix',
    describe: 'show as a diff what --fix would change, and change nothing',
  },
  {
    name: 'fix-unsafe',
    kind: 'flag',
    group: 'Fix',
    describe: 'mend also by changes that may alter more than the fault (docs/fixes.md)',
  },
  {
    name: 'pin',
    kind: 'list',
    group: 'Fix',
    value: 'IMAGE@DIGEST',
    describe: 'a digest to pin a base image to, such as debian:12@sha256:…',
  },
  {
    name: 'target',
    kind: 'value',
    group: 'Build',
    value: 'STAGE',
    describe: 'the stage that is built, by name or number (default the last)',
  },
  {
    name: 'build-arg',
    kind: 'list',
    group: 'Build',
    value: 'NAME=VALUE',
    describe: 'a build argument, as docker build takes it',
  },
  {
    name: 'platform',
    kind: 'value',
    group: 'Build',
    value: 'OS/ARCH[/VARIANT]',
    describe: 'the platform that is built',
  },
  {
    name: 'context',
    kind: 'value',
    group: 'Build',
    value: 'DIR',
    describe: 'the build context (default: the Dockerfile’s folder, or the current one where that fits)',
  },
  {
    name: 'stdin-filename',
    kind: 'value',
    group: 'Build',
    value: 'NAME',
    describe: 'what standard input (-) is called in the report',
  },
  {
    name: 'pull-base',
    kind: 'flag',
    group: 'Build',
    describe:
      'ask the registry for what the base image sets, and its digest; else only Docker and earlier scans are asked',
  },
  ...shared('cache-dir', 'no-cache'),
  ...shared('docker-host', 'docker-context', 'registry-ca', 'insecure-registry', 'registry-mirror', 'timeout'),
  ...shared('help'),
];
