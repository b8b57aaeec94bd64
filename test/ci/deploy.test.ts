/** What deploy/ starts: rights, bounds and secrets of the containers, and that all files fit together. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { run } from '../e2e/setup/run.ts';

const root = join(import.meta.dirname, '../..');
const deploy = join(root, 'deploy');
const read = (path: string): string => readFileSync(join(deploy, path), 'utf8');

type Lists = 'ports' | 'volumes' | 'tmpfs' | 'secrets' | 'networks';

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true });
  const services = Object.entries<Record<string, unknown> & Partial<Record<Lists, string[]>>>(compose.services);

  it('gives no container more than it needs', () => {
    for (const [name, service] of services) {
      const bounds = { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] };
      expect(service, name).toMatchObject({ ...bounds, pids_limit: 256, mem_limit: expect.any(String) });
      expect(service['user'], name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service['image'], name).not.toMatch(/:latest$|^[^:]+$/);
      for (const word of ['privileged', 'cap_add', 'network_mode', 'pid', 'ipc', 'devices'])
        expect(service, name).not.toHaveProperty(word);
      for (const port of service['ports'] ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service['volumes'] ?? []) expect(volume, name).not.toContain('docker.sock');
      for (const mount of service['tmpfs'] ?? []) expect(mount, name).toMatch(/size=.*noexec,nosuid,nodev/);
    }
  });

  it('hands secrets over as files, each to whom it is for', () => {
    for (const [name, service] of services) {
      for (const secret of service['secrets'] ?? []) expect(compose.secrets, name).toHaveProperty([secret]);
      for (const [variable, value] of Object.entries(service['environment'] ?? {}))
        if (/PASSWORD|TOKEN|SECRET/.test(variable)) expect(value, variable).toMatch(/^\/run\/secrets\//);
    }
    expect(compose.services.registry.secrets).toEqual(['registry.yml']);
    expect(compose.services.database.secrets).toEqual(['database-password']);
  });

  it('names networks, volumes and files that there are', () => {
    for (const [name, service] of services) {
      for (const network of service['networks'] ?? []) expect(compose.networks, name).toHaveProperty([network]);
      for (const volume of service['volumes'] ?? []) {
        const source = volume.split(':')[0]!;
        if (!source.startsWith('./')) expect(compose.volumes, name).toHaveProperty([source]);
        else if (!source.startsWith('./data')) expect(statSync(join(deploy, source)).isFile(), source).toBe(true);
      }
      for (const needed of Object.keys(service['depends_on'] ?? {}))
        expect(compose.services[needed].healthcheck, needed).toBeDefined();
    }
    expect(compose.networks.database).toEqual({ internal: true });
    // The database speaks to nobody else.
    expect(compose.services.database.networks).toEqual(['database']);
  });

  it('asks for health with a program that runs without a shell', async () => {
    const [kind, , flag, script] = compose.services.tare.healthcheck.test;
    expect([kind, flag]).toEqual(['CMD', '-e']);
    const asks = async (status: number) => {
      const server = createServer((_, reply) => reply.writeHead(status).end());
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const { code } = await run(process.execPath, [flag, script.replace('8080', `${port}`)], { timeout: 20_000 });
      server.close();
      return code;
    };
    expect([await asks(200), await asks(503)]).toEqual([0, 1]);
  });
});

describe('prepare.sh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tare-deploy-'));
  const prepare = () => spawnSync('sh', [join(folder, 'prepare.sh')], { encoding: 'utf8', timeout: 60_000 });
  const secret = (name: string): string => readFileSync(join(folder, 'secrets', name), 'utf8').trim();
  beforeAll(() => cpSync(join(deploy, 'prepare.sh'), join(folder, 'prepare.sh')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes each secret once, long enough, in a folder that nobody else opens', () => {
    expect(prepare()).toMatchObject({ status: 0, stderr: '' });
    const compose = parse(read('compose.yaml'), { merge: true });
    const files = Object.values<{ file: string }>(compose.secrets).map(({ file }) => file.slice('./secrets/'.length));
    expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(files.sort());
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    const made = ['admin-token', 'hook-token', 'database-password'].map(secret);
    for (const one of made) expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(made).size).toBe(3);
    expect(new URL(secret('database-url')).password).toBe(made[2]);
    expect(prepare().status).toBe(0);
    expect(['admin-token', 'hook-token', 'database-password'].map(secret)).toEqual(made);
  });

  it('has the registry notify the hook with its token', () => {
    const registry = parse(secret('registry.yml'));
    const [endpoint] = registry.notifications.endpoints;
    expect(endpoint.headers.Authorization).toEqual([`Bearer ${secret('hook-token')}`]);
    // Distribution logs the headers of its endpoints at info.
    expect(registry.log.level).toBe('warn');
    expect(endpoint.url).toBe('http://tare:8080/api/v1/hooks/distribution');
  });
});

describe('kubernetes', () => {
  const files = readdirSync(join(deploy, 'kubernetes'));
  const manifests = files
    .filter((name) => !['kustomization.yaml', 'tare-server.yaml'].includes(name))
    .flatMap((name) => parseAllDocuments(read(`kubernetes/${name}`)))
    .map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    });
  const of = (kind: string) => manifests.filter((one) => one.kind === kind);
  const kustomization = parse(read('kubernetes/kustomization.yaml'));

  it('lists every file, but for the secret, which is not applied as it is', () => {
    const listed = [...kustomization.resources, 'kustomization.yaml', 'tare-server.yaml', 'secret.example.yaml'];
    expect(files.sort()).toEqual(listed.sort());
    expect(kustomization.configMapGenerator).toEqual([{ name: 'tare-server', files: ['tare-server.yaml'] }]);
  });

  it('keeps to the pod security level restricted, with a read-only root and bounds', () => {
    expect(of('Namespace')[0].metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    expect(of('Deployment')).toHaveLength(2);
    for (const { spec, metadata } of of('Deployment')) {
      const pod = spec.template.spec;
      expect(pod.securityContext, metadata.name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const word of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(word);
      expect(pod.automountServiceAccountToken).toBe(false);
      for (const { name, ...volume } of pod.volumes)
        expect(['configMap', 'secret', 'emptyDir'], name).toContain(Object.keys(volume)[0]);
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        for (const kind of ['requests', 'limits'])
          expect(Object.keys(container.resources[kind])).toEqual(['cpu', 'memory', 'ephemeral-storage']);
        for (const { hostPort } of container.ports ?? []) expect(hostPort).toBeUndefined();
        for (const { name } of container.volumeMounts)
          expect(pod.volumes.map((volume: { name: string }) => volume.name)).toContain(name);
      }
    }
    expect(of('ServiceAccount')[0].automountServiceAccountToken).toBe(false);
  });

  it('selects the pods that it makes', () => {
    for (const { spec } of of('Deployment')) expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    const serve = of('Deployment').find(({ metadata }) => metadata.name === 'tare-serve');
    expect(of('Service')[0].spec.selector).toEqual(serve.spec.selector.matchLabels);
    for (const { spec } of of('NetworkPolicy')) {
      const labels = Object.entries(spec.podSelector.matchLabels);
      expect(labels.every(([key, value]) => serve.spec.selector.matchLabels[key] === value)).toBe(true);
    }
  });

  it('mounts what the secret holds where the options look for it', () => {
    const [{ stringData }] = of('Secret');
    const named = [...read('kubernetes/tare-server.yaml').matchAll(/\/etc\/tare\/secrets\/([a-z-]+)/g)];
    expect(named.map(([, name]) => name).sort()).toEqual(
      Object.keys(stringData)
        .filter((name) => !name.includes('.'))
        .sort(),
    );
    expect(() => JSON.parse(stringData['config.json'])).not.toThrow();
    for (const { spec } of of('Deployment')) {
      const [{ env, volumeMounts }] = spec.template.spec.containers;
      const mount = volumeMounts.find(({ name }: { name: string }) => name === 'secrets').mountPath;
      expect(env).toEqual([{ name: 'DOCKER_CONFIG', value: mount }]);
    }
  });

  it('has an autoscaler to uncomment that is one', () => {
    const text = read('kubernetes/worker.yaml');
    const hint = text.slice(text.indexOf('# ---')).replace(/^# ?/gm, '');
    const scaler = parse(hint.slice('---\n'.length));
    expect(scaler).toMatchObject({ kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2' });
    expect(of('Deployment').map(({ metadata }) => metadata.name)).toContain(scaler.spec.scaleTargetRef.name);
    expect(scaler.spec.metrics[0].external.metric.name).toBe('tare_queue_jobs');
  });
});
