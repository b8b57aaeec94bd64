/** Rules that users write: read, typed, judged and bounded. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { judgeDockerfile } from '../../src/lint.ts';
import { loadRuleset } from '../../src/rules/load.ts';
import { kindByName, kinds } from '../../src/rules/own-kinds.ts';
import { languageOver } from '../../src/rules/own-language.ts';
import { judge } from '../../src/rules/run.ts';
import { score } from '../../src/score/score.ts';
import type { Package } from '../../src/types/facts.ts';
import type { Finding, RulesetError } from '../../src/types.ts';
import { known, makeFacts, unknown } from '../support/facts.ts';
import { secret } from '../support/secrets.ts';

/** A rule with the fields that every rule has; others as given. */
function rule(fields: Record<string, unknown>, id = 'acme'): string {
  const whole = {
    title: 'something is there',
    for: 'packages',
    when: 'true',
    category: 'unnecessary-software',
    severity: 'high',
    message: 'it is there',
    why: 'Nobody needs it.',
    remediation: 'Take it out.',
    ...fields,
  };
  return `${JSON.stringify({ rules: { [id]: whole } }, null, 1)}\n`;
}

const load = (...texts: string[]) => loadRuleset(texts.map((text, i) => ({ name: `r${i}.yaml`, text })));

async function refused(text: string): Promise<RulesetError> {
  return load(text).then(
    () => expect.fail('it was read'),
    (error: RulesetError) => error,
  );
}

function pkg(name: string, version: string, more: Partial<Package> = {}): Package {
  const database = 'var/lib/dpkg/status';
  return { name, version, type: 'deb', size: 1500, layer: 0, database, purl: `pkg:deb/debian/${name}`, ...more };
}

const facts = makeFacts({ packages: known([pkg('bash', '5.2'), pkg('curl', '8.1', { layer: 1 }), pkg('zsh', '5.9')]) });

async function found(text: string, on = facts): Promise<Finding[]> {
  return judge(on, await load(text), { strict: true }).findings.filter((finding) => finding.rule.startsWith('acme'));
}

describe('a rule of the user\u2019s own', () => {
  it('finds each thing that it is true for, at its place', async () => {
    const findings = await found(
      rule({ when: 'pkg.name in ["curl", "zsh"]', message: '{name} {version} takes {size:bytes}' }),
    );
    expect(findings.sort((a, b) => (a.message < b.message ? -1 : 1))).toMatchObject([
      { rule: 'acme', outcome: 'fail', severity: 'high', message: 'curl 8.1 takes 1.5 kB', data: { package: 'curl' } },
      { message: 'zsh 5.9 takes 1.5 kB', evidence: [{ at: 'file', path: 'var/lib/dpkg/status', note: 'zsh 5.9' }] },
    ]);
    // A finding keeps its name when others come and go, and when its package is updated.
    const later = makeFacts({ packages: known([pkg('ash', '1'), pkg('zsh', '6.0')]) });
    const again = await found(rule({ when: 'pkg.name.endsWith("sh")', message: '{name} {version}' }), later);
    expect(again.find(({ message }) => message === 'zsh 6.0')!.fingerprint).toBe(findings[1]!.fingerprint);
  });

  it('gathers all places in one finding where it is asked to', async () => {
    const findings = await found(
      rule({ when: 'pkg.size > 1000', gather: true, message: '{count:shell|shells}: {names}' }),
    );
    expect(findings).toMatchObject([{ message: '3 shells: bash, curl, zsh', evidence: [{}, {}, {}] }]);
  });

  it('sees the image, and every other list', async () => {
    const text = (when: string) => rule({ for: 'image', when, message: '{name} is wrong' });
    expect(
      await found(text('!packages.exists(p, p.name == "tzdata") && user.uid != 0 && distro.id == "scratch"')),
    ).toMatchObject([{ message: 'made.example/app is wrong' }]);
    expect(await found(text('packages.map(p, p.name).join(" ") == "nothing"'))).toEqual([]);
  });

  it('is unknown where what it asks for is', async () => {
    const none = makeFacts({ packages: unknown('the database is in a format that is not read') });
    for (const text of [rule({ message: '{name}' }), rule({ for: 'image', when: 'size(packages) == 0' })]) {
      expect(await found(text, none)).toMatchObject([
        {
          outcome: 'unknown',
          message: 'Cannot tell: something is there; the database is in a format that is not read',
        },
      ]);
    }
    // What is known is judged all the same.
    const half = makeFacts({
      packages: known([pkg('curl', '8')]),
      languagePackages: unknown('no manifest could be read'),
    });
    expect((await found(rule({ message: '{name}' }), half)).map(({ outcome }) => outcome).sort()).toEqual([
      'fail',
      'unknown',
    ]);
  });

  it('is unknown for things that its expression breaks on, and says where', async () => {
    const findings = await found(rule({ when: 'int(pkg.version) > 4', message: '{name}' }));
    expect(findings).toMatchObject([
      { outcome: 'unknown', message: expect.stringContaining('r0.yaml, rules.acme.when broke on bash, curl, zsh') },
    ]);
  });

  it('gates and never scores', async () => {
    const findings = await found(rule({ severity: 'critical', message: '{name}' }));
    expect(findings).toHaveLength(3);
    expect(findings.every(({ gateOnly }) => gateOnly)).toBe(true);
    expect(score(findings)).toEqual(score([]));
  });

  it('orders versions as their package managers do, and counts days', async () => {
    const versions = makeFacts({
      asOf: '2026-11-01',
      packages: known([pkg('a', '1:0.9'), pkg('b', '1.0~rc1'), pkg('c', '1.10'), pkg('d', '1.9.0', { type: 'rpm' })]),
      runtimes: known([
        { name: 'node', version: '20.19.1', path: 'usr/bin/node', layer: 0 },
        { name: 'python', version: '', path: 'usr/bin/python3', layer: 0 },
      ]),
    });
    const said = async (text: string, on = versions) => (await found(text, on)).map(({ message }) => message).sort();
    expect(await said(rule({ when: 'pkg.olderThan("1.9.0")', message: '{name}' }))).toEqual(['b']);
    expect(await said(rule({ when: 'pkg.olderThan("1.10")', message: '{name}' }))).toEqual(['b', 'd']);
    expect(await said(rule({ for: 'runtimes', when: 'runtime.olderThan("22")', message: '{name}' }))).toEqual([
      expect.stringContaining('broke on python'),
      'node',
    ]);
    const created = (date?: string) =>
      makeFacts({ asOf: '2026-11-01', image: { ...versions.image, ...(date !== undefined && { created: date }) } });
    const old = rule({ for: 'image', when: 'daysSince(image.created) > 90', message: 'old' });
    expect(await said(old, created('2026-08-02T23:59:00Z'))).toEqual(['old']);
    expect(await said(old, created('2026-08-03T00:00:00Z'))).toEqual([]);
    expect(await said(old, created())).toEqual([expect.stringContaining('there is no date')]);
  });

  it('is judged on Dockerfiles as well', async () => {
    const ruleset = await load(
      rule({
        for: 'commands',
        when: 'command.name == "curl" && command.args.exists(a, a == "-k")',
        message: '{name} in line {line}',
      }),
      rule({ for: 'labels', when: 'label.name == "team" && label.value != "core"', message: '{value}' }, 'acme-label'),
      rule(
        { for: 'dockerfile', when: '!instructions.exists(i, i.keyword == "HEALTHCHECK")', message: 'none' },
        'acme-health',
      ),
    );
    const text = 'FROM scratch\nLABEL team=side\nRUN true \\\n && sudo curl -k https://example.com\n';
    const judged = await judgeDockerfile(text, 'Dockerfile', {
      ...{ asOf: '2026-11-01', ruleset, trusted: [], gate: { failOn: 'high' }, version: '0', strict: true },
    });
    const own = judged.findings.filter((finding) => finding.rule.startsWith('acme'));
    expect(own.map(({ rule: id, message }) => [id, message])).toEqual([
      ['acme', 'curl in line 4'],
      ['acme-health', 'none'],
      ['acme-label', 'side'],
    ]);
    expect(own[0]!.evidence).toMatchObject([{ at: 'instruction', range: { start: { line: 4 } } }]);
  });

  it('says no secret of a Dockerfile', async () => {
    const ruleset = await load(
      rule({ for: 'instructions', when: 'instruction.keyword != "FROM"', message: '{text} {args} {flags}' }),
      rule({ for: 'env', message: '{name}={value}' }, 'acme-env'),
      rule({ for: 'commands', message: '{name} {args}' }, 'acme-command'),
    );
    const [token, password] = [secret('github')!, 'hunter2Hunter2x'];
    const text = `FROM scratch\nENV GITHUB_TOKEN=${token} MODE=fast\nENV COLOUR=blue\nRUN curl -u me:${password} https://x.example && ls /\n`;
    const judged = await judgeDockerfile(text, 'Dockerfile', {
      ...{ asOf: '2026-11-01', ruleset, trusted: [], gate: { failOn: 'high' }, version: '0', strict: true },
    });
    const own = judged.findings.filter((finding) => finding.rule.startsWith('acme'));
    expect(JSON.stringify(own)).not.toContain(token);
    expect(JSON.stringify(own)).not.toContain(password);
    expect(own.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['GITHUB_TOKEN=(holds a secret)', 'COLOUR=blue', 'curl (holds a secret)', 'ls /']),
    );
  });

  it('asks for the list of all files where it looks at them, and only there', async () => {
    expect((await load(rule({ for: 'files', when: 'file.setuid' }))).files).toBe(true);
    expect((await load(rule({ for: 'image', when: 'files.exists(f, f.setuid)' }))).files).toBe(true);
    expect((await load(rule({}))).files).toBeUndefined();
  });

  it('has fields and lists for every kind, which nothing breaks', async () => {
    for (const kind of kinds) {
      const fields = Object.entries(kind.fields).map(([name, [type]]) => {
        const field = `${kind.item}.${name}`;
        return type === 'string'
          ? `${field} != "?"`
          : type === 'int'
            ? `${field} > -2`
            : type === 'bool'
              ? `${field} || true`
              : `size(${field}) >= 0`;
      });
      const list = kind.single ? 'true' : `size(${kind.name}) >= 0`;
      const text = rule({ for: kind.name, when: `${list} && ${fields.join(' && ')}` });
      const findings = await found(text, makeFacts({ files: known([]) }));
      expect(findings.filter(({ message }) => message.includes('broke'))).toEqual([]);
    }
  });

  it('makes a thousand findings at most, and one of the rest', async () => {
    const many = makeFacts({ packages: known(Array.from({ length: 1500 }, (_, i) => pkg(`p${i}`, '1'))) });
    const findings = await found(rule({ message: '{name}' }), many);
    expect(findings).toHaveLength(1001);
    expect(findings.map(({ message }) => message)).toContain('something is there: 500 more of these');
  });

  it('changes the version of the ruleset, and its tests do not', async () => {
    const version = async (text: string) => (await load(text)).version;
    expect(await version(rule({}))).toBe(await version(rule({ tests: { ng: [{ dockerfile: 'FROM scratch' }] } })));
    expect(await version(rule({}))).not.toBe(await version(rule({ severity: 'low' })));
  });
});

describe('what is wrong with a rule', () => {
  it.each([
    ['pkg.nmae == "x"', 5, 'pkg has no field nmae; did you mean name?'],
    ['pkg.name.matches("x")', 10, 'matches() can take for ever on a hostile text; write re(text, "pattern"), or glob'],
    ['packages.exists(p, p.name.matches("x"))', 27, 'matches() can take for ever'],
    ['pkg.size > "x"', 1, 'whole number > text cannot be worked out: the types do not go together'],
    [
      'olderThan(pkg.version, "1")',
      1,
      'olderThan(text, text) cannot be called with these types; write pkg.olderThan("3.0.14"), runtime.olderThan("22")',
    ],
    ['pkg.name', 1, 'must be true or false, not text'],
    ['pkg.size + 1', 1, 'must be true or false, not whole number'],
    ['pgk.name == "x"', 1, 'there is no pgk here; did you mean pkg?'],
    ['file.path == "x"', 1, 'there is no file in a rule for packages; the list of all is files'],
    ['stages.exists(s, true)', 1, 'stages is there for Dockerfiles alone'],
    ['has(pkg.name)', 1, 'every field is always there'],
    ['package.name == "x"', 1, 'CEL keeps the word package for itself; a package is pkg'],
    ['pkg.name = "x"', 10, 'this is not CEL: unexpected character: =; write == to compare'],
    ['pkg.name ==', 12, 'this is not CEL: the expression ends where something is missing'],
    ['re(pkg.name, "(a")', 14, 'this is not a pattern that re() reads'],
    ['re(pkg.name, "a(?=b)")', 14, 'this is not a pattern that re() reads'],
    ['re(pkg.name, pkg.version)', 14, 'the pattern of re() must be written out'],
    ['glob(pkg.path, "")', 16, 'a path cannot be empty'],
    ['pkg.name.contians("x")', 10, 'there is no function contians(); did you mean contains?'],
    ['pkg["name"] == "x"', 1, 'write a field behind a dot'],
    ['{1: 2} == {1: 2}', 1, 'a rule cannot build maps'],
    ['b"x" == b"x"', 1, 'not bytes'],
    ['dyn(pkg).foo == 1', 1, 'dyn() would take away the types'],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, 33, 'the expression is too large'],
    [`true${' || true'.repeat(2000)}`, 4000, 'the expression has more than 4000 characters'],
    [Array.from({ length: 600 }, () => '1>0').join('&&'), 1253, 'the expression is too large'],
  ])('is told at its place: %s', async (when, column, message) => {
    const text = `rules:\n  acme:\n    when: '${when.replaceAll("'", "''")}'\n${restOf()}`;
    const error = await refused(text);
    // Eleven characters stand in front of the expression.
    expect(error.message).toMatch(new RegExp(`^r0\\.yaml:3:${column + 11}: rules\\.acme\\.when: `));
    expect(error.message).toContain(message);
    const [line, caret] = error.excerpt!;
    expect(line).toContain('3 | ');
    expect(caret.trim()).toBe('^');
    expect(line.charAt(caret.length - 1)).toBe(text.split('\n')[2]!.charAt(column + 10) || '');
  });

  it('has its place in folded, literal, quoted and plain text', async () => {
    const place = async (when: string) =>
      (await refused(`rules:\n  acme:\n    when: ${when}\n${restOf()}`)).message.split(': ')[0];
    expect(await place('pkg.name == "x" && pkg.foo > 1')).toBe('r0.yaml:3:34');
    expect(await place('"pkg.name == \\"x\\" && pkg.foo > 1"')).toBe('r0.yaml:3:37');
    expect(await place('|\n      pkg.name == "x"\n        && pkg.foo > 1')).toBe('r0.yaml:5:16');
    expect(await place('>-\n      pkg.name == "x"\n      && pkg.foo > 1')).toBe('r0.yaml:5:14');
    expect(await place("'pkg.name == \"it''s\" && pkg.foo > 1'")).toBe('r0.yaml:3:39');
  });

  it.each([
    [{ message: '{nmae}' }, 'rules.acme.message: pkg has no {nmae}; there are name, version'],
    [{ message: '{count:one|many}' }, 'set gather: true for it'],
    [{ message: '{name}', gather: true }, 'a rule that gathers has no {name}; there are count, names'],
    [{ message: '{name:bytes}' }, '{name:…} is for numbers, and name is none'],
    [{ for: 'packages', on: ['dockerfile'] }, 'rules.acme.on[0]: packages are there on image alone'],
    [{ severity: 'awful' }, 'rules.acme.severity: must be critical, high, medium, low or info'],
    [{ wen: 'true' }, 'rules.acme.wen: there is no field "wen" here'],
    [{ tests: { ng: [{ dockerfile: 'FROM scratch', findings: 0 }] } }, 'must be at least 1'],
  ])('is told of the other fields: %o', async (fields, message) => {
    expect((await refused(rule(fields))).message).toContain(message);
  });

  it('is a name that is taken', async () => {
    expect((await refused(rule({}, 'shell-present'))).message).toContain(
      'shell-present is a rule of the baseline; give yours',
    );
    await expect(load(rule({}), rule({}))).rejects.toThrow(
      'r1.yaml:3:3: rules.acme: acme is there already, in r0.yaml',
    );
  });
});

/** The fields that a rule must have, but for `when`. */
function restOf(): string {
  const fields = {
    title: 't',
    for: 'packages',
    category: 'hygiene',
    severity: 'low',
    message: 'm',
    why: 'w',
    remediation: 'r',
  };
  return Object.entries(fields)
    .map(([name, value]) => `    ${name}: ${value}\n`)
    .join('');
}

describe('whatever an expression says', () => {
  const words = [
    'pkg',
    'pkg.name',
    '.',
    'packages',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"a"',
    "'",
    '1',
    '2.5',
    '==',
    '&&',
    '||',
    '!',
    '?',
    ':',
    ',',
    '+',
    '-',
    'in',
    '.exists(p,',
    '.map(p,',
    'p',
    're(',
    'glob(',
    '"("',
    'cel.bind(x,',
    'x',
    'size(',
    'has(',
    'true',
    'null',
    'b"x"',
    '1u',
    '.matches(',
    '.olderThan(',
    '\n',
    '//',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    'image',
    'files',
    'pkg["name"]',
    '.contains(',
  ];
  const language = languageOver(kinds);
  it('is read, or refused at a place in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 25 }),
        (parts) => {
          const text = parts.join(' ');
          const read = language.compile(text, kindByName.get('packages')!, undefined);
          if ('message' in read) {
            expect(read.at).toBeGreaterThanOrEqual(0);
            expect(read.at).toBeLessThanOrEqual(text.length);
            expect(read.message).not.toMatch(/undefined|\[object|internal|EOF|RPAREN|CelError/);
          } else expect(read.on).toEqual(['image']);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('whatever a file says', () => {
  const house = readFileSync(resolve(import.meta.dirname, '../../samples/rules/house.yaml'), 'utf8');
  const bits = [
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    '\n',
    '  ',
    '&a',
    '*a',
    '|',
    '>',
    '#',
    '!',
    '-',
    '\t',
    '\u0000',
    '{name:bytes}',
    'matches(',
  ];
  it('is read, or refused with line and column', async () => {
    const edit = fc.record({ at: fc.nat(house.length), cut: fc.nat(6), put: fc.constantFrom('', ...bits) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const text = edits.reduce((all, { at, cut, put }) => all.slice(0, at) + put + all.slice(at + cut), house);
        const error = await load(text).then(
          () => undefined,
          (thrown: RulesetError) => thrown,
        );
        if (!error) return;
        expect(error.name).toBe('RulesetError');
        expect(error.message).toMatch(/^r0\.yaml:\d+:\d+: \S/);
        expect(error.message).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 400 },
    );
  });
});

describe('a hostile rule', () => {
  const ten = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]';
  const nested = (inner: string, depth: number): string =>
    depth === 0 ? inner : `${ten}.all(x${depth}, ${nested(inner, depth - 1)})`;
  const grown = (start: string, inner: string): string =>
    ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm']
      .reduceRight((body, name, i, all) => {
        const last = i === 0 ? 'a' : all[i - 1]!;
        return `cel.bind(${name}, ${Array(8).fill(last).join(' + ')}, ${body})`;
      }, inner)
      .replace(/^/, `cel.bind(a, ${start}, `)
      .concat(')');
  it.each([
    ['loops in loops', nested('x1 > 0', 9)],
    ['loops over what breaks', nested('1 / 0 == 1', 9)],
    ['lists that double', grown('[1]', 'size(m) > 0')],
    ['texts that double', grown('"aaaaaaaaaaaaaaaa"', 'm != ""')],
    [
      'lists of lists of lists',
      `cel.bind(a, ${ten}, cel.bind(b, [a,a,a,a,a,a,a,a], cel.bind(c, [b,b,b,b,b,b,b,b], cel.bind(d, [c,c,c,c,c,c,c,c], cel.bind(e, [d,d,d,d,d,d,d,d], cel.bind(f, [e,e,e,e,e,e,e,e], cel.bind(g, [f,f,f,f,f,f,f,f], [g,g,g,g,g].map(x, x + [f]) != [g,g,g,g,g].map(x, x + [f]))))))))`,
    ],
    [
      'a pattern on long text',
      `cel.bind(a, "aaaaaaaaaaaaaaaa", cel.bind(b, a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c, d.split("").all(x, !re(d, "(a|aa)+b"))))))`,
    ],
    [
      'a search in long text',
      `cel.bind(a, "aaaaaaaaaaaaaaaa", cel.bind(b, a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c, d.split("").all(x, !d.contains(c + "b"))))))`,
    ],
  ])('ends at the same step on every machine: %s', { timeout: 2000 }, async (_, when) => {
    const ruleset = await load(rule({ for: 'image', when }));
    const steps = () => {
      try {
        judge(makeFacts(), ruleset);
      } catch (error) {
        return error as RulesetError;
      }
      return expect.fail('it ended');
    };
    const error = steps();
    expect(error.name).toBe('RulesetError');
    expect(error.message).toMatch(/^r0\.yaml:6:13: rules\.acme\.when: rules of your own may take 10 million steps/);
    expect(error.excerpt).toHaveLength(2);
  });

  it('has all its steps again when the same image is judged again', async () => {
    const ruleset = await load(rule({ for: 'image', when: nested('x1 > 0', 6), message: 'm' }));
    for (let i = 0; i < 8; i++)
      expect(judge(makeFacts(), ruleset).findings.map(({ rule: id }) => id)).toContain('acme');
    const same = makeFacts();
    for (let i = 0; i < 8; i++) expect(judge(same, ruleset).findings.map(({ rule: id }) => id)).toContain('acme');
  });

  it('is named, not the one that comes after it', async () => {
    const ruleset = await load(
      rule({ for: 'image', when: `${nested('x1 > 0', 6)} && false` }, 'acme-a'),
      rule({ for: 'image', when: nested('x1 > 0', 6) }, 'acme-b'),
      rule({ for: 'image', when: nested('x1 > 0', 5) }, 'acme-c'),
      rule({ for: 'image', when: nested('x1 > 0', 6) }, 'acme-d'),
    );
    expect(() => judge(makeFacts(), ruleset)).toThrow(/rules\.acme-[abd]\.when/);
  });
});

describe('docs/custom-rules.md', () => {
  it('shows a ruleset that is one, and the error that its slip would give', async () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/custom-rules.md'), 'utf8');
    const example = /```yaml\n(name: acme[\s\S]*?)```/.exec(page)![1]!;
    expect((await load(example)).rules.map(({ metadata }) => metadata.id)).toContain('acme-telnet');
    const slip = example.replace('pkg.name in ["telnet", "inetutils-telnet"]', 'pkg.nmae == "telnet"');
    const { message, excerpt } = await refused(slip);
    expect(page).toContain([`tare: ${message.replace('r0.yaml', 'acme.yaml')}`, ...excerpt!].join('\n'));
  });
});

describe('schema/ruleset.schema.json', () => {
  it('takes the samples, and no rule that the program refuses for its form', () => {
    const root = resolve(import.meta.dirname, '../..');
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const fits = ajv.compile(JSON.parse(readFileSync(resolve(root, 'schema/ruleset.schema.json'), 'utf8')) as object);
    const house = parse(readFileSync(resolve(root, 'samples/rules/house.yaml'), 'utf8')) as {
      rules: Record<string, object>;
    };
    expect(fits(house)).toBe(true);
    const [id, whole] = Object.entries(house.rules)[0]!;
    for (const change of [{ for: 'packges' }, { severity: 'awful' }, { wen: 'true' }, { title: undefined }])
      expect(fits(JSON.parse(JSON.stringify({ rules: { [id]: { ...whole, ...change } } })))).toBe(false);
  });
});
