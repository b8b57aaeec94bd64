// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other languages are what is tested.
/** What the engine leaves alone, and what it is not sure of. */
import { describe, expect, it } from 'vitest';
import { hintOf } from '../../../../src/facts/secrets/engine/hint.ts';
import { isExampleWord, isIdentifier, isReference } from '../../../../src/facts/secrets/engine/placeholder.ts';
import { SecretScanner } from '../../../../src/facts/secrets/engine/scanner.ts';
import { fresh, scan } from './load.ts';

const value = fresh('{alnum:24}', 'quiet');
const sure = (text: string) => scan(text).filter(({ confidence }) => confidence !== 'low');

describe('nothing is found in', () => {
  it.each([
    'PASSWORD=changeme',
    '{"Kerberos.password.for.username.", "Kerberos-Passwort f\\u00FCr {0}: "},',
    'PASSWORD=$DB_PASSWORD1',
    'PASSWORD=${DB_PASSWORD_1:-}',
    "password: \"{{ lookup('env', 'DB_PASS_1') }}\"",
    'password = %(db_password_1)s',
    'password: <your-password-123>',
    'password: xxxxxxxxxxxx1',
    'password: ************1',
    'password: ENC[AES256_GCM,data:Q9a1,iv:x]',
    'password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256',
    'password = os.environ["DB_PASSWORD_1"]',
    'password = getPassword1()',
    'const token = req.headers["x-token-1"];',
    'let token = nextToken1;',
    'passwordField1 = document.getElementById("password1")',
    'secretName: db-credentials-v1',
    'kind: Secret\nmetadata:\n  name: token-abc12\n',
    'NextToken: "AAMA-EFRSURBSGdtYm1UN3lXTVRVbkpzN1Z"',
    'tokenEndpoint: https://id.shop.net/oauth2/token1',
    'PASSWORD_FILE=/run/secrets/db_password_1',
    'passwordHash: $2b$12$KIXQJ6Xb0m3dEwS1h5vRkO7n9L2f8aT4cY6uG0pZ1xW3eV5bN7mQe',
    'api_key_id: 5f0c954b-7d8a-4b1e-9c33-2c1a58e0b7aa',
    '"integrity": "sha512-Vb9Qm1u3b2j7K4cT8dXqz0YwLh5sRfNe6PpGtAaEi9oUxMkCvWyZnBgHrJlDsFqT1u2v3w4x5y6z7A8B9C0D1E=="',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12 circleci',
    'datadog image sha256: 9f86d081884c7d659a2feaa0c55ad015',
    'datadog_config_md5 = 9f86d081884c7d659a2feaa0c55ad015',
    'CURLOPT_PASSWORD: 10173',
    'password_reset_token_expiry_hours_1 = reset_window_24h',
    '<label for="password1">Enter the password (8-20 characters)</label>',
    'msgid "password123 is too short"',
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
    'glpat-your-token-goes-here',
    'AKIA1234567890EXAMPLE',
    'https://user:password@git.shop.net/',
    'postgres://postgres:postgres@localhost:5432/app',
    'https://example.com:8080/a@b:c',
    'ssh://git@git.shop.net:22/a.git',
    'http://${USER}:${PASS}@proxy:3128',
    'redis://:%s@%s:6379',
    'Authorization: Bearer <token>',
    'Authorization: Basic dXNlcjpwYXNzd29yZA==',
    'docker login -u x --password-stdin',
    '{"auths":{"quay.io":{}},"credsStore":"desktop"}',
    '{"auths":{"quay.io":{"auth":"dXNlcjpwYXNzd29yZA=="}}}',
    '//registry.npmjs.org/:_authToken=${NPM_TOKEN}',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q a@b',
  ])('%j', (text) => {
    expect(sure(`${text}\n`)).toEqual([]);
  });

  it('a long base64 text that has a token in it by chance', () => {
    const blob = fresh('{b64:900}', 'blob');
    for (const piece of ['AKIA{B32:16}', 'EAAA{alnum:60}', 'AIza{alnum:35}']) {
      expect(scan(`${blob}/${fresh(piece, 'p')}+${blob}`), piece).toEqual([]);
    }
  });

  it('minified programs and source maps, but for the formats of providers', () => {
    const scanner = new SecretScanner();
    const bytes = Buffer.from(`var a={password:"${value}",t:"${fresh('ghp_{crc}', 'min')}"};`);
    expect(scanner.scan(bytes, { generated: true })).toMatchObject([{ id: 'github-pat', confidence: 'high' }]);
    const unsure = Buffer.from(`t:"${fresh('glpat-{url:20}', 'min')}"`);
    expect(scanner.scan(unsure, { generated: true })).toMatchObject([{ id: 'gitlab-pat', confidence: 'low' }]);
    const long = Buffer.from(`${'x=1;'.repeat(500)}var a={password:"${value}"};${'x=1;'.repeat(500)}`);
    expect(scanner.scan(long)).toEqual([]);
  });
});

describe('a path', () => {
  it.each([
    ['srv/app/.env.example', { example: true }],
    ['usr/share/doc/shop/README', { example: true }],
    ['srv/app/tests/db.py', { example: true }],
    ['srv/app/db_test.go', { example: true }],
    ['srv/www/app.min.js', { generated: true }],
    ['srv/www/app.js.map', { generated: true }],
    ['srv/app/yarn.lock', { generated: true }],
    ['srv/app/.env', {}],
    ['srv/app/latest/contest.py', {}],
    ['root/.npmrc', {}],
  ])('%s', (path, hint) => {
    expect(hintOf(path)).toEqual(hint);
  });
});

describe('confidence', () => {
  it('is low where a password could as well be made up', () => {
    expect(scan('DB_PASSWORD=Winter2024')[0]?.confidence ?? 'none').toMatch(/low|none/);
    expect(scan('ADMIN_PASSWORD=secretPassword123').filter(({ confidence }) => confidence !== 'low')).toEqual([]);
    expect(scan('DB_PASSWORD=kX9wQz4mT7vB2r')).toMatchObject([{ confidence: 'medium' }]);
  });

  it('is low in examples and on this machine alone', () => {
    const text = Buffer.from(`DB_PASSWORD=${value}\n`);
    expect(new SecretScanner().scan(text, { example: true })).toMatchObject([{ confidence: 'low' }]);
    expect(scan(`postgres://app:${value}@localhost/x`)).toMatchObject([{ confidence: 'low' }]);
    expect(scan(`postgres://app:${value}@db.internal/x`)).toMatchObject([{ confidence: 'high' }]);
  });

  it('follows a checksum', () => {
    expect(scan(`T=${fresh('npm_{crc}', 'c')}`)).toMatchObject([{ confidence: 'high', checked: 'passed' }]);
    expect(scan(`T=${fresh('npm_{alnum:36}', 'c')}`)).toMatchObject([{ confidence: 'medium', checked: 'failed' }]);
    expect(scan('ID=AKIA0189018901890189')).toEqual([]);
    expect(scan(`ID=${fresh('AKIA{[0189BCDEFGHJKL]:16}', 'c')}`)).toMatchObject([
      { confidence: 'low', checked: 'failed' },
    ]);
  });

  it('knows what a JSON Web Token is for', () => {
    const jwt = (payload: string) => scan(`T=${fresh(`{jwt:${payload}}`, payload)}`)[0];
    expect(jwt('{"role":"service_role","iss":"supabase"}')).toMatchObject({ severity: 'critical', confidence: 'high' });
    expect(jwt('{"role":"anon","iss":"supabase"}')).toMatchObject({ severity: 'info' });
    expect(jwt('{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:a:b"}')).toMatchObject({
      severity: 'high',
    });
    expect(jwt('{"sub":"1234567890","name":"John Doe"}')).toBeUndefined();
  });

  it('of a browser key of Google is not that of a secret', () => {
    const key = fresh('AIza{url:35}', 'firebase');
    expect(scan(`apiKey: "${key}", authDomain: "shop.firebaseapp.com"`)).toMatchObject([{ severity: 'info' }]);
    expect(scan(`GEMINI_KEY=${key}`)).toMatchObject([{ severity: 'medium' }]);
  });
});

describe('words', () => {
  it('are told from what was drawn at random', () => {
    for (const word of [
      'my-secret-name-1',
      'access_token_2',
      'passwordReset2',
      'testRSA2048PrivateKey',
      'oauth2-proxy-secret',
    ]) {
      expect(isIdentifier(word), word).toBe(true);
    }
    let taken = 0;
    for (let i = 0; i < 2000; i++) if (isIdentifier(fresh('{alnum:24}', `i${i}`))) taken++;
    expect(taken).toBeLessThan(30);
  });

  it('of examples and references are known', () => {
    for (const word of ['password', 'user123', 'your-password', 'changeme', 'aaaaaaaa', '12345678', 'redacted']) {
      expect(isExampleWord(word), word).toBe(true);
    }
    for (const word of ['kX9wQz4mT7vB', 'hello-kX9wQz4mT7vB']) expect(isExampleWord(word), word).toBe(false);
    for (const text of [
      '$A',
      '${A}',
      '{{ a }}',
      '%(a)s',
      '<a>',
      '#{a}',
      '@A@',
      '%A%',
      'ENC[x]',
      'vault:a/b',
      'op://a/b',
      'a${B}',
    ]) {
      expect(isReference(text), text).toBe(true);
    }
    expect(isReference(value)).toBe(false);
  });
});
