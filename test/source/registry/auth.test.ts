import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answering } from '../../support/fake-registry.ts';
import { bytesOf, home, opened, readLayer, registry } from './support.ts';

const users = { bob: 'hunter2' };
const layer = bytesOf(1000);
const pair = Buffer.from('bob:hunter2').toString('base64');

/** A fresh DOCKER_CONFIG folder. */
function dockerConfig(config: object | string): { DOCKER_CONFIG: string } {
  const folder = mkdtempSync(join(home, 'docker-'));
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return { DOCKER_CONFIG: folder };
}

/** A credential helper on a PATH of its own; `script` is its shell body. */
function helper(name: string, script: string): { PATH: string } {
  const folder = mkdtempSync(join(home, 'bin-'));
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}:${process.env['PATH']}` };
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (reason: Error) => reason,
  );
  for (const secret of ['hunter2', pair, 'wrong-pw', 'refresh-1', 'token-1'])
    expect(error.message).not.toContain(secret);
  return error.message;
}

describe('authorization', () => {
  it('fetches one token for pull and uses it for everything', async () => {
    const fake = await registry({ auth: 'token', users });
    fake.addImage('1', [layer]);
    const source = await opened(`${fake.host}/org/app:1`, { username: 'bob', password: 'hunter2', attestations: true });
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    const asked = fake.seen.filter((request) => request.path.startsWith('/token'));
    expect(asked).toHaveLength(1);
    const query = new URL(asked[0]!.path, fake.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      scope: 'repository:org/app:pull',
      service: 'fake, "quoted"',
      account: 'bob',
    });
    expect(asked[0]!.headers.authorization).toBe(`Basic ${pair}`);
    // The password goes to the token service alone.
    const others = fake.seen.filter((request) => !request.path.startsWith('/token'));
    expect(others.every((request) => !request.headers.authorization?.startsWith('Basic'))).toBe(true);
  });

  it('fetches a token without any credential', async () => {
    const fake = await registry({ auth: 'token' });
    fake.addImage('1', [layer]);
    await opened(`${fake.host}/app:1`);
    expect(fake.seen.find((request) => request.path.startsWith('/token'))!.headers.authorization).toBeUndefined();
  });

  it('renews a token that has expired', async () => {
    const fake = await registry({ auth: 'token', tokenSeconds: 0.05 });
    fake.addImage('1', [layer]);
    const source = await opened(`${fake.host}/app:1`);
    const before = fake.tokensIssued;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    expect(fake.tokensIssued).toBeGreaterThan(before);
  });

  it('never asks for more than pull', async () => {
    const fake = await registry();
    fake.faults.push((request, response) => {
      if (request.path.startsWith('/token')) return false;
      response
        .writeHead(401, {
          'www-authenticate': `Bearer realm="${fake.url}/token",scope="repository:other:pull,push,delete"`,
        })
        .end();
      return true;
    });
    await messageOf(opened(`${fake.host}/app:1`));
    const token = fake.seen.find((request) => request.path.startsWith('/token'))!;
    expect(new URL(token.path, fake.url).searchParams.get('scope')).toBe('repository:app:pull');
  });

  it('reads basic credentials from the docker config', async () => {
    const fake = await registry({ auth: 'basic', users });
    fake.addImage('1', [layer]);
    for (const auths of [
      { [fake.host]: { auth: pair } },
      { [`http://${fake.host}/v2/`]: { auth: pair } },
      { [fake.host]: { username: 'bob', password: 'hunter2' } },
      { [fake.host]: { auth: Buffer.from('x:y').toString('base64') }, [`${fake.host}/org`]: { auth: pair } },
    ]) {
      const source = await opened(`${fake.host}/org/app:1`, {}, { env: dockerConfig({ auths }) });
      expect(source.images).toHaveLength(1);
    }
  });

  it('reads Podman files, REGISTRY_AUTH_FILE first', async () => {
    const fake = await registry({ auth: 'basic', users });
    fake.addImage('1', [layer]);
    const runtime = mkdtempSync(join(home, 'run-'));
    mkdirSync(join(runtime, 'containers'));
    writeFileSync(join(runtime, 'containers/auth.json'), JSON.stringify({ auths: { [fake.host]: { auth: pair } } }));
    expect((await opened(`${fake.host}/app:1`, {}, { env: { XDG_RUNTIME_DIR: runtime } })).images).toHaveLength(1);
    const wrong = dockerConfig({ auths: { [fake.host]: { auth: Buffer.from('bob:wrong-pw').toString('base64') } } });
    const env = { ...wrong, REGISTRY_AUTH_FILE: join(runtime, 'containers/auth.json') };
    expect((await opened(`${fake.host}/app:1`, {}, { env })).images).toHaveLength(1);
    expect(await messageOf(opened(`${fake.host}/app:1`, {}, { env: wrong }))).toMatch(
      /credential from .*config\.json was not accepted/,
    );
  });

  it('exchanges an identity token by POST', async () => {
    const fake = await registry({ auth: 'token', identityTokens: ['refresh-1'] });
    fake.addImage('1', [layer]);
    const env = dockerConfig({ auths: { [fake.host]: { auth: pair, identitytoken: 'refresh-1' } } });
    await opened(`${fake.host}/app:1`, {}, { env });
    const post = fake.seen.find((request) => request.method === 'POST')!;
    expect(Object.fromEntries(new URLSearchParams(post.body))).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      scope: 'repository:app:pull',
    });
    expect(post.path).not.toContain('refresh-1');
  });

  it('asks the credential helper of the host, then the store, and tells the server by standard input', async () => {
    const fake = await registry({ auth: 'basic', users });
    fake.addImage('1', [layer]);
    const answer =
      'read server; [ "$1" = get ] && printf \'{"ServerURL":"%s","Username":"bob","Secret":"hunter2"}\' "$server"';
    const byHost = {
      ...dockerConfig({ credHelpers: { [fake.host]: 'fake' }, credsStore: 'absent' }),
      ...helper('fake', answer),
    };
    expect((await opened(`${fake.host}/app:1`, {}, { env: byHost })).images).toHaveLength(1);
    const byStore = { ...dockerConfig({ credsStore: 'fake' }), ...helper('fake', answer) };
    expect((await opened(`${fake.host}/app:1`, {}, { env: byStore })).images).toHaveLength(1);
    const identity = await registry({ auth: 'token', identityTokens: ['refresh-1'] });
    identity.addImage('1', [layer]);
    const token = helper('fake', 'echo \'{"Username":"<token>","Secret":"refresh-1"}\'');
    await opened(`${identity.host}/app:1`, {}, { env: { ...dockerConfig({ credsStore: 'fake' }), ...token } });
  });

  it.each([
    ['is missing', 'absent', 'true', /docker-credential-absent is not on PATH/],
    ['fails', 'bad', 'echo hunter2; exit 3', /docker-credential-bad failed with exit code 3/],
    ['prints nonsense', 'bad', 'echo hunter2', /did not answer with JSON/],
    ['floods', 'bad', 'yes hunter2', /printed more than/],
    ['hangs', 'bad', 'sleep 60', /gave no answer in 500 ms/],
  ])(
    'a helper that %s leaves a public image readable and is named where access is denied',
    async (_what, name, script, expected) => {
      const env = { ...dockerConfig({ credsStore: name }), ...helper('bad', script) };
      const options = { timeouts: { helper: 500, connect: 5000, idle: 3000 } };
      const open = await registry({ auth: 'token' });
      open.addImage('1', [layer]);
      expect((await opened(`${open.host}/app:1`, options, { env })).images).toHaveLength(1);
      const closed = await registry({ auth: 'basic', users });
      expect(await messageOf(opened(`${closed.host}/app:1`, options, { env }))).toMatch(expected);
    },
  );

  it('runs no helper with an unclean name', async () => {
    const fake = await registry({ auth: 'basic', users });
    for (const name of ['../evil', 'a b', '-x', 'a;touch x', 'x'.repeat(100)]) {
      const env = dockerConfig({ credsStore: name });
      expect(await messageOf(opened(`${fake.host}/app:1`, {}, { env }))).toMatch(/helper with an invalid name/);
    }
  });

  it('says that no credential was found, where it looked and what to do', async () => {
    const fake = await registry({ auth: 'token', users });
    const env = dockerConfig({ auths: { 'other.example': { auth: pair }, __proto__: { auth: pair } } });
    const message = await messageOf(opened(`${fake.host}/app:1`, {}, { env }));
    expect(message).toContain(`${fake.host} denies access to app, tag 1 (401)`);
    expect(message).toContain(join(env.DOCKER_CONFIG, 'config.json'));
    expect(message).toContain(`docker login ${fake.host}`);
  });

  it('says that the credential was not accepted, and never shows it', async () => {
    for (const auth of ['basic', 'token'] as const) {
      const fake = await registry({ auth, users });
      const message = await messageOf(opened(`${fake.host}/app:1`, { username: 'bob', password: 'wrong-pw' }));
      expect(message).toContain(
        'the credential from TARE_REGISTRY_USERNAME and TARE_REGISTRY_PASSWORD was not accepted',
      );
    }
  });

  it('says what is wrong with a docker config that cannot be read', async () => {
    const fake = await registry({ auth: 'basic', users });
    expect(await messageOf(opened(`${fake.host}/app:1`, {}, { env: dockerConfig('{"auths": hunter2') }))).toMatch(
      /config\.json is not valid JSON/,
    );
    expect(
      await messageOf(opened(`${fake.host}/app:1`, {}, { env: dockerConfig(`"${' '.repeat(2 ** 20)}"`) })),
    ).toMatch(/larger than/);
  });

  it('refuses tokens that could smuggle a header, and token services that are no URL', async () => {
    const fake = await registry({ auth: 'token' });
    fake.faults.push(answering(/^\/token/, 200, JSON.stringify({ token: 'a\r\nx: y' })));
    expect(await messageOf(opened(`${fake.host}/app:1`))).toMatch(/without a usable token/);
    fake.faults.splice(0, 1, answering(/^\/token/, 200, 'x'.repeat(300_000)));
    expect(await messageOf(opened(`${fake.host}/app:1`))).toMatch(/longer than/);
    const odd = await registry({ auth: 'token', realm: 'file:///etc/passwd' });
    expect(await messageOf(opened(`${odd.host}/app:1`))).toMatch(/no usable token service/);
    const far = await registry({ auth: 'token', realm: 'http://tokens.example/token' });
    expect(await messageOf(opened(`${far.host}/app:1`))).toMatch(/plain HTTP \(tokens\.example\)/);
  });
});
