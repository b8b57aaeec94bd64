/** `tare serve`, as a process, behind Debian's registry: what is pushed is graded, stored and told, on either database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/app/server/types.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { buildClassic } from './setup/build.ts';
import { tare } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { freePort, openHome } from './setup/home.ts';
import { makeLayout } from './setup/layout.ts';
import { type Registry, startRegistry } from './setup/registry.ts';
import { run } from './setup/run.ts';
import { skopeoCopy } from './setup/skopeo.ts';
import { suite } from './setup/suite.ts';
import { archive, entry } from './setup/tar.ts';

const bin = resolve(import.meta.dirname, '../../bin/tare.cjs');
const token = 'an-admin-token-of-the-test-suite';
const hookToken = 'a-secret-of-the-registry';
const tools = ['docker-registry', 'skopeo', 'dockerd', 'docker', 'openssl', 'postgres', 'initdb'];

suite('tare serve', { root: true, tools }, () => {
  const home = openHome('serve');
  const told: Verdict[] = [];
  const children: ChildProcess[] = [];
  let outlet: Server;
  let docker: Docker;
  let postgres: Postgres;

  const started = async (args: string[], sign: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...{ PATH: process.env['PATH'], ...home.env, HOME: home.dir },
        ...{ ADMIN: token, HOOK: hookToken },
      },
    });
    children.push(child);
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    for (let i = 0; i < 600 && child.exitCode === null && !said.includes(sign); i++) await sleep(50);
    if (!said.includes(sign)) throw new Error(`tare ${args.join(' ')} did not start: ${said}`);
    return child;
  };
  const stopped = async (child: ChildProcess): Promise<number | null> => {
    if (child.exitCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    child.kill('SIGTERM');
    return ended;
  };

  beforeAll(async () => {
    outlet = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(parts).toString()) as { data?: Verdict } & Verdict;
        told.push(body.data ?? body);
        response.end();
      });
    });
    await new Promise<void>((done) => outlet.listen(0, '127.0.0.1', done));
    [docker, postgres] = await Promise.all([startDocker(home), startPostgres()]);
    for (const [name, user] of [
      ['good', '10001'],
      ['bad', ''],
    ] as const) {
      const context = home.folder(`context-${name}`);
      writeFileSync(
        `${context}/Dockerfile`,
        `FROM scratch\nCOPY app /app\n${user && `USER ${user}\n`}ENTRYPOINT ["/app"]\n`,
      );
      writeFileSync(`${context}/app`, `${name}\n`, { mode: 0o755 });
      await buildClassic(docker, context, `local/${name}`);
    }
  }, 120_000);
  afterAll(async () => {
    for (const child of children) await stopped(child);
    outlet?.close();
    await postgres?.stop();
    await home.close();
  }, 60_000);

  describe.each(['embedded', 'PostgreSQL'] as const)('on %s', (kind) => {
    const name = kind.toLowerCase();
    let registry: Registry;
    let server: ChildProcess;
    let address: string;
    let gate: string;
    let config: string;

    const ask = async (path: string, options: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${token}`, ...(options.headers as Record<string, string>) };
      return fetch(`${address}${path}`, { ...options, headers });
    };
    const graded = async (repository: string): Promise<Verdict> => {
      for (let i = 0; i < 300; i++) {
        const found = told.find((one) => one.repository === repository && one.registry === registry.host);
        if (found) return found;
        await sleep(100);
      }
      throw new Error(`no verdict on ${repository} was told`);
    };

    beforeAll(async () => {
      const port = await freePort();
      address = `http://127.0.0.1:${port}`;
      gate = `127.0.0.1:${await freePort()}`;
      const endpoint = {
        ...{ name: 'tare', url: `${address}/api/v1/hooks/distribution`, timeout: '5s', threshold: 3, backoff: '1s' },
        headers: { Authorization: [`Bearer ${hookToken}`] },
      };
      registry = await startRegistry(home, `serve-${name}`, undefined, { notifications: { endpoints: [endpoint] } });
      const { port: its } = outlet.address() as { port: number };
      if (kind === 'PostgreSQL') writeFileSync(home.path('database-url'), await postgres.database('serve'));
      config = home.path(`${name}.yaml`);
      writeFileSync(
        config,
        JSON.stringify({
          listen: `127.0.0.1:${port}`,
          adminToken: { env: 'ADMIN' },
          database:
            kind === 'embedded' ? { folder: home.path(`data-${name}`) } : { url: { file: home.path('database-url') } },
          registries: [{ host: registry.host }],
          hooks: [{ sender: 'distribution', auth: { bearer: { env: 'HOOK' } } }],
          gate: { upstream: `http://${registry.host}` },
          gateListen: gate,
          verdicts: { webhooks: [{ url: `http://127.0.0.1:${its}/` }], attach: {} },
          // With PostgreSQL, a worker of its own does it all.
          workers: kind === 'embedded' ? 1 : 0,
        }),
      );
      server = await started(['serve', '--config', config], 'tare serves');
      if (kind === 'PostgreSQL') await started(['worker', '--config', config, '--workers', '2'], 'tare works');
    }, 120_000);
    afterAll(async () => {
      await registry?.stop();
    });

    it('grades what skopeo and docker push, and tells and attaches the verdict', async () => {
      const layout = await makeLayout(
        home.path(`layout-${name}`),
        [{ bytes: archive(entry({ path: 'app', mode: 0o755 }, 'x\n')) }],
        { config: { config: { User: '10001', Entrypoint: ['/app'] } } },
      );
      await skopeoCopy(home, `oci:${layout}`, `docker://${registry.host}/team/by-skopeo:v1`, [
        '--dest-tls-verify=false',
      ]);
      const pushed = `${registry.host}/team/by-docker:v1`;
      await docker.cli(['tag', 'local/bad', pushed]);
      await docker.cli(['push', pushed]);
      const good = await graded('team/by-skopeo');
      const bad = await graded('team/by-docker');
      expect(good).toMatchObject({ passed: true, tag: 'v1' });
      expect(bad).toMatchObject({ passed: false, tag: 'v1' });
      expect(bad.worst[0]).toMatchObject({ rule: 'run-as-root', severity: 'high' });
      // What the command line says of the same image.
      const report = (await (await ask(`/api/v1/images/${bad.digest}/report`)).json()) as ImageReport;
      const ran = await tare(['scan', `registry:${pushed}`, '--format', 'json', '--no-cache']);
      const direct = JSON.parse(ran.stdout) as ImageReport;
      expect(ran.code).toBe(1);
      expect(report.score).toEqual(direct.score);
      expect(report.findings.map(({ fingerprint }) => fingerprint)).toEqual(
        direct.findings.map(({ fingerprint }) => fingerprint),
      );
      // The registry has no referrers API: by the tag that stands for it (distribution-spec, "Referrers Tag Schema").
      const tag = bad.digest.replace(':', '-');
      const index = async () =>
        fetch(`http://${registry.host}/v2/team/by-docker/manifests/${tag}`, {
          headers: { accept: 'application/vnd.oci.image.index.v1+json' },
        });
      for (let i = 0; i < 100 && !(await index()).ok; i++) await sleep(100);
      expect(JSON.stringify(await (await index()).json())).toContain('application/vnd.tare.report');
    }, 90_000);

    it('takes no notification that is not signed as configured, and shows nothing without a token', async () => {
      const body = JSON.stringify({ events: [] });
      const headers = { 'content-type': 'application/json', authorization: 'Bearer another' };
      const answer = await fetch(`${address}/api/v1/hooks/distribution`, { method: 'POST', headers, body });
      expect(answer.status).toBe(401);
      expect((await fetch(`${address}/api/v1/scans`)).status).toBe(401);
      expect((await fetch(`${address}/livez`)).status).toBe(200);
    });

    it('shows what its gate decided', async () => {
      const name = `${gate}/team/refused:v1`;
      await docker.cli(['tag', 'local/bad', name]);
      await expect(docker.cli(['push', name])).rejects.toThrow(/denied: tare refuses team\/refused:v1/);
      const { items } = (await (await ask('/api/v1/decisions')).json()) as { items: object[] };
      expect(items[0]).toMatchObject({ action: 'push', repository: 'team/refused', tag: 'v1', outcome: 'denied' });
      expect(await (await ask('/metrics')).text()).toContain('tare_gate_decisions_total{outcome="denied"} 1');
    });

    it('sweeps a registry, and tells of what it knew already', async () => {
      told.splice(0);
      const words = ['sweep', registry.host, '--include', 'team/by-*', '--exclude', 'team/by-docker'];
      const swept = await tare([...words, '--server', address], { env: { TARE_TOKEN: token } });
      expect(swept).toMatchObject({ code: 0, stdout: `${registry.host} will be swept\n` });
      expect(await graded('team/by-skopeo')).toMatchObject({ passed: true, tag: 'v1' });
      // Behind it the sweep finds the tag of the report that was attached, which is no image.
      const depth = async () =>
        JSON.stringify(((await (await ask('/api/v1/queue')).json()) as { depth: object }).depth);
      for (let i = 0; i < 200 && /"(?:waiting|running)":[1-9]/.test(await depth()); i++) await sleep(50);
      expect(told.map(({ repository }) => repository)).toEqual(['team/by-skopeo']);
    });

    it('grades anew by other rules from what it stored, with the registry gone', async () => {
      await registry.stop();
      await stopped(server);
      const policy = home.path(`policy-${name}.yaml`);
      writeFileSync(policy, 'gate:\n  fail-on: none\n');
      for (const child of children.splice(0)) expect(await stopped(child)).toBe(0);
      const text = JSON.parse(readFileSync(config, 'utf8')) as object;
      writeFileSync(config, JSON.stringify({ ...text, policy, workers: 1 }));
      server = await started(['serve', '--config', config], 'tare serves');
      told.splice(0);
      const rescan = await tare(['rescan', '--server', address], { env: { TARE_TOKEN: token } });
      expect(rescan).toMatchObject({ code: 0, stdout: '2 images wait to be graded anew\n' });
      expect(await graded('team/by-docker')).toMatchObject({ passed: true });
    }, 60_000);

    it('stops in good order', async () => {
      expect(await stopped(server)).toBe(0);
    });
  });

  it('refuses in a sentence what makes no sense', async () => {
    const refused = async (args: string[]) => {
      const { code, stderr } = await tare(args, { cwd: home.dir });
      return `${code} ${stderr}`;
    };
    expect(await refused(['serve'])).toMatch(/^2 tare: no registry may be asked; name those/);
    const allowed = ['--allow-registry', 'localhost:5000', '--data-dir', home.path('refused')];
    expect(await refused(['serve', ...allowed, '--listen', '0.0.0.0:0'])).toMatch(/lets others in, and no token/);
    expect(await refused(['worker', '--allow-registry', 'localhost:5000'])).toMatch(/which only PostgreSQL allows/);
    expect(await refused(['gate'])).toMatch(/no registry is named behind the gate/);
    expect(await refused(['gate', '--upstream', 'ftp://x'])).toMatch(/--upstream is the address of a registry/);
    expect(await refused(['serve', '--database-url', 'mysql://x', ...allowed.slice(0, 2)])).toMatch(
      /not of the form postgres/,
    );
    const file = home.path('wrong.yaml');
    writeFileSync(file, 'listen: 127.0.0.1:1\nhooks:\n  - sender: nobody\n');
    expect(await refused(['serve', '--config', file])).toMatch(/wrong\.yaml:3:\d+: hooks\[0\]/);
    expect(await refused(['sweep', 'localhost:5000', '--server', 'http://127.0.0.1:9'])).toMatch(/does not answer/);
  });

  it('prints through docker push why the gate refused', async () => {
    const registry = await startRegistry(home, 'behind-gate');
    const port = await freePort();
    const gate = await started(
      ['gate', '--upstream', `http://${registry.host}`, '--listen', `127.0.0.1:${port}`],
      'the gate stands',
    );
    const push = async (image: string) => {
      const name = `127.0.0.1:${port}/team/${image}:v1`;
      await docker.cli(['tag', `local/${image}`, name]);
      return run('docker', ['push', name], {
        env: { ...home.env, DOCKER_HOST: docker.host, DOCKER_CONFIG: home.folder('docker-config') },
      });
    };
    expect(await push('good')).toMatchObject({ code: 0 });
    const refused = await push('bad');
    expect(refused.code).not.toBe(0);
    expect(`${refused.stdout}${refused.stderr}`).toMatch(/denied: tare refuses team\/bad:v1: grade .*run-as-root/s);
    expect(await stopped(gate)).toBe(0);
    await registry.stop();
  }, 60_000);
});
