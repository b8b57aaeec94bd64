/** The server's options as the page, the schema and the files of deploy/ have them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { serverConfig, serverSchema } from '../../../src/app/server/config.ts';
import { createHooks } from '../../../src/app/server/hooks/config.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'tare-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Takes the options as the server does that mounts its secrets from `secrets`. */
function take(text: string, mounted: string, secrets: string) {
  const file = join(folder, 'tare-server.yaml');
  writeFileSync(file, text.replaceAll(mounted, secrets));
  const config = serverConfig({ config: file, allowRegistries: [] }, {});
  return { config, hooks: createHooks(config.hooks, config.secretOf, { env: {} }) };
}

describe('docs/server.md', () => {
  const page = read('docs/server.md');

  it('has a row for every option, and for no other', () => {
    const { database, registries, scan, ...top } = serverSchema.shape;
    const inner = (prefix: string, shape: object) => Object.keys(shape).map((name) => `${prefix}.${name}`);
    const wanted = [
      ...Object.keys(top),
      ...inner('database', database.unwrap().shape),
      ...['registries', ...inner('registries[]', registries.unwrap().element.shape)],
      ...inner('scan', scan.unwrap().shape),
    ];
    const section = page.slice(page.indexOf('## Options'), page.indexOf('## More than one machine'));
    const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(wanted.sort());
  });

  it('shows options that the server takes', () => {
    const [, example] = /```yaml\n# tare-server\.yaml\n([\s\S]*?)```/.exec(page)!;
    writeFileSync(join(folder, 'example.yaml'), example!);
    const flags = { config: join(folder, 'example.yaml'), allowRegistries: [] };
    expect(serverConfig(flags, {})).toMatchObject({
      listen: { host: '127.0.0.1', port: 8080 },
      registries: [{ host: 'localhost:5000', private: true }],
    });
  });
});

describe('schema/server.schema.json', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(read('schema/server.schema.json')),
  );

  it('takes what deploy/ has, and nothing that the server would not', () => {
    for (const path of ['deploy/tare-server.yaml', 'deploy/kubernetes/tare-server.yaml'])
      expect([validate(parse(read(path))), validate.errors]).toEqual([true, null]);
    for (const wrong of [{ lisen: 'x' }, { adminToken: 'in clear' }, { scan: { memory: '1 GB' } }, { workers: -1 }])
      expect(validate(wrong)).toBe(false);
  });
});

describe('deploy/', () => {
  it('gives the server of compose.yaml options and secrets that it takes', () => {
    cpSync(join(root, 'deploy/prepare.sh'), join(folder, 'prepare.sh'));
    expect(spawnSync('sh', [join(folder, 'prepare.sh')], { timeout: 60_000 }).status).toBe(0);
    const { config, hooks } = take(read('deploy/tare-server.yaml'), '/run/secrets', join(folder, 'secrets'));
    expect(config).toMatchObject({
      adminToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      database: { url: expect.stringMatching(/^postgres:\/\/tare:[0-9a-f]{64}@database:5432\/tare$/) },
      registries: [{ host: 'registry:5000', private: true, insecure: true }],
    });
    expect(hooks.get('distribution')).toMatchObject({ registry: 'registry:5000' });
  });

  it('gives those of kubernetes such options, once the secret is filled in', () => {
    const { stringData } = parse(read('deploy/kubernetes/secret.example.yaml'));
    const secrets = join(folder, 'kubernetes');
    mkdirSync(secrets);
    for (const [name, value] of Object.entries<string>(stringData)) writeFileSync(join(secrets, name), value);
    const { config, hooks } = take(read('deploy/kubernetes/tare-server.yaml'), '/etc/tare/secrets', secrets);
    expect(config).toMatchObject({ listen: { host: '0.0.0.0', port: 8080 }, url: 'https://tare.example.com' });
    expect([...hooks.keys()]).toEqual(['harbor']);
  });
});

describe('the options file', () => {
  const taken = (options: object) => {
    const file = join(folder, 'made.yaml');
    writeFileSync(file, JSON.stringify(options));
    return serverConfig({ config: file, allowRegistries: [] }, {});
  };

  it('starts its paths from its own folder', () => {
    expect(taken({ registryCA: 'ca.pem' }).registryCA).toBe(join(folder, 'ca.pem'));
    expect(taken({ registryCA: '/etc/ca.pem' }).registryCA).toBe('/etc/ca.pem');
  });

  it('takes addresses and networks as proxies, and nothing else', () => {
    const proxies = ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'];
    expect(taken({ proxies }).proxies).toEqual(proxies);
    for (const wrong of ['proxy.example.com', '10.0.0.0/33', '10.0.0.1/', '10.0.0.0/8/8', ''])
      expect(() => taken({ proxies: [wrong] }), wrong).toThrow(/made\.yaml:1:\d+: proxies\[0\]/);
  });
});
