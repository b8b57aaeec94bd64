import { expect, it } from 'vitest';
import { createHooks, hooksSchema } from '../../../../src/app/server/hooks/config.ts';
import type { SecretSource } from '../../../../src/app/server/types.ts';
import { UsageError } from '../../../../src/types.ts';

const secrets = new Map([
  ['TOKEN', 'a token of sixteen or more'],
  ['PATH_SECRET', 'dGhpcyBpcyBub3QgYSBzZWNyZXQ'],
  ['SHORT', 'hunter2'],
  ['ODD', 'a secret/with more than a path has'],
]);
const secretOf = (source: SecretSource): string => secrets.get('env' in source ? source.env : source.file) ?? '';
const hooks = (options: unknown) => createHooks(hooksSchema.parse(options), secretOf, { env: {} });

it('every way of knowing a sender is filled in', () => {
  const made = hooks([
    { sender: 'distribution', auth: { bearer: { env: 'TOKEN' } }, hosts: { 'registry:5000': 'registry.example.com' } },
    { sender: 'harbor', auth: { header: 'Authorization', value: { file: 'TOKEN' } }, registry: 'harbor.example.com' },
    { sender: 'harbor', name: 'harbor-eu', auth: { username: 'harbor', password: { env: 'TOKEN' } } },
    { sender: 'dockerhub', auth: { path: { env: 'PATH_SECRET' } } },
    { sender: 'github', auth: [{ hmac: { env: 'TOKEN' } }, { hmac: { env: 'PATH_SECRET' } }] },
    { sender: 'google', auth: { audience: 'https://tare.example.com/', email: 'a@b.iam.gserviceaccount.com' } },
  ]);
  expect([...made.keys()]).toEqual(['distribution', 'harbor', 'harbor-eu', 'dockerhub', 'github', 'google']);
  const token = 'a token of sixteen or more';
  expect(made.get('distribution')).toMatchObject({
    auth: [{ kind: 'header', name: 'authorization', value: `Bearer ${token}` }],
    hosts: new Map([['registry:5000', 'registry.example.com']]),
  });
  expect(made.get('harbor')).toMatchObject({
    auth: [{ kind: 'header', name: 'authorization', value: token }],
    registry: 'harbor.example.com',
  });
  expect(made.get('harbor-eu')).toMatchObject({ auth: [{ kind: 'basic', username: 'harbor', password: token }] });
  expect(made.get('dockerhub')).toMatchObject({ auth: [{ kind: 'path' }] });
  expect(made.get('github')?.auth).toHaveLength(2);
  expect(made.get('google')).toMatchObject({ auth: [{ kind: 'oidc', audience: 'https://tare.example.com/' }] });
});

it.each([
  [[{ sender: 'quay', auth: { path: { env: 'SHORT' } } }], 'the secret in SHORT is shorter than 16 characters'],
  [[{ sender: 'quay', auth: { path: { env: 'NONE' } } }], 'the secret in NONE is shorter than 16 characters'],
  [[{ sender: 'quay', auth: { path: { env: 'ODD' } } }], 'a secret in an address is made of letters'],
  [
    [{ sender: 'github', auth: { bearer: { env: 'TOKEN' } } }],
    'hooks[0] (github) wants a header or a bearer token, which github cannot send; it can send an HMAC signature',
  ],
  [[{ sender: 'dockerhub', auth: { hmac: { env: 'TOKEN' } } }], 'it can send a secret in the address'],
  [
    [
      { sender: 'ecr', auth: { bearer: { env: 'TOKEN' } } },
      { sender: 'ecr', auth: { bearer: { env: 'TOKEN' } } },
    ],
    'hooks[1] has the name ecr, which another has too',
  ],
])('what cannot work is refused in a sentence without the secret (%#)', (options, said) => {
  let message = '';
  try {
    hooks(options);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    message = (error as Error).message;
  }
  expect(message).toContain(said);
  for (const secret of secrets.values()) expect(message).not.toContain(secret);
});

it.each([
  [{ sender: 'quay' }],
  [{ sender: 'quay', auth: [] }],
  [{ sender: 'jfrog', auth: { bearer: { env: 'TOKEN' } } }],
  [{ sender: 'quay', auth: { path: 'a secret in the options file' } }],
  [{ sender: 'quay', auth: { path: { env: 'TOKEN' } }, registry: 'https://quay.io' }],
  [{ sender: 'quay', name: '../admin', auth: { path: { env: 'TOKEN' } } }],
  [{ sender: 'google', auth: { audience: 'https://tare.example.com/' } }],
])('what is no hook does not pass the schema (%#)', (hook) => {
  expect(hooksSchema.safeParse([hook]).success).toBe(false);
});
