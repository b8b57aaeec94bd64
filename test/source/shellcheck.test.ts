/** ShellCheck is a program from outside: found where it is safe to, and not believed. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askShellcheck, findShellcheck } from '../../src/source/shellcheck.ts';
import { shellcheckQueue } from '../../src/source/shellcheck-queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-shellcheck-'));
// Other suites ask ShellCheck too, and what it leaves behind is looked for here.
const temporary = join(folder, 'temporary');
mkdirSync(temporary);
beforeAll(() => {
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program of that name in a folder of its own. */
function program(name: string, body: string): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const path = join(own, 'shellcheck');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const remark = { file: '0.sh', line: 1, endLine: 1, column: 1, endColumn: 2, level: 'info', code: 2086, message: 'm' };
const says = (name: string, document: unknown, code = 1) => {
  writeFileSync(join(folder, `${name}.json`), typeof document === 'string' ? document : JSON.stringify(document));
  return program(name, `cat '${join(folder, `${name}.json`)}'; exit ${code}`);
};
const ask = (path: string, scripts = ['echo $x\n'], signal = new AbortController().signal) =>
  askShellcheck(path, scripts, { env: { PATH: process.env['PATH'] }, signal });
const left = () => readdirSync(temporary).filter((name) => name.startsWith('tare-shell-'));

describe('the program', () => {
  it('is the first on PATH, but not in a folder that depends on the current one', async () => {
    const path = program('found', 'exit 0');
    const own = join(folder, 'found');
    expect(await findShellcheck({ PATH: ['/nowhere', own].join(delimiter) })).toBe(path);
    expect(await findShellcheck({ PATH: [relative('.', own), '', '.'].join(delimiter) })).toBeUndefined();
    expect(await findShellcheck({})).toBeUndefined();
  });

  it('gets copies of the scripts alone, and nothing of the environment', async () => {
    const path = program('copies', `cat ./1.sh > '${folder}/seen'; env > '${folder}/env'; echo '{"comments":[]}'`);
    process.env['SHELLCHECK_OPTS'] = '--severity=error';
    try {
      expect(await ask(path, ['first', 'second'])).toEqual({ remarks: [[], []] });
    } finally {
      delete process.env['SHELLCHECK_OPTS'];
    }
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe('second');
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('SHELLCHECK_OPTS');
  });
});

describe('the answer', () => {
  it('goes with the scripts', async () => {
    const path = says('two', { comments: [{ ...remark, file: '1.sh', fix: null }, remark] });
    const { file: _, ...kept } = remark;
    expect(await ask(path, ['a', 'b'])).toEqual({ remarks: [[kept], [kept]] });
  });

  it.each([
    ['no-json', 'usage: …', 0, /did not answer with JSON/],
    ['no-list', { comments: {} }, 0, /did not answer with JSON/],
    ['null', 'null', 0, /did not answer with JSON/],
    ['nothing', '', 0, /did not answer with JSON/],
    ['other-file', { comments: [{ ...remark, file: '../0.sh' }] }, 1, /a remark that is none/],
    ['own-name', { comments: [{ ...remark, file: '__proto__' }] }, 1, /a remark that is none/],
    ['no-remark', { comments: [null] }, 1, /a remark that is none/],
    ['line', { comments: [{ ...remark, line: -1 }] }, 1, /a remark that is none/],
    ['column', { comments: [{ ...remark, endColumn: 1e300 }] }, 1, /a remark that is none/],
    ['code', { comments: [{ ...remark, code: '2086; rm' }] }, 1, /a remark that is none/],
    ['level', { comments: [{ ...remark, level: 'constructor' }] }, 1, /a remark that is none/],
    ['old', '', 4, /older than 0\.7\.1/],
    ['crash', '', 139, /ended with code 139/],
  ])('is refused where it is none: %s', async (name, document, code, problem) => {
    expect(await ask(says(name, document, code))).toEqual({ remarks: [], problem: expect.stringMatching(problem) });
  });

  it('is bounded', async () => {
    const many = says('many', { comments: Array.from({ length: 3000 }, () => remark) });
    const answer = await ask(many);
    expect(answer.remarks[0]).toHaveLength(500);
    expect(answer.problem).toMatch(/more than 500 remarks/);
    const long = await ask(says('long', { comments: [{ ...remark, message: 'x'.repeat(1e5) }] }));
    expect(long.remarks[0]?.[0]?.message).toHaveLength(500);
    expect(await ask(program('endless', 'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done'))).toEqual({
      remarks: [],
      problem: 'printed more than 8 MiB',
    });
  });

  it('is not waited for when the run is stopped, and leaves nothing behind', async () => {
    const before = left();
    const controller = new AbortController();
    const waiting = ask(program('sleeps', 'exec sleep 60'), ['x'], controller.signal);
    controller.abort();
    expect(await waiting).toEqual({ remarks: [], problem: 'was interrupted' });
    expect(await ask(join(folder, 'none'))).toEqual({ remarks: [], problem: 'could not be run (ENOENT)' });
    expect(left()).toEqual(before);
  });
});

describe('the queue', () => {
  const signal = new AbortController().signal;

  it('gives each file its own answer', async () => {
    // Says the number that a script holds as the line.
    const path = program(
      'numbers',
      `shift 2; s=''; printf '{"comments":['; for f; do printf '%s{"file":"%s","line":%s,"endLine":1,"column":1,"endColumn":1,"level":"info","code":2086,"message":"m"}' "$s" "$f" "$(cat "$f")"; s=,; done; echo ']}'`,
    );
    const ask = shellcheckQueue(path, { env: { PATH: process.env['PATH'] }, signal });
    const files = Array.from({ length: 150 }, (_, at) => [`${at + 1}`, ...(at % 3 === 0 ? [`${1000 + at}`] : [])]);
    const answers = await Promise.all(files.map((scripts) => ask(scripts)));
    expect(answers.map(({ remarks }) => remarks.map(([first]) => String(first?.line)))).toEqual(files);
  });

  it('asks again for each where one spoils the answer of all', async () => {
    const path = program(
      'spoilt',
      `shift 2; for f; do if grep -q bad "$f"; then exit 7; fi; done; echo '{"comments":[]}'`,
    );
    const ask = shellcheckQueue(path, { env: { PATH: process.env['PATH'] }, signal });
    const answers = await Promise.all(['a', 'b', 'bad', 'c'].map((script) => ask([script])));
    expect(answers.map(({ problem }) => problem ?? '')).toEqual(['', '', 'ended with code 7', '']);
  });
});
