/** Rule metadata for reports in tests. */
import type { ImageReport } from '../../src/types/report.ts';
import type { RuleMetadata } from '../../src/types/rule.ts';
import type { RuleId } from '../../src/types.ts';

/** Metadata for rules of the fixtures, and of one that finds nothing in them. */
export const fixtureRules: RuleMetadata[] = [
  {
    id: 'run-as-root',
    title: 'The container runs as root',
    category: 'least-privilege',
    severity: 'high',
    confidence: 'high',
    on: ['image'],
    why: 'Root in a container is root to the kernel.',
    message: { default: 'Runs as root' },
    remediation: {
      default: 'Create a user and name it by its number, such as USER 10001:10001.',
      alias: 'Give {name} a uid of its own; {count:file|files} stay.',
      unknown: 'Make /etc/passwd readable.',
    },
    references: [
      { title: 'CIS Docker Benchmark', section: '4.1 Create a user for the container' },
      { title: 'Pod Security Standards', section: 'Restricted', url: 'https://kubernetes.io/docs/concepts/security/' },
    ],
    parameters: {},
    data: [],
  },
  {
    id: 'setuid-file',
    title: "Programs run with their owner's rights (setuid)",
    category: 'least-privilege',
    severity: 'low',
    confidence: 'high',
    on: ['image'],
    why: 'It is the shortest way back to root.',
    message: { default: '{count} files' },
    remediation: { default: 'RUN find / -xdev -perm /6000 -exec chmod a-s {} +' },
    references: [{ title: 'CIS Docker Benchmark', section: '4.8 Remove setuid and setgid permissions' }],
    parameters: {},
    data: [],
  },
  {
    id: 'shell-missing',
    title: 'Never found',
    category: 'hygiene',
    severity: 'info',
    confidence: 'low',
    on: ['image'],
    why: 'For a test that passes.',
    message: { default: 'x' },
    remediation: { default: 'y' },
    references: [],
    parameters: {},
    data: [],
  },
];

/** Rules that say whatever a report says: a user's own ruleset can hold any text. */
export function echoedRules(reports: readonly ImageReport[]): RuleMetadata[] {
  const rules = new Map<RuleId, RuleMetadata>();
  for (const { rule, category, severity, confidence, message, remediation } of reports.flatMap((one) => one.findings)) {
    rules.set(rule, {
      ...{ id: rule, title: message, category, severity, confidence, on: ['image'], why: `${remediation}{name}` },
      ...{ message: { default: message }, remediation: { default: remediation, other: `${message}{count:a|b}` } },
      references: [
        { title: message, section: remediation, url: `https://example.com/${message}` },
        { title: 'x', section: message, url: message },
      ],
      ...{ parameters: {}, data: [] },
    });
  }
  return [...rules.values()];
}
