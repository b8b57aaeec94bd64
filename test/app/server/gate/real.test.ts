/** docker, skopeo and plain HTTP through a gate in front of Debian's registry, each image really graded. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../../../src/types.ts';
import { type Docker, startDocker } from '../../../e2e/setup/docker.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { makeLayout, putBlob } from '../../../e2e/setup/layout.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { must, run } from '../../../e2e/setup/run.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { archive, entry } from '../../../e2e/setup/tar.ts';
import { startGate, type TestGate } from './setup.ts';

const tools = ['dockerd', 'docker', 'docker-registry', 'skopeo', 'htpasswd', 'openssl'];
const user = { user: 'pusher', password: 'open-sesame' };
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

suite('a gate in front of a registry', { root: true, tools }, () => {
  const home = openHome('gate');
  let docker: Docker;
  let registry: Registry;
  let locked: Registry;
  let gate: TestGate;

  const skopeo = (args: string[]) =>
    run('skopeo', ['--insecure-policy', '--tmpdir', home.folder('skopeo'), ...args], {
      env: { ...home.env, REGISTRY_AUTH_FILE: home.path('no-auth.json'), XDG_RUNTIME_DIR: home.folder('skopeo-run') },
    });
  const copy = (from: string, to: string, more: string[] = []) =>
    skopeo(['copy', '--src-tls-verify=false', '--dest-tls-verify=false', ...more, from, to]);
  const digestAt = async (host: string, name: string) => {
    const raw = await must('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${host}/${name}`], {
      env: { ...home.env, REGISTRY_AUTH_FILE: home.path('no-auth.json') },
    });
    return `sha256:${createHash('sha256').update(raw).digest('hex')}`;
  };
  const build = async (name: string, lines: string) => {
    const context = home.folder(`context-${name}`);
    writeFileSync(`${context}/Dockerfile`, `FROM scratch\nCOPY app /app\n${lines}\nENTRYPOINT ["/app"]\n`);
    writeFileSync(`${context}/app`, `${name}\n`, { mode: 0o755 });
    await docker.cli(['build', '--network=host', '-t', `local/${name}`, context]);
  };
  const push = async (name: string, as: string) => {
    await docker.cli(['tag', `local/${name}`, `${gate.address}/${as}`]);
    return run('docker', ['push', `${gate.address}/${as}`], {
      env: { ...home.env, DOCKER_HOST: docker.host, DOCKER_CONFIG: home.folder('docker-config') },
    });
  };
  const layout = (name: string, user: string) =>
    makeLayout(home.path(name), [{ bytes: archive(entry({ path: 'app', mode: 0o755 }, `${name}\n`)) }], {
      config: { config: { User: user, Entrypoint: ['/app'] } },
    });

  beforeAll(async () => {
    docker = await startDocker(home);
    registry = await startRegistry(home, 'open');
    const passwords = home.path('passwords');
    writeFileSync(passwords, await must('htpasswd', ['-nbB', user.user, user.password]));
    locked = await startRegistry(home, 'locked', undefined, { auth: { htpasswd: { realm: 'here', path: passwords } } });
    gate = await startGate(registry.host, { reportUrl: ({ digest }) => `https://tare.example/images/${digest}` });
    await build('good', 'USER 10001');
    await build('bad', 'USER root');
  }, 120_000);
  afterAll(async () => {
    await gate?.close(0);
    await home.close();
  }, 60_000);

  it('lets docker push a good image, and its digest is the same', async () => {
    const pushed = await push('good', 'team/good:1');
    expect(pushed.stderr + pushed.stdout).toMatch(/digest: sha256:/);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.stdout)![1];
    expect(await digestAt(registry.host, 'team/good:1')).toBe(digest);
    expect(gate.decisions.at(-1)).toMatchObject({
      action: 'push',
      outcome: 'allowed',
      tag: '1',
      digest,
      repository: 'team/good',
    });
  });

  it('refuses a bad one, and docker prints why', async () => {
    const pushed = await push('bad', 'team/bad:1');
    expect(pushed.code).toBe(1);
    expect(pushed.stderr).toMatch(/denied: tare refuses team\/bad:1: grade [B-F], [\d.]+ of 100\. /);
    expect(pushed.stderr).toContain('[high] run-as-root: ');
    expect(pushed.stderr).toMatch(/The whole report: https:\/\/tare\.example\/images\/sha256:[0-9a-f]{64}/);
    expect((await fetch(`http://${registry.host}/v2/team/bad/manifests/1`)).status).toBe(404);
    expect(gate.decisions.at(-1)).toMatchObject({ outcome: 'denied', repository: 'team/bad', tag: '1' });
  });

  it('lets docker pull, and skopeo copy out', async () => {
    await docker.cli(['rmi', '-f', `${gate.address}/team/good:1`, 'local/good']);
    expect(await docker.cli(['pull', `${gate.address}/team/good:1`])).toMatch(/Digest: sha256:/);
    const out = await copy(`docker://${gate.address}/team/good:1`, `dir:${home.path('copied')}`);
    expect(out.stderr).toBe('');
    expect(out.code).toBe(0);
  });

  it('judges what skopeo copies, and skopeo prints why', async () => {
    const good = await copy(`oci:${layout('oci-good', '10001')}`, `docker://${gate.address}/team/oci:good`);
    expect(good.stderr).toBe('');
    const bad = await copy(`oci:${layout('oci-bad', '0')}`, `docker://${gate.address}/team/oci:bad`);
    expect(bad.code).not.toBe(0);
    expect(bad.stderr).toContain('denied: tare refuses team/oci:bad: grade');
  });

  it('judges every image of an index', async () => {
    const made = (name: string, second: string) => {
      const dir = layout(name, '10001');
      layout(`${name}-2`, second);
      const list = [name, `${name}-2`].map((from, at) => {
        const index = JSON.parse(readText(`${home.path(from)}/index.json`));
        const platform = { os: 'linux', architecture: at === 0 ? 'amd64' : 'arm64' };
        return { ...index.manifests[0], platform };
      });
      for (const file of blobsOf(home.path(`${name}-2`))) putBlob(dir, file);
      const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: list };
      const descriptor = putBlob(dir, JSON.stringify(index));
      writeFileSync(
        `${dir}/index.json`,
        JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: index.mediaType, ...descriptor }] }),
      );
      return { dir, digest: descriptor.digest };
    };
    const good = made('index-good', '10002');
    const done = await copy(`oci:${good.dir}`, `docker://${gate.address}/team/index:1`, [
      '--all',
      '--preserve-digests',
    ]);
    expect(done.stderr).toBe('');
    expect(await digestAt(registry.host, 'team/index:1')).toBe(good.digest);
    const bad = made('index-bad', 'root');
    const refused = await copy(`oci:${bad.dir}`, `docker://${gate.address}/team/index:2`, [
      '--all',
      '--preserve-digests',
    ]);
    expect(refused.stderr).toContain('denied: tare refuses team/index');
    expect((await fetch(`http://${registry.host}/v2/team/index/manifests/2`)).status).toBe(404);
  });

  describe('the rest of the API', () => {
    it('uploads in chunks, whole, and by mount; reads ranges; deletes', async () => {
      const blob = randomBytes(300_000);
      const digest = sha(blob);
      const at = `${gate.url}/v2/team/blobless`;
      let next = await begin(`${at}-1/blobs/uploads/`);
      for (const [from, to] of [
        [0, 100_000],
        [100_000, 300_000],
      ] as const) {
        const sent = await fetch(next, {
          method: 'PATCH',
          headers: { 'content-type': 'application/octet-stream', 'content-range': `${from}-${to - 1}` },
          body: blob.subarray(from, to),
        });
        expect(sent.status).toBe(202);
        next = locationOf(sent);
      }
      const ended = await fetch(`${next}&digest=${digest}`, { method: 'PUT' });
      expect(ended.status).toBe(201);
      expect(ended.headers.get('location')).toMatch(/^\/v2\//);
      const whole = await begin(`${at}-2/blobs/uploads/`);
      expect((await fetch(`${whole}&digest=${digest}`, { method: 'PUT', body: blob })).status).toBe(201);
      const mounted = await fetch(`${at}-3/blobs/uploads/?mount=${digest}&from=team/blobless-1`, { method: 'POST' });
      expect(mounted.status).toBe(201);
      const part = await fetch(`${at}-3/blobs/${digest}`, { headers: { range: 'bytes=1000-1999' } });
      expect(part.status).toBe(206);
      expect(Buffer.from(await part.arrayBuffer()).equals(blob.subarray(1000, 2000))).toBe(true);
      const head = await fetch(`${at}-3/blobs/${digest}`, { method: 'HEAD' });
      expect(head.headers.get('content-length')).toBe('300000');
      expect((await fetch(`${at}-3/blobs/${digest}`, { method: 'DELETE' })).status).toBe(202);
      expect((await fetch(`${at}-3/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
    });

    it('lists the catalog page by page, and tags', async () => {
      const seen: string[] = [];
      let next: string | undefined = '/v2/_catalog?n=2';
      while (next) {
        const page = await fetch(gate.url + next);
        seen.push(...((await page.json()) as { repositories: string[] }).repositories);
        next = /<(\/v2\/[^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(seen).toContain('team/good');
      expect(seen.length).toBeGreaterThan(3);
      const tags = await fetch(`${gate.url}/v2/team/good/tags/list`);
      expect(await tags.json()).toEqual({ name: 'team/good', tags: ['1'] });
    });

    it('passes on what upstream says of a missing manifest, and of a malformed one', async () => {
      expect((await fetch(`${gate.url}/v2/team/good/manifests/none`)).status).toBe(404);
      const put = await fetch(`${gate.url}/v2/team/good/manifests/x`, {
        method: 'PUT',
        headers: { 'content-type': manifestType },
        body: '{',
      });
      expect(put.status).toBe(400);
    });
  });

  it('passes authentication through, and grades with it', async () => {
    const shut = await startGate(locked.host);
    try {
      const challenge = await fetch(`${shut.url}/v2/`);
      expect([challenge.status, challenge.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="here"']);
      const creds = `${user.user}:${user.password}`;
      const from = `oci:${home.path('oci-good')}`;
      const good = await copy(from, `docker://${shut.address}/team/app:1`, ['--dest-creds', creds]);
      expect(good.stderr).toBe('');
      const wrong = await copy(from, `docker://${shut.address}/team/app:2`, ['--dest-creds', 'pusher:guess']);
      expect(wrong.stderr).toMatch(/unauthorized|authentication required|invalid username/i);
      const bare = await fetch(`${shut.url}/v2/team/app/manifests/3`, {
        method: 'PUT',
        headers: { 'content-type': manifestType },
        body: JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }),
      });
      expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="here"']);
      const bad = await copy(`oci:${home.path('oci-bad')}`, `docker://${shut.address}/team/app:4`, [
        '--dest-creds',
        creds,
      ]);
      expect(bad.stderr).toContain('denied: tare refuses team/app:4');
      expect(shut.decisions.map(({ outcome }) => outcome)).toEqual(['allowed', 'denied']);
      expect(JSON.stringify([shut.logged, shut.decisions])).not.toContain(Buffer.from(creds).toString('base64'));
    } finally {
      await shut.close(0);
    }
  });

  it('refuses pulls of what fails, where that is asked for', async () => {
    const bad = await copy(`oci:${home.path('oci-bad')}`, `docker://${registry.host}/team/old:bad`);
    expect(bad.stderr).toBe('');
    const guarded = await startGate(registry.host, { policy: { refusePulls: true } });
    try {
      const refused = await copy(`docker://${guarded.address}/team/old:bad`, `dir:${home.path('refused')}`);
      expect(refused.stderr).toContain('denied: tare refuses to hand out team/old:bad: grade');
      const good = await copy(`docker://${guarded.address}/team/good:1`, `dir:${home.path('handed')}`);
      expect(good.stderr).toBe('');
      expect(guarded.decisions.map(({ action, outcome }) => [action, outcome])).toEqual([['pull', 'denied']]);
    } finally {
      await guarded.close(0);
    }
  });
});

function sha(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function begin(url: string): Promise<string> {
  const started = await fetch(url, { method: 'POST' });
  expect(started.status).toBe(202);
  expect(started.headers.get('location')).toMatch(/^\/v2\//);
  return locationOf(started);
}

function locationOf(response: Response): string {
  return new URL(response.headers.get('location')!, response.url).href;
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

function blobsOf(dir: string): Buffer[] {
  const folder = `${dir}/blobs/sha256`;
  return readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`));
}
