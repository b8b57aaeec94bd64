/** Images that Docker Engine builds from Dockerfiles of the corpus, by both builders: every finding carries the line that made it. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import type { ImageReport } from '../../src/types/report.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { buildClassic, buildWithBuildKit } from './setup/build.ts';
import { report, tare } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { openHome } from './setup/home.ts';
import { type JoinCase, joinCases } from './setup/join-cases.ts';
import { must } from './setup/run.ts';
import { suite } from './setup/suite.ts';

/**
 * Shell of the base: whatever it is told, it writes one setuid file, numbered in the order of the calls. So every RUN
 * stands in the Dockerfile as its author wrote it, needs no network, and leaves a finding that says which RUN made it.
 */
const shell = `#!/bin/busybox sh
n=1
while [ -e /made/$n ]; do n=$((n+1)); done
echo made > /made/$n
/bin/busybox chmod 4755 /made/$n
`;

/** The names that the bases and the images have here. */
const trusted = 'docker.io/tare-join/**';

const needs = {
  root: true,
  tools: ['dockerd', 'docker', 'busybox', 'openssl'],
  other: [[corpusDir !== undefined, 'the corpus is not beside the project']] as [boolean, string][],
};

suite('an image and its Dockerfile', needs, () => {
  const home = openHome('join');
  const env = { HOME: home.folder('nobody') };
  let docker: Docker;

  beforeAll(async () => {
    docker = await startDocker(home);
    await importBase('tare-join/base:1', []);
    // The classic builder builds every stage, so that one image has to serve the lower stages of all files.
    await importBase(
      'tare-join/tools:1',
      joinCases.flatMap((item) => item.tools ?? []),
    );
  }, 120_000);
  afterAll(() => home.close(), 60_000);

  describe.each(['classic', 'buildkit'] as const)('%s builder', (builder) => {
    it.each(joinCases)('$file', { timeout: 120_000 }, async (item) => {
      const dockerfile = prepare(item, builder);
      const found = await built(builder, dockerfile);
      expect(found.dockerfile).toMatchObject({ file: dockerfile, match: 'same', drift: [] });
      expect(found.dockerfile?.base).toMatchObject({ image: 'tare-join/base:1', layers: 1 });
      expect(found.status.filter(({ part }) => part === 'dockerfile')).toEqual([]);
      const lines: Record<string, number> = { ...item.copies };
      for (const [i, line] of item.runs.entries()) lines[`made/${i + 1}`] = line;
      const seen = new Set<string>();
      for (const finding of found.findings) {
        const files = finding.evidence.flatMap((one) => (one.at === 'file' ? [one] : []));
        const pointers = finding.evidence.flatMap((one) => (one.at === 'config' ? [one.pointer] : []));
        const wanted = new Set<number>();
        // A folder is made along with what is put into it, by whichever of them came last.
        const within = new Set<number>();
        for (const { path, layer } of files) {
          seen.add(path);
          if (layer === 0) continue;
          const inside = Object.keys(lines).filter((other) => other.startsWith(`${path}/`));
          for (const other of inside) within.add(lines[other]!);
          if (inside.length > 0) continue;
          expect(lines, `${finding.rule} ${path}`).toHaveProperty([path]);
          wanted.add(lines[path]!);
        }
        if (pointers.includes('/config/User')) wanted.add(item.user);
        // What the base is called is said by FROM, and by nothing of the image.
        for (const at of finding.evidence.flatMap((one) => (one.at === 'instruction' ? [one] : [])))
          if (finding.category === 'trusted-source' && files.length === 0)
            expect(readFileSync(dockerfile, 'utf8').split('\n')[at.range.start.line - 1]).toMatch(/^FROM /i);
          else if (pointers.some((pointer) => pointer.startsWith('/config/ExposedPorts/')) && files.length === 0)
            expect(item.ports).toContain(at.range.start.line);
          else expect([...wanted, ...within], finding.rule).toContain(at.range.start.line);
        for (const line of wanted) expect(linesOf(finding), finding.rule).toContain(line);
        const base = files.length > 0 && files.every(({ layer }) => layer === 0) && !pointers.includes('/config/User');
        if (files.length > 0) expect(finding.origin, finding.rule).toBe(base ? 'base' : 'own');
      }
      // Each RUN, COPY and ADD of the table left something to find.
      expect([...seen]).toEqual(expect.arrayContaining(Object.keys(lines)));
      expect(found.findings.some((finding) => finding.origin === 'base')).toBe(true);
      expect(found.target.layers[0]?.origin).toBe('base');
      const made = found.target.layers.slice(1);
      expect(made.every((layer) => layer.origin === 'own' && layer.line !== undefined)).toBe(true);
    });
  });

  describe('what does not fit', () => {
    const item = joinCases.find(({ file }) => file.startsWith('alexellis'))!;

    it.each(['classic', 'buildkit'] as const)('an edited file, %s builder', async (builder) => {
      const dockerfile = prepare(item, builder);
      await build(builder, dockerfile);
      const text = readFileSync(dockerfile, 'utf8').split('\n');
      expect(text[9]).toBe('EXPOSE 80');
      text[9] = 'ENV MODE=production';
      text[11] = `${text[11]} && chmod 644 /var/www/html/index.html`;
      writeFileSync(dockerfile, text.join('\n'));
      const found = await scan(builder, dockerfile);
      expect(found.dockerfile?.match).toBe('drifted');
      expect(found.dockerfile?.drift).toHaveLength(3);
      expect(found.dockerfile?.drift).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ kind: 'instruction', keyword: 'ENV', line: 10 }),
          expect.objectContaining({ kind: 'step', keyword: 'EXPOSE', createdBy: expect.stringContaining('80') }),
          expect.objectContaining({ kind: 'changed', keyword: 'RUN', line: 12 }),
        ]),
      );
      const said = found.status.find(({ part }) => part === 'dockerfile');
      expect(said?.level).toBe('warning');
      expect(said?.message).toContain('another state of');
      expect(lineOf(found, 'made/2')).toBe(12);
      expect(lineOf(found, 'made/1')).toBe(2);
    });

    it('a file of something else', async () => {
      const dockerfile = prepare(item, 'classic');
      await build('classic', dockerfile);
      const other = corpus('dockerfiles', 'tenable__terrascan__build~Dockerfile');
      const found = await scan('classic', dockerfile, other);
      expect(found.dockerfile).toMatchObject({ match: 'other', drift: [] });
      expect(found.status.find(({ part }) => part === 'dockerfile')?.message).toContain('was not built from');
      expect(found.findings.every((one) => one.origin === undefined && linesOf(one).length === 0)).toBe(true);
    });

    it('changes nothing but what is known of the base', async () => {
      const dockerfile = prepare(item, 'classic');
      // A key would cap the score, whatever else is mended.
      writeFileSync(join(dirname(dockerfile), 'raspberrypi.conf'), 'plain\n');
      const joined = await built('classic', dockerfile);
      const words = ['--no-cache', '--docker-host', docker.host, '--trusted', trusted];
      const plain = await report(`docker:${name('classic')}`, words, { env });
      // Telling where the base comes from costs no more than not to tell it.
      expect(joined.score.value).toBeGreaterThanOrEqual(plain.score.value);
      const own = (from: ImageReport) => from.findings.filter(({ category }) => category !== 'trusted-source');
      const core = (from: ImageReport) => own(from).map((one) => [one.rule, one.fingerprint]);
      expect(core(joined)).toEqual(core(plain));
      const pinned = joined.findings.find(({ rule }) => rule === 'base-not-digest-pinned');
      expect(pinned).toMatchObject({ outcome: 'fail', origin: 'own' });
      expect(linesOf(pinned!)).toEqual([1]);
      expect(joined.dockerfile?.base.gain).toBeGreaterThan(0);
    });

    it('the table names lines and groups what the base brings', async () => {
      const dockerfile = prepare(item, 'classic');
      await build('classic', dockerfile);
      const words = ['scan', `docker:${name('classic')}`, '--no-cache', '--docker-host', docker.host];
      const { stdout } = await tare([...words, '--dockerfile', dockerfile, '--fail-on', 'none'], { env });
      expect(stdout).toMatch(/layer 3 +\S*Dockerfile:12 +RUN rm/);
      const [own = '', base = ''] = stdout.split(/^\d+ findings? comes? from the base tare-join\/base:1 +/m);
      expect(own).toContain('setuid-file');
      expect(base).toContain('shell-present');
      expect(base).toMatch(/^a smaller base would remove them/);
      const wrong = await tare([...words, '--dockerfile', dockerfile, '--target', 'nowhere'], { env });
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toContain('has no stage nowhere; its stages are 0');
    });
  });

  async function importBase(to: string, files: string[]): Promise<void> {
    const rootfs = home.folder('rootfs', to.replace(/\W/g, '-'));
    for (const folder of ['bin', 'etc', 'made', 'home/harbor', 'tmp', 'usr/bin'])
      mkdirSync(join(rootfs, folder), { recursive: true });
    chmodSync(join(rootfs, 'made'), 0o1777);
    chmodSync(join(rootfs, 'tmp'), 0o1777);
    copyFileSync(findTool('busybox') ?? 'busybox', join(rootfs, 'bin/busybox'));
    writeFileSync(join(rootfs, 'bin/sh'), shell);
    chmodSync(join(rootfs, 'bin/sh'), 0o755);
    writeFileSync(join(rootfs, 'etc/os-release'), 'ID=debian\nVERSION_ID="13"\nNAME="Debian GNU/Linux"\n');
    writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\noracle:x:1001:1001::/u01:/bin/sh\n');
    writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\noracle:x:1001:\n');
    for (const file of files) key(join(rootfs, file));
    const archive = home.path('base.tar');
    await must('tar', ['--numeric-owner', '-C', rootfs, '-cf', archive, '.']);
    const settings = ['SEL_UID=1200', 'SEL_GID=1201', 'QUOTE_PORT=8090'].flatMap((pair) => ['--change', `ENV ${pair}`]);
    await docker.cli(['import', ...settings, archive, to]);
  }

  /** The file with local images in its FROM lines; its context around it. Line numbers stay. */
  function prepare(item: JoinCase, builder: string): string {
    const context = home.folder('contexts', `${builder}-${joinCases.indexOf(item)}`);
    for (const file of item.context) key(join(context, file));
    const text = readFileSync(corpus('dockerfiles', item.file), 'utf8');
    const froms = [...text.matchAll(/^FROM .*$/gm)];
    let at = 0;
    const adapted = text.replace(/^FROM (?:--platform=\S+ )?\S+/gm, () => {
      at++;
      return `FROM tare-join/${at === froms.length ? 'base' : 'tools'}:1`;
    });
    const dockerfile = join(context, 'Dockerfile');
    writeFileSync(dockerfile, adapted);
    // The context is copied whole by some: the Dockerfile itself stays out.
    writeFileSync(join(context, '.dockerignore'), 'Dockerfile\n.dockerignore\n');
    return dockerfile;
  }

  function name(builder: string): string {
    return `tare-join/${builder}:1`;
  }

  async function build(builder: 'classic' | 'buildkit', dockerfile: string): Promise<void> {
    await (builder === 'classic' ? buildClassic : buildWithBuildKit)(docker, dirname(dockerfile), name(builder));
  }

  function scan(builder: string, dockerfile: string, as = dockerfile): Promise<ImageReport> {
    const words = ['--no-cache', '--docker-host', docker.host, '--dockerfile', as, '--trusted', trusted];
    return report(`docker:${name(builder)}`, words, { env });
  }

  async function built(builder: 'classic' | 'buildkit', dockerfile: string): Promise<ImageReport> {
    await build(builder, dockerfile);
    return scan(builder, dockerfile);
  }
});

/** A private key of its own: whatever copies the file leaves a finding. */
function key(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function linesOf({ evidence }: ImageReport['findings'][number]): number[] {
  return evidence.flatMap((one) => (one.at === 'instruction' ? [one.range.start.line] : []));
}

/** The line of the layer that a file of the findings lies in. */
function lineOf(found: ImageReport, path: string): number | undefined {
  const evidence = found.findings.flatMap((finding) => finding.evidence);
  const at = evidence.find((one) => one.at === 'file' && one.path === path);
  return at?.at === 'file' ? found.target.layers[at.layer]?.line : undefined;
}
