/** What a base image sets by itself, and the digest to pin it to: from a real Docker Engine, from earlier scans, from a real registry. */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerfileReport } from '../../src/types/report.ts';
import { tare } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { openHome } from './setup/home.ts';
import { type Registry, startRegistry } from './setup/registry.ts';
import { suite } from './setup/suite.ts';

suite('a base image', { root: true, tools: ['dockerd', 'docker', 'docker-registry', 'busybox'] }, () => {
  const home = openHome('base');
  const env = { HOME: home.folder('nobody'), DOCKER_HOST: `unix://${home.path('none.sock')}` };
  const file = home.path('Dockerfile');
  let docker: Docker;
  let registry: Registry;
  let name: string;
  let digest: string;

  beforeAll(async () => {
    [docker, registry] = await Promise.all([startDocker(home), startRegistry(home, 'bases')]);
    name = `${registry.host}/team/base:1`;
    const context = home.folder('context');
    writeFileSync(
      join(context, 'os-release'),
      'ID=alpine\nNAME="Alpine Linux"\nVERSION_ID=3.23.0\nPRETTY_NAME=Alpine\n',
    );
    writeFileSync(
      join(context, 'Dockerfile'),
      'FROM scratch\nCOPY os-release /etc/os-release\nEXPOSE 22\nUSER 10001\nENTRYPOINT ["/app"]\n',
    );
    await docker.cli(['build', '-t', name, context]);
    await docker.cli(['push', name]);
    const said = await docker.cli(['image', 'inspect', '--format', '{{index .RepoDigests 0}}', name]);
    digest = said.trim().split('@')[1]!;
    writeFileSync(file, `FROM ${name}\nCOPY app /app\nHEALTHCHECK NONE\n`);
  }, 240_000);
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 60_000);

  const lint = async (words: string[], more: Record<string, string> = {}) => {
    const ran = await tare(['lint', file, '--format', 'json', '--fail-on', 'none', '--shellcheck', 'off', ...words], {
      env: { ...env, ...more },
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { findings } = JSON.parse(ran.stdout) as DockerfileReport;
    const of = (rule: string) => findings.find((finding) => finding.rule === rule);
    return {
      user: of('run-as-root')?.outcome,
      ports: of('management-port-exposed')?.evidence.map(
        (place) => place.at === 'instruction' && place.range.start.line,
      ),
      pin: of('base-not-digest-pinned')?.fix?.edits[0].text,
    };
  };
  const nothing = { user: 'unknown', ports: undefined, pin: undefined };
  const everything = () => ({ user: undefined, ports: [1], pin: `@${digest}` });

  it('is not known where nobody was asked', async () => {
    expect(await lint(['--no-cache'])).toEqual(nothing);
  });

  it('is known to the Docker Engine that holds it', async () => {
    expect(await lint(['--no-cache', '--docker-host', docker.host])).toEqual(everything());
  });

  it('is asked of its registry where that is asked for, and only then', async () => {
    expect(await lint(['--no-cache', '--insecure-registry', registry.host])).toEqual(nothing);
    expect(await lint(['--no-cache', '--pull-base', '--insecure-registry', registry.host])).toEqual(everything());
  });

  describe('that was scanned', () => {
    const cache = home.path('cache');

    it.each(['registry', 'docker'] as const)('from %s is known from then on', async (scheme) => {
      const own = `${cache}-${scheme}`;
      const words = ['--cache-dir', own, '--fail-on', 'none', '--quiet', '--insecure-registry', registry.host];
      const scanned = await tare(['scan', `${scheme}:${name}`, ...words, '--docker-host', docker.host], { env });
      expect(scanned).toMatchObject({ code: 0 });
      expect(await lint(['--cache-dir', own])).toEqual(everything());
      // Another platform of it was not scanned.
      expect(await lint(['--cache-dir', own, '--platform', 'linux/s390x'])).toEqual(nothing);
    });

    it('is not known where others could have written the note, or it is damaged', async () => {
      const folder = join(`${cache}-registry`, 'images');
      chmodSync(folder, 0o777);
      expect(await lint(['--cache-dir', `${cache}-registry`])).toEqual(nothing);
      chmodSync(folder, 0o700);
      const [note] = readdirSync(folder);
      for (const text of ['', '{', 'null', '{"config":[]}', '{"config":{"os":5,"config":{"User":{}}}}']) {
        writeFileSync(join(folder, note!), text);
        expect([text, (await lint(['--cache-dir', `${cache}-registry`])).pin]).toEqual([text, undefined]);
      }
    });
  });

  it('is pinned by --fix to what Docker has, so that the very same image is built on', async () => {
    const ran = await tare(['lint', file, '--fix', '--fail-on', 'none', '--quiet', '--docker-host', docker.host], {
      env,
    });
    expect(ran.stderr).toContain('base-not-digest-pinned');
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^FROM ${name}@${digest}\n`));
    const again = await tare(['lint', file, '--fix', '--fail-on', 'none', '--quiet', '--docker-host', docker.host], {
      env,
    });
    expect(again.stderr).toBe('');
    writeFileSync(join(home.folder('context'), 'app'), '');
    await docker.cli(['build', '-q', '-f', file, home.folder('context')]);
  }, 60_000);
});
