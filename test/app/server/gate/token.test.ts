/** Token authentication of the registry behind a gate: its challenge reaches the client as it is, and its tokens open both. */
import { randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHome } from '../../../e2e/setup/home.ts';
import { makeLayout } from '../../../e2e/setup/layout.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { run } from '../../../e2e/setup/run.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { archive, entry } from '../../../e2e/setup/tar.ts';
import { makeAuthority } from '../../../e2e/setup/tls.ts';
import { startGate, type TestGate } from './setup.ts';

const pair = `Basic ${Buffer.from('pusher:open-sesame').toString('base64')}`;

suite('a gate before a registry with tokens', { tools: ['docker-registry', 'skopeo', 'openssl'] }, () => {
  const home = openHome('gate-token');
  const asked: string[] = [];
  let registry: Registry;
  let gate: TestGate;
  let signer: { cert: string; key: string };
  let realm = '';

  // distribution, "Token Authentication Implementation"
  const token = (scopes: string[]): string => {
    const access = scopes.map((scope) => {
      const [type, name, actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',') };
    });
    const now = Math.floor(Date.now() / 1000);
    const der = readFileSync(signer.cert, 'utf8').replace(/-----[^-]+-----|\s/g, '');
    const claims = {
      iss: 'tokens',
      sub: 'pusher',
      aud: 'here',
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const text = [{ typ: 'JWT', alg: 'ES256', x5c: [der] }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = { key: readFileSync(signer.key, 'utf8'), dsaEncoding: 'ieee-p1363' } as const;
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://tokens');
    if (request.headers.authorization !== pair) {
      response.writeHead(401).end();
      return;
    }
    asked.push(...url.searchParams.getAll('scope'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: token(url.searchParams.getAll('scope')), expires_in: 300 }));
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
    const authority = await makeAuthority(home.path('ca'));
    signer = await authority.issue('signer');
    registry = await startRegistry(home, 'token', undefined, {
      auth: { token: { realm, service: 'here', issuer: 'tokens', rootcertbundle: authority.ca } },
    });
    gate = await startGate(registry.host);
  }, 60_000);
  afterAll(async () => {
    server.close();
    await gate?.close(0);
    await home.close();
  }, 60_000);

  it('passes on the challenge, and grades with the token that pushes', async () => {
    const bare = await fetch(`${gate.url}/v2/`);
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${realm}",service="here"`,
    ]);
    const push = (name: string, user: string, creds: string) => {
      const dir = makeLayout(home.path(name), [{ bytes: archive(entry({ path: 'app', mode: 0o755 }, name)) }], {
        config: { config: { User: user, Entrypoint: ['/app'] } },
      });
      const args = ['--insecure-policy', '--tmpdir', home.folder('skopeo'), 'copy', '-q', '--dest-tls-verify=false'];
      return run('skopeo', [...args, '--dest-creds', creds, `oci:${dir}`, `docker://${gate.address}/team/${name}:1`], {
        env: { ...home.env, REGISTRY_AUTH_FILE: home.path('none.json'), XDG_RUNTIME_DIR: home.folder('run') },
      });
    };
    expect((await push('good', '10001', 'pusher:open-sesame')).stderr).toBe('');
    expect(asked).toContain('repository:team/good:pull,push');
    expect((await push('bad', 'root', 'pusher:open-sesame')).stderr).toContain(
      'denied: tare refuses team/bad:1: grade',
    );
    expect((await push('good', '10001', 'pusher:guess')).stderr).toMatch(
      /unauthorized|invalid username|authentication required/i,
    );
    expect(gate.decisions.map(({ outcome }) => outcome)).toEqual(['allowed', 'denied']);
    expect(gate.logged.join()).not.toMatch(/Bearer|eyJ/);
  });
});
