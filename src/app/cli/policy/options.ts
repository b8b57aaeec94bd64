/** Options of the gate and of where options come from: those of `tare scan` and `tare lint` alike. */
import type { OptionSpec } from '../options.ts';

export const policyOptions: readonly OptionSpec[] = [
  {
    name: 'profile',
    kind: 'value',
    group: 'Gate',
    value: 'NAME',
    describe: 'a ready-made gate: strict, cis-docker, nist-800-190, pss-restricted or baseline',
  },
  {
    name: 'gate',
    kind: 'list',
    group: 'Gate',
    value: 'RULE=SEVERITY',
    describe: 'fail for a rule, or a category, from this severity on; any and none are severities too',
  },
  {
    name: 'severity',
    kind: 'list',
    group: 'Gate',
    value: 'RULE=SEVERITY',
    describe: 'let the gate read what a rule finds as this severe; the score does not follow',
  },
  {
    name: 'suppress',
    kind: 'list',
    group: 'Gate',
    value: 'RULE[:PATH]=REASON',
    describe: 'let be what a rule finds, there or everywhere; it stays in the report and the score',
  },
  {
    name: 'baseline',
    kind: 'value',
    group: 'Gate',
    value: 'FILE',
    describe: 'fail only for what is not in this file, which tare baseline writes',
  },
  {
    name: 'config',
    kind: 'value',
    group: 'Options file',
    value: 'FILE',
    describe: 'options file (default: tare.yaml in the target’s folder or above it)',
  },
  { name: 'no-config', kind: 'flag', group: 'Options file', describe: 'read no options file' },
];
