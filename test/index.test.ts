/** The library: what it refuses of its options, and where rulesets come from. */
import { describe, expect, it } from 'vitest';
import { type LintOptions, lint, type ScanOptions, scan } from '../src/index.ts';
import { UsageError } from '../src/types.ts';

const refused: [string, object, RegExp][] = [
  ['failOn', { failOn: 'High' }, /^failOn is one of critical, high, medium, low, none, not "High"$/],
  ['failOn', { failOn: 'info' }, /^failOn is one of/],
  ['asOf', { asOf: '2026-13-45' }, /^asOf is a day such as 2026-11-23, not "2026-13-45"$/],
  ['asOf', { asOf: '2026-02-30' }, /^asOf is a day/],
  ['asOf', { asOf: 20261123 }, /^asOf is a day/],
  ['minScore', { minScore: 101 }, /^minScore is a number from 0 to 100, not "101"$/],
  ['minScore', { minScore: '80' }, /^minScore is a number/],
  ['platform', { platform: 'penguin' }, /^"penguin" is not a platform: write os/],
  ['platform', { platform: 64 }, /^"64" is not a platform/],
];

describe('options that make no sense', () => {
  it.each(refused)('in %s are refused with one sentence: %j', async (_, options, sentence) => {
    const told = [
      await lint('FROM scratch\n', options as LintOptions).catch((error: unknown) => error),
      await scan('missing.tar', options as ScanOptions).catch((error: unknown) => error),
    ];
    for (const error of told) {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).toMatch(sentence);
    }
  });

  it('are none of these', async () => {
    const options = { failOn: 'none', asOf: '2024-02-29', minScore: 0, platform: 'linux/arm64' } as const;
    const report = await lint('FROM scratch\n', options);
    expect(report.gate).toMatchObject({ failOn: 'none', minScore: 0 });
    expect(report.ruleset.asOf).toBe('2024-02-29');
  });
});

describe('rulesets', () => {
  const acme = {
    name: 'acme.yaml',
    text: 'rules:\n  acme-debian:\n    { title: t, for: distro, when: distro.id == "debian", category: hygiene, severity: low, message: "{id}", why: w, remediation: r }\n',
  };

  it('are YAML, or named as --ruleset takes them', async () => {
    const rulesets = [acme, 'samples/rules'];
    const report = await lint('FROM debian:13\n', { rulesets });
    expect(report.ruleset.name).toBe('baseline@1 + acme + house');
    const own = ['acme-debian', 'house-owner-label', 'house-registry'];
    expect(report.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(own));
    const [image] = await scan('samples/debian-root.image.yaml', { rulesets });
    expect(image!.findings.find(({ rule }) => rule === 'acme-debian')).toMatchObject({ gateOnly: true, gain: 0 });
  });

  it('that cannot be read are told', async () => {
    const told = (ruleset: string) => lint('FROM scratch\n', { rulesets: [ruleset] });
    await expect(told('missing.yaml')).rejects.toThrow("cannot read the ruleset 'missing.yaml': there is no such file");
    // No more of a file is read than a ruleset may have, and this one has no end.
    await expect(told('/dev/zero')).rejects.toThrow("'/dev/zero': it is larger than 4194304 bytes");
    await expect(told('oci:registry.example.com/rules')).rejects.toThrow(/is named by no digest/);
  });
});
