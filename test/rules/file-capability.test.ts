/** Which files make the rule about capabilities speak of a way to root. */
import { expect, it } from 'vitest';
import { check } from '../../src/rules/least-privilege/file-capability.ts';
import type { PrivilegedFile } from '../../src/types/facts.ts';
import { known, makeFacts } from '../support/facts.ts';

const file = (path: string, capability: string): PrivilegedFile => ({
  ...{ path, layer: 0, mode: 0o755, uid: 0, gid: 0, setuid: false, setgid: false, reachable: true },
  capabilities: [capability],
});
const facts = makeFacts({
  privilegedFiles: known([file('usr/bin/ping', 'cap_net_raw'), file('usr/bin/python3', 'cap_setuid')]),
  escalations: known([
    {
      kind: 'capability',
      path: 'usr/bin/python3',
      certainty: 'known',
      evidence: { at: 'file', path: 'usr/bin/python3', layer: 0 },
    },
  ]),
});
const variantWith = (allowed: string[]) => check(facts, { parameters: { allowed }, data: {}, trusted: [] })[0]?.variant;

it('are those that it names, not those that its parameters let be', () => {
  expect(variantWith([])).toBe('escalation');
  expect(variantWith(['cap_setuid'])).toBeUndefined();
});
