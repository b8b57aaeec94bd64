/** ShellCheck's remarks as findings under its own ids. They are hygiene: they gate where that is asked for, and never score. */
import type { DockerfileFacts, ShellRemarkFact } from '../types/dockerfile.ts';
import type { RuleMetadata } from '../types/rule.ts';
import type { Finding, Severity } from '../types.ts';
import { fingerprint } from './fingerprint.ts';

/** `SC2086` */
export const shellcheckId = /^SC[1-9]\d{3}$/;

/** A script that goes wrong is not yet harm at run time: even its errors are lighter than an open door. */
const severities: Record<ShellRemarkFact['level'], Severity> = {
  error: 'medium',
  warning: 'low',
  info: 'info',
  style: 'info',
};

export function shellcheckFindings({ shellRemarks = [] }: DockerfileFacts): Finding[] {
  const twins = new Map<string, number>();
  return shellRemarks.map(({ code, level, message, dialect, evidence }): Finding => {
    const rule = `SC${code}`;
    const alone = fingerprint(rule, [evidence]);
    const twin = twins.get(alone) ?? 0;
    twins.set(alone, twin + 1);
    return {
      rule,
      category: 'hygiene',
      outcome: 'fail',
      severity: severities[level],
      confidence: 'high',
      message: message.replace(/\.$/, ''),
      remediation: `ShellCheck explains it: ${pageOf(rule)}`,
      data: { level, shell: dialect },
      evidence: [evidence],
      fingerprint: twin === 0 ? alone : fingerprint(rule, [evidence], twin),
    };
  });
}

/** What formats say of rules, for those of ShellCheck's that were found. */
export function shellcheckRules(findings: Iterable<Finding>): RuleMetadata[] {
  const found = new Map<string, Finding>();
  for (const finding of findings)
    if (shellcheckId.test(finding.rule) && !found.has(finding.rule)) found.set(finding.rule, finding);
  return [...found.values()]
    .map(({ rule, severity }): RuleMetadata => {
      const url = pageOf(rule);
      return {
        id: rule,
        title: `ShellCheck ${rule}`,
        category: 'hygiene',
        severity,
        confidence: 'high',
        on: ['dockerfile'],
        why: 'ShellCheck reads the scripts of RUN, and says where a shell does something else than their author meant',
        message: { default: `ShellCheck ${rule}` },
        remediation: { default: `ShellCheck explains it: ${url}` },
        references: [{ title: 'ShellCheck', section: rule, url }],
        parameters: {},
        data: [],
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function pageOf(rule: string): string {
  return `https://www.shellcheck.net/wiki/${rule}`;
}
