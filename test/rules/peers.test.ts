/** The table of other tools' checks: whole, and true of the rules that are there. */
import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import type { Peers } from '../../src/rules/data.ts';

const { rules, data } = baseline();
const { checks } = data['peers'] as Peers;
const byId = new Map(rules.map(({ metadata }) => [metadata.id, metadata]));
const idsOf = (tool: string) => checks.filter((check) => check.tool === tool).map(({ id }) => id);

describe('checks of other tools', () => {
  it('name rules that are there and judge Dockerfiles, or a reason', () => {
    for (const { tool, id, rules: ours, refused } of checks) {
      expect(ours.length > 0 !== (refused !== undefined), `${tool} ${id}`).toBe(true);
      for (const rule of ours) {
        expect(byId.has(rule), `${tool} ${id}: ${rule}`).toBe(true);
        // A secret is found in the file's text or in the image's history, by the same rule.
        if (byId.get(rule)!.category !== 'secrets-and-data')
          expect(byId.get(rule)!.on, `${tool} ${id}: ${rule}`).toContain('dockerfile');
      }
    }
  });

  it('stand there once', () => {
    const keys = checks.map(({ tool, id }) => `${tool} ${id}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leave no number of hadolint out', () => {
    const from = (start: number, end: number) => Array.from({ length: end - start + 1 }, (_, i) => `DL${start + i}`);
    // DL4002 was never there.
    const numbers = [...from(3000, 3077), 'DL4000', 'DL4001', ...from(4003, 4007)];
    expect(idsOf('hadolint').filter((id) => id !== 'DL1001')).toEqual(numbers);
  });

  it('leave no number of Checkov out', () => {
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
    expect(idsOf('checkov')).toEqual([...names('CKV_DOCKER_', 11), ...names('CKV2_DOCKER_', 17)]);
  });

  it('reach every rule about the form of a Dockerfile that others have too', () => {
    const reached = new Set(checks.flatMap((check) => check.rules));
    const own = rules.filter(({ metadata }) => metadata.category === 'hygiene' && !reached.has(metadata.id));
    expect(own.map(({ metadata }) => metadata.id)).toEqual(['invalid-instruction']);
  });
});
