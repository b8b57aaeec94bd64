import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import { loadRuleset } from '../../src/rules/load.ts';
import { judge } from '../../src/rules/run.ts';
import { RulesetError } from '../../src/types.ts';
import { known, makeFacts } from '../support/facts.ts';

const load = (...texts: string[]) => loadRuleset(texts.map((text, i) => ({ name: `dir/r${i}.yaml`, text })));

describe('loadRuleset', () => {
  it('is the baseline itself without files', async () => {
    expect(await loadRuleset([])).toBe(baseline());
  });

  it('merges files over the baseline, later ones over earlier ones', async () => {
    const ruleset = await load(
      'name: acme\ntrusted: [ghcr.io/acme/**]\ndisable: [shell-present]\nrules:\n  file-capability:\n    parameters: { allowed: [] }\n',
      'trusted: [registry.acme.example]\nrules:\n  file-capability:\n    parameters: { allowed: [cap_net_raw] }\n',
    );
    expect(ruleset.name).toBe('baseline@1 + acme + r1');
    expect(ruleset.version).toMatch(/^[0-9a-f]{12}$/);
    expect(ruleset.version).not.toBe(baseline().version);
    expect(ruleset.trusted).toEqual(['ghcr.io/acme/**', 'registry.acme.example']);
    expect(ruleset.disabled).toEqual({ 'shell-present': 'dir/r0.yaml' });
    const parameters = (from: typeof ruleset) =>
      from.rules.find(({ metadata }) => metadata.id === 'file-capability')?.metadata.parameters;
    expect(parameters(ruleset)).toEqual({ allowed: ['cap_net_raw'] });
    expect(parameters(baseline())).toEqual({ allowed: ['cap_net_bind_service'] });
    expect(ruleset.rules).toHaveLength(baseline().rules.length);
  });

  it('has a version that follows every change, and nothing else', async () => {
    const version = async (text: string) => (await load(text)).version;
    expect(await version('trusted: [a.example/x]')).toBe(await version('# other words\ntrusted:\n  - a.example/x\n'));
    expect(await version('trusted: [a.example/x]')).not.toBe(await version('trusted: [a.example/y]'));
    expect(await version('disable: [shell-present]')).not.toBe(await version('disable: [run-as-root]'));
  });

  it('is judged by', async () => {
    const facts = makeFacts({
      privilegedFiles: known([
        {
          path: 'bin/ping',
          layer: 0,
          mode: 0o755,
          uid: 0,
          gid: 0,
          setuid: false,
          setgid: false,
          capabilities: ['cap_net_raw'],
          reachable: true,
        },
      ]),
    });
    expect(judge(facts, await load('{}')).findings.map(({ rule }) => rule)).toEqual(['file-capability']);
    const lenient = await load('rules: { file-capability: { parameters: { allowed: [cap_net_raw] } } }');
    expect(judge(facts, lenient).findings).toEqual([]);
    const disabled = await load('disable: [file-capability]');
    expect(judge(facts, disabled).findings).toMatchObject([
      { rule: 'file-capability', outcome: 'unknown', severity: 'medium' },
    ]);
  });

  it.each([
    [
      'disable: [shel-present]',
      'dir/r0.yaml:1:11: disable[0]: there is no rule shel-present; did you mean shell-present?',
    ],
    [
      'rules:\n  no-such-thing-at-all:\n    parameters: {}\n',
      'dir/r0.yaml:2:3: rules.no-such-thing-at-all: there is no rule no-such-thing-at-all; `tare rules` lists them',
    ],
    [
      'rules:\n  shell-present:\n    parameters: { most: 1 }\n',
      'dir/r0.yaml:3:19: rules.shell-present.parameters.most: shell-present has no parameters; take this out',
    ],
    [
      'rules:\n  file-capability:\n    parameters: { alowed: [] }\n',
      'dir/r0.yaml:3:19: rules.file-capability.parameters.alowed: file-capability has no parameter alowed; did you mean allowed?',
    ],
    [
      'rules:\n  file-capability:\n    parameters: { allowed: cap_net_raw }\n',
      'dir/r0.yaml:3:28: rules.file-capability.parameters.allowed: must be a list, as the default is, not text',
    ],
    [
      'rules:\n  file-capability:\n    parameters:\n      allowed:\n        - a\n        - 1\n',
      'dir/r0.yaml:6:11: rules.file-capability.parameters.allowed[1]: must be text, as the default is, not a number',
    ],
    [
      'rules:\n  package-database-missing:\n    parameters: { unownedBytes: -1 }\n',
      'dir/r0.yaml:3:33: rules.package-database-missing.parameters.unownedBytes: must not be negative',
    ],
    [
      'rules:\n  package-database-missing:\n    parameters: { unownedBytes: .inf }\n',
      'dir/r0.yaml:3:33: rules.package-database-missing.parameters.unownedBytes: must be a finite number',
    ],
    [
      'rules:\n  untrusted-registry:\n    parameters: { defaults: "no" }\n',
      'dir/r0.yaml:3:29: rules.untrusted-registry.parameters.defaults: must be true or false, as the default is, not text',
    ],
    [
      'rules:\n  tls-verification-disabled:\n    parameters: { options: { git: [x] } }\n',
      'dir/r0.yaml:3:35: rules.tls-verification-disabled.parameters.options.git: must be text, as the default is, not a list',
    ],
  ])('refuses %j', async (text, message) => {
    const error = await load(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RulesetError);
    expect((error as Error).message).toBe(message);
  });
});
