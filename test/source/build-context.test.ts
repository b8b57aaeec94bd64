/** What COPY would bake in, by a folder on disk and its ignore file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { ContextFolders } from '../../src/source/build-context.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tare-context-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;

function context(files: string[], ignore?: string): string {
  const root = join(scratch, String(count++));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  if (ignore !== undefined) writeFileSync(join(root, '.dockerignore'), ignore);
  return root;
}
const read = (root: string, body: string) =>
  new ContextFolders().read(root, join(root, 'Dockerfile'), parseDockerfile(`FROM a\n${body}\n`, 'Dockerfile'));

const files = [
  '.git/HEAD',
  '.git/objects/ab/cd',
  '.env',
  'src/app.js',
  'src/.env.local',
  'keys/id_rsa',
  'node_modules/a/b.js',
];

describe('the whole context', () => {
  it('names what is worth a look, folders closed', async () => {
    const found = await read(context(files), 'COPY . /app');
    expect(found?.sources).toEqual([
      expect.objectContaining({
        path: '.',
        notable: ['.env', '.git/', 'keys/id_rsa', 'node_modules/', 'src/.env.local'],
        files: 6,
        ignored: false,
        missing: false,
      }),
    ]);
    expect(found?.ignoreFile).toBeUndefined();
  });

  it('leaves out what the ignore file keeps out', async () => {
    const found = await read(context(files, '.git\n**/.env*\nnode_modules\nkeys\n!src\n'), 'ADD ./ /app');
    // The exception at the end wins back what an earlier pattern took.
    expect(found?.sources[0]?.notable).toEqual(['src/.env.local']);
    expect(found?.ignoreFile).toBe('.dockerignore');
  });

  it('prefers the ignore file of the Dockerfile itself', async () => {
    const root = context(files, '*');
    writeFileSync(join(root, 'Dockerfile.dockerignore'), '.git\n');
    expect((await read(root, 'COPY . .'))?.sources[0]?.notable).toContain('.env');
  });
});

describe('single sources', () => {
  it.each<[string, { missing: boolean; ignored: boolean }]>([
    ['src/app.js', { missing: false, ignored: false }],
    ['/src', { missing: false, ignored: false }],
    ['src/*.js', { missing: false, ignored: false }],
    ['src/*.ts', { missing: true, ignored: false }],
    ['nothing', { missing: true, ignored: false }],
    ['.env', { missing: false, ignored: true }],
  ])('%s', async (source, expected) => {
    const found = await read(context(files, '.env\n'), `COPY ${source} /x/`);
    expect(found?.sources[0]).toMatchObject(expected);
  });

  it.each(['COPY --from=b:1 /x /y', 'ADD https://example.com/a /b', 'COPY <<E /x\nE', 'ARG A\nCOPY $A /x', 'RUN true'])(
    '%s asks nothing of the context',
    async (body) => {
      expect(await read(context(files), body)).toBeUndefined();
    },
  );

  it('does not leave the context', async () => {
    const found = await read(context(files), 'COPY ../../../etc/passwd /x');
    expect(found?.sources[0]).toMatchObject({ path: 'etc/passwd', missing: true });
  });
});
