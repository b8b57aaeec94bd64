/** Secrets from end to end: nothing that the program writes holds one, the score falls as it must, and `tare secrets`. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatNames } from '../../src/report/formats.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { expandSecrets, letters, secret } from '../support/secrets.ts';
import { root, workplace } from './tare.ts';

const { at, folder, tare } = workplace();

/** A recipe in a file of the suite's own. */
function recipe(name: string, content: object): string {
  const path = at(`${name}.image.yaml`);
  writeFileSync(path, expandSecrets(JSON.stringify(content)));
  return path;
}

describe('what is written', () => {
  const planted = [
    'password-1',
    'password-2',
    'password-3',
    'password-4',
    'password-5',
    'token-6',
    'github-1',
    'github-2',
    'aws-secret-1',
  ];
  const image = {
    config: {
      env: ['DB_PASSWORD=<<password-1>>', 'PLAIN=<<github-1>>', 'URL=postgres://app:<<password-2>>@db/shop'],
      labels: { token: '<<github-2>>' },
      cmd: ['/app', '--password=<<password-3>>'],
      healthcheck: ['CMD-SHELL', 'curl -u ci:<<password-4>> http://localhost'],
    },
    history: [
      {
        createdBy: 'RUN |1 NPM_TOKEN=<<token-6>> /bin/sh -c npm ci && docker login -u ci -p <<password-5>> r.shop.net',
      },
      { createdBy: 'RUN /bin/sh -c rm /root/.aws/credentials' },
      { createdBy: 'ENV DB_PASSWORD=<<password-1>>', emptyLayer: true },
    ],
    layers: [
      {
        files: {
          '/app': { elf: 'static' },
          '/root/.aws/credentials':
            '[default]\naws_access_key_id=<<aws-id-1>>\naws_secret_access_key=<<aws-secret-1>>\n',
          '/srv/.env': 'DB_PASSWORD=<<password-1>>\nTOKEN=<<token-6>>\n',
          '/srv/app.jar': { base64: '<<jar:a.properties=password=[[password-2]]>>' },
          '/srv/key.pem': '<<pem-1>>',
          '/srv/broken.json': '{"auths": {"x": {"auth": "<<password-3>>" oops',
          '/root/.docker/config.json': '{"auths":{"r.shop.net":{"auth":"<<base64:ci:[[password-5]]>>"}}}',
        },
      },
      { remove: ['/root/.aws/credentials'] },
    ],
  };
  const values = (): string[] => {
    const key = secret('pem-1')!.replaceAll('\\n', '\n').split('\n')[1]!;
    const plain = [...planted.map((name) => secret(name)!), key];
    return [
      ...plain,
      ...plain.map((value) => Buffer.from(value).toString('base64').slice(0, 16)),
      ...plain.map((value) => value.slice(4, -2)),
    ];
  };

  it('holds no secret: no format, no cache file, no complaint', async () => {
    const path = recipe('planted', image);
    const all = values();
    const written: [string, string][] = [];
    for (const format of formatNames.filter((name) => name !== 'template')) {
      for (const extra of [[], ['--all']]) {
        const args = ['scan', path, '--format', format, '--cache-dir', at('cache'), ...extra];
        const { stdout, stderr } = await tare(args, { env: { TARE_DEBUG: '1' } });
        expect(stdout.length).toBeGreaterThan(200);
        written.push([`${format} ${extra}`, stdout], [`${format} errors`, stderr]);
      }
    }
    for (const name of readdirSync(at('cache'), { recursive: true, encoding: 'utf8' }))
      if (statSync(join(at('cache'), name)).isFile())
        written.push([name, readFileSync(join(at('cache'), name), 'latin1')]);
    for (const format of ['table', 'json']) {
      mkdirSync(at('tree'), { recursive: true });
      writeFileSync(at('tree/.env'), expandSecrets('DB_PASSWORD=<<password-1>>\nTOKEN=<<github-1>>\n'));
      const { stdout, stderr } = await tare(['secrets', at('tree'), '--all', '--format', format]);
      written.push([`secrets ${format}`, stdout], [`secrets ${format} errors`, stderr]);
    }
    expect(written.some(([, text]) => text.includes('docker-auth'))).toBe(true);
    for (const [name, text] of written)
      for (const value of all) expect([name, text.includes(value)]).toEqual([name, false]);
  });

  it('finds every one of them', async () => {
    const { stdout } = await tare(['scan', recipe('planted', image), '--format', 'json', '--no-cache']);
    const report = JSON.parse(stdout) as ImageReport;
    const rules = new Set(report.findings.map(({ rule }) => rule));
    for (const rule of [
      'registry-credential',
      'cloud-credential',
      'private-key',
      'secret-in-env',
      'secret-in-label',
      'secret-in-run',
    ])
      expect([rule, rules.has(rule)]).toEqual([rule, true]);
    const aws = report.findings.find(({ rule }) => rule === 'cloud-credential')!;
    expect(aws.message).toContain('deleted by a later layer');
    expect(aws.data).toMatchObject({ layer: 0, by: 1, state: 'deleted' });
    expect(report.target.layers[0]!.createdBy).toContain('NPM_TOKEN=');
  });
});

describe('the score', () => {
  const good = {
    platform: 'linux/amd64',
    attestations: ['provenance', 'sbom'],
    config: { user: '65532:65532', entrypoint: ['/shop'] },
  };
  const layer = { files: { '/shop': { elf: 'static', mode: '0555' } } };

  it('of one static program is 100; with a key that a later layer deletes it is an F at 49', async () => {
    const clean = await tare(['scan', recipe('clean', { ...good, layers: [layer] }), '--format', 'json', '--no-cache']);
    expect(JSON.parse(clean.stdout)).toMatchObject({ score: { value: 100, grade: 'A' }, findings: [] });
    const keyed = { files: { ...layer.files, '/tmp/id_ed25519': { content: '<<pem-2>>', mode: '0600' } } };
    const target = recipe('keyed', { ...good, layers: [keyed, { remove: ['/tmp/id_ed25519'] }] });
    const { stdout, code } = await tare(['scan', target, '--format', 'json', '--no-cache']);
    expect(JSON.parse(stdout)).toMatchObject({ score: { value: 49, grade: 'F' }, findings: [{ rule: 'private-key' }] });
    expect(code).toBe(1);
  });

  it('does not move when a ruleset lets a secret be; the gate does', async () => {
    const target = recipe('allowed', {
      ...good,
      layers: [{ files: { ...layer.files, '/srv/test.key': '<<pem-3>>' } }],
    });
    const ruleset = at('allow.yaml');
    const scan = async (allow: string) => {
      writeFileSync(ruleset, `secrets:\n  allow:\n${allow}`);
      const { stdout, stderr, code } = await tare([
        'scan',
        target,
        '--format',
        'json',
        '--no-cache',
        '--ruleset',
        ruleset,
      ]);
      return { code, stderr, report: (code === 2 ? undefined : JSON.parse(stdout)) as ImageReport };
    };
    const plain = await scan('    - { path: /other/**, reason: another }\n');
    expect([plain.code, plain.report.score.value]).toEqual([1, 49]);
    const key = plain.report.findings.find(({ rule }) => rule === 'private-key')!;
    for (const allow of [
      'path: /srv/*.key',
      `fingerprint: ${key.data['fingerprint']}`,
      'detector: private-key, path: "/**"',
      "pattern: 'M[A-Za-z0-9+/=]{50,400}'",
    ]) {
      const { code, report } = await scan(`    - { ${allow}, reason: a key for tests, expires: "2999-01-01" }\n`);
      expect([allow, code, report.score.value]).toEqual([allow, 0, 49]);
      expect(report.findings.find(({ rule }) => rule === 'private-key')!.suppression).toEqual({
        reason: 'a key for tests',
        expires: '2999-01-01',
      });
    }
    expect((await scan('    - { path: /srv/*.key, reason: late, expires: "2020-01-01" }\n')).code).toBe(1);
    expect((await scan('    - { reason: everything }\n')).stderr).toContain(
      'needs a path, pattern, stopWord, fingerprint or detector',
    );
    expect((await scan("    - { pattern: '(a+)+', reason: slow }\n")).stderr).toContain('must not repeat what repeats');
  });
});

describe('tare secrets', () => {
  const write = (name: string, text: string): string => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(at(name), expandSecrets(text));
    return at(name);
  };

  it('searches folders, files and standard input, and answers with its exit code', async () => {
    write('work/src/app.py', `TOKEN = "<<github-8>>"\n`);
    write('clean/readme.txt', 'nothing\n');
    const found = await tare(['secrets', at('work')]);
    expect(found).toMatchObject({ code: 1, stderr: '' });
    expect(found.stdout).toContain(`${at('work/src/app.py')}:1:10`);
    expect(found.stdout).toContain('1 secret found');
    expect(await tare(['secrets', at('work/src/app.py')])).toMatchObject({ code: 1 });
    expect(await tare(['secrets', at('clean')])).toMatchObject({
      code: 0,
      stdout: `${at('clean')}: no secrets found\n`,
    });
    const piped = await tare(['secrets', '-', '--format', 'json'], {
      input: Buffer.from(expandSecrets('+ token: <<github-8>>\n')),
    });
    expect(piped.code).toBe(1);
    expect(JSON.parse(piped.stdout)).toMatchObject({
      schemaVersion: 1,
      results: [
        { target: '-', secrets: [{ rule: 'api-token', sightings: [{ evidence: { path: '<stdin>', line: 1 } }] }] },
      ],
    });
  });

  it('hides low confidence unless asked, and does not fail for it', async () => {
    write('others/node_modules/x/package.json', '{}');
    write('others/node_modules/x/index.js', `const t = "<<github-9>>";\n`);
    const quiet = await tare(['secrets', at('others')]);
    expect(quiet).toMatchObject({ code: 0 });
    expect(quiet.stdout).toContain('1 of low confidence is not shown: --secrets-all shows it');
    const all = await tare(['secrets', at('others'), '--secrets-all']);
    expect(all).toMatchObject({ code: 0 });
    expect(all.stdout).toContain('node_modules/x/index.js:1');
  });

  it('judges a folder of a project as it judges the project', async () => {
    write('project/test/fixtures/app.py', `TOKEN = "<<github-7>>"\n`);
    const confidences = async (target: string): Promise<string[]> => {
      const { stdout } = await tare(['secrets', target, '--secrets-all', '--format', 'json'], { cwd: at('project') });
      const { results } = JSON.parse(stdout) as { results: { secrets: { confidence: string }[] }[] };
      return results.flatMap(({ secrets }) => secrets.map(({ confidence }) => confidence));
    };
    const whole = await confidences('.');
    expect(whole).toHaveLength(1);
    expect(await confidences('test')).toEqual(whole);
    expect(await confidences('test/fixtures/app.py')).toEqual(whole);
  });

  it('says in one sentence what it cannot read', async () => {
    expect(await tare(['secrets', at('missing')])).toMatchObject({
      code: 2,
      stderr: `tare: cannot read '${at('missing')}': there is no such file or folder\n`,
    });
    expect((await tare(['secrets'])).stderr).toContain('name what to search');
    expect((await tare(['secrets', '--help'])).stdout).toContain('tare secrets PATH...');
  });

  it('finds nothing in this project itself', async () => {
    const targets = ['src', 'test', 'rulesets', 'docs', 'samples', 'scripts'].map((name) => join(root, name));
    const { stdout, code } = await tare(['secrets', ...targets, '--format', 'json']);
    const found = (JSON.parse(stdout) as { results: { secrets: { title: string; sightings: object[] }[] }[] }).results;
    expect(found.flatMap(({ secrets }) => secrets.map(({ title, sightings }) => [title, sightings[0]]))).toEqual([]);
    expect(code).toBe(0);
  });

  it('obeys allow rules', async () => {
    const target = write('ours/app.env', `SHOP_PASSWORD=${letters('ours', 14)}9\n`);
    const ruleset = write(
      'ours.yaml',
      `secrets:\n  allow:\n    - { stopWord: "${letters('ours', 14).slice(2, 9)}", reason: made up }\n`,
    );
    const { code, stdout } = await tare(['secrets', target, '--ruleset', ruleset]);
    expect([code, stdout.includes('suppressed: made up')]).toEqual([0, true]);
  });
});
