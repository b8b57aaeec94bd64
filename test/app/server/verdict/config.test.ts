import { expect, it } from 'vitest';
import type { SecretSource } from '../../../../src/app/server/types.ts';
import { createWays, verdictsSchema } from '../../../../src/app/server/verdict/config.ts';
import { UsageError } from '../../../../src/types.ts';
import { verdict } from './sample.ts';

const secrets = new Map([
  ['KEY', 'a key of sixteen or more'],
  ['SHORT', 'hunter2'],
  ['SHORT_CODED', 'whsec_aHVudGVyMg=='],
  ['SLACK', 'https://hooks.slack.example.com/services/T0/B0/XX\n'],
]);
const secretOf = (source: SecretSource): string => secrets.get('env' in source ? source.env : source.file) ?? '';
const ways = (options: unknown) => createWays(verdictsSchema.parse(options), secretOf);
const wanting = (options: unknown, change: Parameters<typeof verdict>[0] = {}) =>
  ways(options)
    .filter(({ wants }) => wants(verdict(change)))
    .map(({ name }) => name);

const everything = {
  webhooks: [
    { url: 'https://ci.example.com/verdicts', secret: { env: 'KEY' } },
    { url: 'http://127.0.0.1:8080/', on: 'failed', include: ['registry.example.com/team/**'] },
  ],
  slack: [{ url: { env: 'SLACK' } }],
  attach: { exclude: ['registry.example.com/mirror/**'] },
  quarantine: { action: 'move', include: ['registry.example.com/**'] },
};

it('each way takes the verdicts that it is for', () => {
  expect(wanting({})).toEqual([]);
  expect(wanting(everything)).toEqual(['webhook-0', 'webhook-1', 'slack-0', 'attach', 'quarantine']);
  expect(wanting(everything, { passed: true })).toEqual(['webhook-0', 'attach']);
  expect(wanting(everything, { repository: 'other/api' })).toEqual(['webhook-0', 'slack-0', 'attach', 'quarantine']);
  expect(wanting(everything, { repository: 'mirror/debian' })).toEqual(['webhook-0', 'slack-0', 'quarantine']);
  expect(wanting(everything, { registry: 'ghcr.io' })).toEqual(['webhook-0', 'slack-0', 'attach']);
});

it('secrets are filled in', () => {
  const made = ways(everything);
  expect(made[0]).toMatchObject({ kind: 'webhook', destination: { secrets: ['a key of sixteen or more'] } });
  expect(made[2]).toMatchObject({ kind: 'slack', url: new URL('https://hooks.slack.example.com/services/T0/B0/XX') });
  expect(made[4]).toMatchObject({ kind: 'quarantine', policy: { action: 'move', prefix: 'quarantine-' } });
});

it.each([
  [{ webhooks: [{ url: 'https://ci.example.com/', secret: { env: 'SHORT' } }] }, 'shorter than 16 bytes'],
  [
    { webhooks: [{ url: 'https://ci.example.com/', secret: [{ env: 'KEY' }, { env: 'SHORT_CODED' }] }] },
    'shorter than 16',
  ],
  [{ webhooks: [{ url: 'https://user:password@ci.example.com/' }] }, 'has a user or a password in its address'],
  [{ slack: [{ url: { env: 'KEY' } }] }, 'is not the https:// address of an incoming webhook'],
])('what cannot work is refused in a sentence without the secret (%#)', (options, said) => {
  expect(() => ways(options)).toThrow(UsageError);
  expect(() => ways(options)).toThrow(said);
  for (const secret of secrets.values()) expect(() => ways(options)).not.toThrow(secret);
});

it.each([
  [{ webhooks: [{ url: 'ftp://ci.example.com/' }] }],
  [{ webhooks: [{ url: 'https://ci.example.com/', secret: 'in the options file' }] }],
  [{ slack: [{ url: 'https://hooks.slack.example.com/services/T0/B0/XX' }] }],
  [{ quarantine: { action: 'burn' } }],
  [{ quarantine: { action: 'move', prefix: '' } }],
  [{ quarantine: { action: 'move', prefix: '-x' } }],
  [{ attach: { include: ['https://registry.example.com'] } }],
])('what is no section does not pass the schema (%#)', (options) => {
  expect(verdictsSchema.safeParse(options).success).toBe(false);
});
