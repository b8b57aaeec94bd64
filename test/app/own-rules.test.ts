/** Rules of the user's own, from the built command line: in scans, lints and reports, tested, explained, and hostile. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DockerfileReport, ImageReport } from '../../src/types/report.ts';
import { root, workplace } from './tare.ts';

const { at, tare } = workplace();
const sample = join(root, 'samples/debian-root.image.yaml');
const house = join(root, 'samples/rules/house.yaml');

function file(name: string, text: string): string {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

/** One rule with all its fields; the last ones given win. */
function rule(more: string, id = 'acme-apt'): string {
  const fields = new Map(
    Object.entries({
      title: 'apt is in there',
      for: 'packages',
      when: "pkg.name == 'apt'",
      category: 'unnecessary-software',
      severity: 'critical',
      message: "'{name} {version} is installed'",
      why: 'Nobody needs it.',
      remediation: 'Take it out.',
      references: '[{ title: Acme handbook, url: "https://handbook.acme.example/apt" }]',
    }),
  );
  for (const line of more.split('\n').filter(Boolean))
    fields.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2));
  return `rules:\n  ${id}:\n${[...fields].map(([name, value]) => `    ${name}: ${value}\n`).join('')}`;
}

const apt = file('apt.yaml', rule(''));

async function scan(args: string[]): Promise<{ code: number | null; report: ImageReport; stderr: string }> {
  const { code, stdout, stderr } = await tare(['scan', sample, '--no-config', '--format', 'json', ...args]);
  return { code, report: JSON.parse(stdout) as ImageReport, stderr };
}

describe('a scan', () => {
  it('finds, gates and keeps its score', async () => {
    const bare = await scan([]);
    const { code, report } = await scan(['--ruleset', apt, '--fail-on', 'critical']);
    expect(code).toBe(1);
    expect(report.score).toEqual(bare.report.score);
    expect(report.findings.find(({ rule: id }) => id === 'acme-apt')).toMatchObject({
      ...{ severity: 'critical', message: 'apt 3.0.3 is installed', gateOnly: true, gain: 0 },
      evidence: [{ at: 'file', path: 'var/lib/dpkg/status', note: 'apt 3.0.3' }],
    });
    expect(report.gate.reason).toBe('acme-apt is critical, and --fail-on is critical.');
    expect((await scan(['--fail-on', 'critical'])).code).toBe(0);
  });

  it('lets be what options and a baseline let be, by its id', async () => {
    const ruleset = ['--ruleset', apt, '--fail-on', 'critical'];
    for (const option of [
      ['--suppress', 'acme-apt=we build with it'],
      ['--gate', 'acme-apt=none'],
      ['--severity', 'acme-apt=low'],
    ])
      expect((await scan([...ruleset, ...option])).code).toBe(0);
    const known = at('known.json');
    const written = await tare(['baseline', sample, '--no-config', '--ruleset', apt, '--write', known]);
    expect(written).toMatchObject({ code: 0, stderr: expect.not.stringContaining('tare:') });
    expect((await scan([...ruleset, '--baseline', known])).code).toBe(0);
    const wrong = await tare(['scan', sample, '--no-config', '--ruleset', apt, '--suppress', 'acme-atp=x']);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: "tare: --suppress: there is no rule 'acme-atp'; did you mean acme-apt?\n",
    });
    const without = await tare(['scan', sample, '--no-config', '--gate', 'acme-apt=none']);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no rule 'acme-apt'") });
  });

  it('takes its id in an options file', async () => {
    file('project/apt.yaml', rule(''));
    const options = file(
      'project/tare.yaml',
      'ruleset: apt.yaml\ngate: { fail-on: critical }\nsuppress: [{ rule: acme-apt, package: apt, reason: r }]\n',
    );
    expect((await tare(['scan', sample, '--config', options])).code).toBe(0);
    file('project/tare.yaml', 'ruleset: apt.yaml\ngate: { rules: { acme-atp: none } }\n');
    const wrong = await tare(['scan', sample, '--config', options]);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(
      /tare\.yaml:2:18: gate\.rules\.acme-atp: there is no rule acme-atp; did you mean acme-apt\?\n$/,
    );
    file('project/tare.yaml', 'ruleset: oci:registry.example.com/rules@sha256:0\n');
    expect((await tare(['scan', sample, '--config', options])).stderr).toContain(
      'asks no registry; give --ruleset oci:',
    );
  });

  it('says its reasons in every format', async () => {
    for (const [format, parts] of [
      ['sarif', ['"id": "acme-apt"', 'Nobody needs it.', 'https://handbook.acme.example/apt']],
      ['table', ['acme-apt', 'apt 3.0.3 is installed']],
      ['html', ['acme-apt', 'Nobody needs it.']],
      ['markdown', ['acme-apt']],
      ['junit', ['acme-apt']],
      ['github', ['acme-apt']],
      ['gitlab-codequality', ['acme-apt']],
      ['gitlab-container-scanning', ['acme-apt']],
      ['checkstyle', ['acme-apt']],
    ] as const) {
      const { code, stdout, stderr } = await tare([
        'scan',
        sample,
        '--no-config',
        '--format',
        format,
        '--ruleset',
        apt,
      ]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      for (const part of parts) expect(stdout).toContain(part);
    }
  });

  it('takes all rulesets of a folder, and no name twice', async () => {
    file('folder/b.yaml', rule('message: "b: {name}"\n', 'acme-b'));
    file('folder/a.yml', rule('message: "a: {name}"\n', 'acme-a'));
    file('folder/notes.txt', 'not a ruleset');
    const { report } = await scan(['--ruleset', at('folder')]);
    expect(report.ruleset.name).toBe('baseline@1 + a + b');
    expect(
      report.findings
        .map(({ rule: id }) => id)
        .filter((id) => id.startsWith('acme'))
        .sort(),
    ).toEqual(['acme-a', 'acme-b']);
    file('folder/c.yaml', rule('', 'acme-a'));
    const twice = await tare(['scan', sample, '--no-config', '--ruleset', at('folder')]);
    expect(twice).toMatchObject({ code: 2, stdout: '' });
    expect(twice.stderr).toMatch(/folder\/c\.yaml:2:3: rules\.acme-a: acme-a is there already, in .*folder\/a\.yml/);
    mkdirSync(at('empty'), { recursive: true });
    expect((await tare(['scan', sample, '--no-config', '--ruleset', at('empty')])).stderr).toContain(
      'is a folder without a .yaml file',
    );
  });
});

describe('a lint', () => {
  it('finds and gates, and comments let be', async () => {
    const rules = file(
      'git.yaml',
      rule('for: commands\nwhen: command.name == "git"\nmessage: "{name} in line {line}"', 'acme-git'),
    );
    const lint = async (text: string) => {
      const path = file('lint/Dockerfile', text);
      const { code, stdout } = await tare([
        'lint',
        path,
        '--no-config',
        '--ruleset',
        rules,
        '--format',
        'json',
        '--fail-on',
        'critical',
      ]);
      const { findings, gate } = JSON.parse(stdout) as DockerfileReport;
      return { code, own: findings.filter(({ rule: id }) => id === 'acme-git'), gate };
    };
    const text = 'FROM scratch\nUSER 1000\nRUN git clone https://git.example.com/a\n';
    const { code, own, gate } = await lint(text);
    expect(code).toBe(1);
    expect(own).toMatchObject([{ message: 'git in line 3', evidence: [{ at: 'instruction' }] }]);
    expect(gate.reason).toContain('acme-git is critical');
    const passed = await lint(text.replace('RUN', '# tare ignore=acme-git it is our own mirror\nRUN'));
    expect(passed).toMatchObject({ code: 0, own: [{ suppression: { reason: 'it is our own mirror' } }] });
  });
});

describe('tare rules test', () => {
  it('runs the samples, and they pass', async () => {
    for (const name of readdirSync(join(root, 'samples/rules'))) {
      const { code, stdout, stderr } = await tare(['rules', 'test', join('samples/rules', name)], { cwd: root });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^passed {2}samples\/rules\/\S+:\d+ {2}\S+, ok$/m);
      expect(stdout).toMatch(/\nAll \d+ tests passed\.\n$/);
    }
  });

  it('says what failed, where, and why', async () => {
    const tests = `{ ok: [{ dockerfile: "FROM scratch\\nRUN git pull" }, { dockerfile: FROM scratch }],
        ng: [{ dockerfile: "FROM scratch\\nRUN git pull && git log", findings: 3 },
             { dockerfile: FROM scratch },
             { dockerfile: "FROM scratch\\nRUN git pull", messages: [line 7] }] }`;
    const path = file(
      'failing.yaml',
      rule(`for: commands\nwhen: command.name == "git"\nmessage: "{name} in line {line}"\ntests: TESTS`).replace(
        'TESTS',
        tests,
      ),
    );
    const { code, stdout } = await tare(['rules', 'test', path, '--no-color']);
    expect(code).toBe(1);
    expect(stdout.replaceAll(path, 'f').split('\n')).toEqual([
      'FAILED  f:12  acme-apt, ok: it must find nothing, and found 1: "git in line 2"',
      'passed  f:12  acme-apt, ok',
      'FAILED  f:13  acme-apt, ng: it must find 3, and found 2: "git in line 2", "git in line 2"',
      'FAILED  f:14  acme-apt, ng: it must find something, and found nothing',
      'FAILED  f:15  acme-apt, ng: no message has "line 7"; it found 1: "git in line 2"',
      '',
      '4 of 5 tests failed.',
      '',
    ]);
    const json = await tare(['rules', 'test', path, '--format', 'json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      passed: 1,
      failed: 4,
      tests: [{ line: 12, expects: 'ok', passed: false }, {}, {}, {}, {}],
    });
  });

  it.each([
    ['no tests', rule(''), / holds no tests; give a rule some/],
    [
      'a test of what the rule does not see',
      rule('tests: { ng: [{ dockerfile: FROM scratch }] }'),
      /:12:21: rules\.acme-apt\.tests\.ng\[0\]\.dockerfile: acme-apt is judged on image alone/,
    ],
    ['a test of nothing', rule('tests: { ng: [{ findings: 1 }] }'), /needs a dockerfile or an image/],
    ['an image that is no recipe', rule('tests: { ng: [{ image: { layers: [{ flies: {} }] } }] }'), /:12:4\d: .*flies/],
    ['what cannot be read', undefined, /cannot read the ruleset '.*missing\.yaml': there is no such file/],
  ])('refuses %s', async (_, text, message) => {
    const path = text === undefined ? at('missing.yaml') : file('refused.yaml', text);
    const { code, stdout, stderr } = await tare(['rules', 'test', path]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('wants a ruleset', async () => {
    expect(await tare(['rules', 'test'])).toMatchObject({
      code: 2,
      stderr: 'tare: name a ruleset to test: tare rules test acme.yaml\n',
    });
  });
});

describe('tare rules ID', () => {
  it('explains a rule of the user\u2019s own, with an example', async () => {
    const { code, stdout } = await tare(['rules', 'house-telnet', '--ruleset', house]);
    expect(code).toBe(0);
    for (const part of [
      'Why\n  Nothing of ours',
      'What it asks, for packages',
      'pkg.name in ["telnet"',
      'Example: an image',
      '{ name: telnet, version: "0.17" }',
      'telnet 0.17 is installed',
    ])
      expect(stdout).toContain(part);
    const json = await tare(['rules', 'house-registry', '--ruleset', house, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      id: 'house-registry',
      own: { for: 'stages' },
      example: { of: 'dockerfile', says: ['the stage in line 1 starts from debian:13-slim'] },
    });
    expect((await tare(['rules', '--ruleset', house])).stdout).toContain('  house-telnet ');
  });

  it('explains every rule of the baseline, with references and an example', async () => {
    const { stdout } = await tare(['rules', '--format', 'json']);
    const { rules } = JSON.parse(stdout) as { rules: { id: string; references: unknown[] }[] };
    expect(rules.filter(({ references }) => references.length === 0)).toEqual([]);
    const { default: examples } = (await import('../../dist/examples.json', { with: { type: 'json' } })) as {
      default: Record<string, unknown>;
    };
    expect(rules.map(({ id }) => id).filter((id) => !Object.hasOwn(examples, id))).toEqual([]);
    const one = await tare(['rules', 'curl-pipe-shell']);
    expect(one.stdout).toContain('Example: a Dockerfile\n  FROM');
    expect(one.stdout).toContain('What it says of that\n  curl hands https://get.example.com to sh');
  });
});

describe('a hostile ruleset is refused in a sentence with its place', () => {
  const ten = '[1,2,3,4,5,6,7,8,9,10]';
  const loops = Array.from({ length: 9 }).reduce<string>((inner, _, i) => `${ten}.all(x${i}, ${inner})`, 'x1 > 0');
  const many = (count: number, when: (i: number) => string): string => {
    const rest = 'for: packages, title: t, category: hygiene, severity: low, message: m, why: w, remediation: r';
    return `rules:\n${Array.from({ length: count }, (_, i) => `  r${i}: { when: '${when(i)}', ${rest} }\n`).join('')}`;
  };
  it.each<[string, string, RegExp]>([
    ['loops', rule(`when: '${loops}'`), /:5:12: rules\.acme-apt\.when: rules of your own may take 10 million steps/],
    [
      'a pattern for a backtracking engine',
      rule(`when: 'pkg.name.matches("(a+)+$")'`),
      /:5:21: rules\.acme-apt\.when: matches\(\) can take for ever/,
    ],
    [
      'an alias bomb',
      `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}\n`,
      /:\d+:\d+: aliases are not read/,
    ],
    ['deep nesting', `rules: ${'['.repeat(5000)}`, /:\d+:\d+: |nested too deeply/],
    [
      'deep nesting that closes',
      `rules: ${'['.repeat(500)}${']'.repeat(500)}`,
      /:1:\d+: the YAML is nested more than 24 deep/,
    ],
    [
      'a giant expression',
      rule(`when: '${'pkg.size > 0 && '.repeat(50_000)}true'`),
      /:5:4\d+: rules\.acme-apt\.when: the expression has more than 4000 characters/,
    ],
    [
      'an expression that nests',
      rule(`when: '${'!('.repeat(1000)}true${')'.repeat(1000)}'`),
      /:5:\d+: rules\.acme-apt\.when: the expression is too large/,
    ],
    [
      'thousands of large patterns',
      many(60, (i) =>
        Array.from({ length: 80 }, (_, j) => `re(pkg.name, "(\\\\pL{9}){99}${i * 80 + j}")`).join(' || '),
      ),
      /:2:\d+: rules\.r0\.when: the patterns of this ruleset are too large together/,
    ],
    [
      'long expressions in each of many rules',
      many(240, () => `${'pkg.size > 1 || '.repeat(150)}true`),
      /:1\d\d:\d+: rules\.r1\d\d\.when: expressions have at most 250000 characters together/,
    ],
    [
      'thousands of rules',
      `rules:\n${Array.from({ length: 4000 }, (_, i) => `  r${i}: { for: files, when: 'true', title: t, category: hygiene, severity: low, message: m, why: w, remediation: r }\n`).join('')}`,
      /:502:3: rules\.r500: a file holds at most 500 rules/,
    ],
    ['a file without end', `# ${'x'.repeat(5 << 20)}\n`, /is larger than \d+ bytes/],
    ['an unknown field', rule('wehn: 1'), /:12:5: rules\.acme-apt\.wehn: there is no field "wehn" here; take it out/],
    ['a name that is none', rule('').replace('acme-apt', '__proto__'), /:2:3: __proto__ is not a name/],
    [
      'a control character in a message',
      rule('message: "\\e[2J{nmae}"'),
      /:8:14: rules\.acme-apt\.message: pkg has no \{nmae\}/,
    ],
  ])('%s', { timeout: 2000 }, async (_, text, message) => {
    const { code, stdout, stderr } = await tare([
      'scan',
      sample,
      '--no-config',
      '--ruleset',
      file('hostile.yaml', text),
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^tare: [^\n]+\n(?: {2}\d+ \| [^\n]*\n *\^\n)?$/);
  });
});
