import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { launcher, workplace } from '../tare.ts';

const faulty = 'FROM debian:12\nMAINTAINER Ann\nCMD app\n';
const mended = 'FROM debian:12\nLABEL org.opencontainers.image.authors="Ann"\nCMD ["app"]\n';

const { folder, at, tare } = workplace();
const lint = (...args: string[]) => tare(['lint', '--fail-on', 'none', ...args]);
const read = (name: string) => readFileSync(at(name), 'utf8');

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  writeFileSync(at('Dockerfile'), faulty);
});

describe('tare lint --fix', () => {
  it('writes the file, keeps its mode and reports what is left', async () => {
    chmodSync(at('Dockerfile'), 0o640);
    const { code, stdout, stderr } = await lint('--fix', 'Dockerfile');
    expect(code).toBe(0);
    expect(read('Dockerfile')).toBe(mended);
    expect(statSync(at('Dockerfile')).mode & 0o777).toBe(0o640);
    expect(stdout).toContain('run-as-root');
    expect(stdout).not.toContain('maintainer-deprecated');
    expect(stderr).toBe(
      'tare: Dockerfile: mended 2 (maintainer-deprecated, shell-form-cmd); 1 more with --fix-unsafe (run-as-root)\n',
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('leaves a file that needs nothing untouched', async () => {
    await lint('--fix', 'Dockerfile');
    const { mtimeMs, ino } = statSync(at('Dockerfile'));
    const { stderr } = await lint('--fix', 'Dockerfile');
    expect(stderr).not.toContain('mended');
    expect(statSync(at('Dockerfile'))).toMatchObject({ mtimeMs, ino });
  });

  it('writes through a link to the file that it names, and leaves the link', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/file'), faulty);
    symlinkSync('real/file', at('app.Dockerfile'));
    await lint('--fix', 'app.Dockerfile');
    expect(lstatSync(at('app.Dockerfile')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(at('app.Dockerfile'))).toBe('real/file');
    expect(read('real/file')).toBe(mended);
    expect(read('Dockerfile')).toBe(faulty);
  });

  it('mends all files of a folder, and goes on after one that it cannot read', async () => {
    mkdirSync(at('a'));
    writeFileSync(at('a/Dockerfile'), faulty);
    const { code, stderr } = await lint('--fix', 'missing.Dockerfile', '.');
    expect(code).toBe(2);
    expect(stderr).toContain('missing.Dockerfile does not exist');
    expect([read('Dockerfile'), read('a/Dockerfile')]).toEqual([mended, mended]);
  });

  it('writes nothing where the bytes are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(faulty), Buffer.from('# caf\xe9\n', 'latin1')]);
    writeFileSync(at('Dockerfile'), bytes);
    const { code, stderr } = await lint('--fix', 'Dockerfile');
    expect(code).toBe(2);
    expect(stderr).toContain('Dockerfile is not all UTF-8');
    expect(readFileSync(at('Dockerfile')).equals(bytes)).toBe(true);
  });

  it('keeps a byte order mark and Windows line ends', async () => {
    const dress = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`;
    writeFileSync(at('Dockerfile'), dress(faulty));
    await lint('--fix', 'Dockerfile');
    expect(read('Dockerfile')).toBe(dress(mended));
  });

  it('prints standard input mended, and nothing else', async () => {
    const { code, stdout, stderr } = await tare(
      ['lint', '-', '--fix', '--stdin-filename', 'Dockerfile', '--fail-on', 'none'],
      { input: Buffer.from(faulty) },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: mended });
    expect(stderr).toContain('mended 2');
    expect(read('Dockerfile')).toBe(faulty);
  });

  it('has the gate judge what is left', async () => {
    writeFileSync(at('Dockerfile'), 'FROM debian:12\nRUN useradd -u 1001 app\nUSER app\nCMD ["app"]\n');
    expect((await tare(['lint', '--fail-on', 'low', 'Dockerfile', '--format', 'json'])).stdout).toContain(
      'user-not-numeric',
    );
    const { stdout } = await tare(['lint', '--fail-on', 'low', '--fix', 'Dockerfile', '--format', 'json']);
    expect(stdout).not.toContain('user-not-numeric');
    expect(read('Dockerfile')).toContain('USER 1001\n');
  });
});

describe('tare lint --fix-unsafe', () => {
  it('mends by unsafe changes too', async () => {
    await lint('--fix-unsafe', 'Dockerfile');
    expect(read('Dockerfile')).toMatch(/\nUSER 10001:10001\nCMD \["app"\]\n$/);
  });
});

describe('tare lint --fix-dry-run', () => {
  it('shows a diff and writes nothing', async () => {
    const { code, stdout, stderr } = await lint('--fix-dry-run', 'Dockerfile');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,3 +1,3 @@\n FROM debian:12\n',
        '-MAINTAINER Ann\n-CMD app\n+LABEL org.opencontainers.image.authors="Ann"\n+CMD ["app"]\n',
      ].join(''),
    );
    expect(stderr).toContain('would mend 2');
    expect(read('Dockerfile')).toBe(faulty);
  });

  it('reads a ruleset and a label schema once, as a shell gives them', async () => {
    const script = `"$0" "$1" lint --fix-dry-run --fail-on none Dockerfile \
      --ruleset <(printf 'name: te'; sleep 0.2; echo am) --label-schema <(echo 'org.opencontainers.image.source: url')`;
    const said = spawnSync('bash', ['-c', script, process.execPath, launcher], { cwd: folder, encoding: 'utf8' });
    expect(said.stderr).toContain('would mend');
    expect(said.stderr).not.toContain('cannot');
    expect(said.status).toBe(0);
  });

  it('shows unsafe changes where they are asked for', async () => {
    const { stdout } = await lint('--fix-dry-run', '--fix-unsafe', 'Dockerfile');
    expect(stdout).toContain('+USER 10001:10001\n');
    expect(read('Dockerfile')).toBe(faulty);
  });

  it('still writes report files, of the file as it is', async () => {
    await lint('--fix-dry-run', 'Dockerfile', '--output', 'json=report.json');
    const rules = (JSON.parse(read('report.json')) as { findings: { rule: string }[] }).findings.map(
      ({ rule }) => rule,
    );
    expect(rules).toContain('maintainer-deprecated');
  });
});

describe('tare lint --pin', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it('pins a base to the digest that it is given', async () => {
    await lint('--fix', 'Dockerfile', '--pin', `debian:12@${digest}`);
    expect(read('Dockerfile')).toContain(`FROM debian:12@${digest}\n`);
  });

  it('takes nothing but a digest', async () => {
    const { code, stderr } = await lint('--fix', 'Dockerfile', '--pin', 'debian:12@latest');
    expect(code).toBe(2);
    expect(stderr).toContain('--pin is IMAGE@sha256:');
    expect(read('Dockerfile')).toBe(faulty);
  });
});

describe('reports', () => {
  it('carry the change in JSON and SARIF', async () => {
    const json = JSON.parse((await lint('Dockerfile', '--format', 'json')).stdout) as {
      findings: { rule: string; fix?: { description: string; unsafe?: boolean; edits: unknown[] } }[];
    };
    expect(json.findings.find(({ rule }) => rule === 'maintainer-deprecated')?.fix).toEqual({
      description: 'Name the authors in a label',
      edits: [
        {
          file: 'Dockerfile',
          range: { start: { line: 2, column: 1 }, end: { line: 2, column: 15 } },
          text: 'LABEL org.opencontainers.image.authors="Ann"',
        },
      ],
    });
    expect(json.findings.find(({ rule }) => rule === 'run-as-root')?.fix?.unsafe).toBe(true);
    const sarif = (await lint('Dockerfile', '--format', 'sarif')).stdout;
    expect(sarif).toContain('"insertedContent"');
    expect(sarif).toContain('"uri": "Dockerfile"');
  });
});
