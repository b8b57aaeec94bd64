import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { receiveHook, senders } from '../../../../src/app/server/hooks/receive.ts';
import {
  type Hook,
  type HookAuth,
  type HookRequest,
  type SenderName,
  senderNames,
} from '../../../../src/app/server/hooks/types.ts';
import { audience, email, keySource, sign, token } from './tokens.ts';

const secret = 'a secret of the tests';
const digest = 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945';

function fixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`));
}

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
const hmac = (body: Uint8Array, key = secret) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
});

/** A way in, a request that takes it, and ones that must not get in. */
interface Way {
  auth: HookAuth;
  good: (body: Buffer) => Partial<HookRequest>;
  bad: ((body: Buffer) => Partial<HookRequest>)[];
}

const header: Way = {
  auth: { kind: 'header', name: 'authorization', value: `Bearer ${secret}` },
  good: () => ({ headers: { authorization: `Bearer ${secret}` } }),
  bad: [
    () => ({ headers: {} }),
    () => ({ headers: { authorization: 'Bearer another' } }),
    () => ({ headers: { authorization: secret } }),
    () => ({ headers: { authorization: [`Bearer ${secret}`, 'Bearer another'] } }),
    () => ({ headers: { authorization: '' } }),
  ],
};
const shared: Way = {
  auth: { kind: 'header', name: 'x-gitlab-token', value: secret },
  good: () => ({ headers: { 'x-gitlab-token': secret } }),
  bad: [() => ({ headers: { 'x-gitlab-token': `${secret} ` } }), () => ({ headers: { authorization: secret } })],
};
const password: Way = {
  auth: { kind: 'basic', username: 'registry', password: secret },
  good: () => ({ headers: basic(`registry:${secret}`) }),
  bad: [
    () => ({ headers: {} }),
    () => ({ headers: basic(`registry:${secret}x`) }),
    () => ({ headers: basic(`other:${secret}`) }),
    () => ({ headers: { authorization: `Bearer ${secret}` } }),
    () => ({ headers: { authorization: 'Basic !!!' } }),
  ],
};
const path: Way = {
  auth: { kind: 'path', secret },
  good: () => ({ pathSecret: secret }),
  bad: [() => ({}), () => ({ pathSecret: '' }), () => ({ pathSecret: `${secret}/` })],
};
const signature: Way = {
  auth: { kind: 'hmac', secret },
  good: (body) => ({ headers: hmac(body) }),
  bad: [
    () => ({ headers: {} }),
    (body) => ({ headers: hmac(body, 'another') }),
    (body) => ({ headers: hmac(Buffer.concat([body, Buffer.from(' ')])) }),
    // The older signature, SHA-1, does not count.
    (body) => ({ headers: { 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}` } }),
    (body) => ({ headers: { 'x-hub-signature-256': hmac(body)['x-hub-signature-256'].slice(7) } }),
  ],
};
const oidc: Way = {
  auth: { kind: 'oidc', issuers: ['https://accounts.google.com'], audience, email, keys: keySource },
  good: () => ({ headers: { authorization: `Bearer ${token()}` } }),
  bad: [
    () => ({ headers: {} }),
    () => ({ headers: { authorization: `Bearer ${token({ aud: 'https://other.example.com' })}` } }),
    () => ({ headers: { authorization: `Bearer ${sign({ alg: 'none', kid: 'one' }, {}, undefined)}` } }),
    () => ({ headers: { authorization: `Basic ${token()}` } }),
  ],
};

const ways: Record<SenderName, Way[]> = {
  distribution: [header, password],
  harbor: [header, password],
  dockerhub: [path],
  quay: [path, password],
  github: [signature],
  gitlab: [shared, header, password],
  azure: [header, password, path],
  ecr: [header, password],
  google: [oidc],
};

const hookOf = (sender: SenderName, auth: HookAuth[], change: Partial<Hook> = {}): Hook => ({
  name: sender,
  sender,
  auth,
  hosts: new Map(),
  ...change,
});

const send = (sender: SenderName, body: Buffer, change: Partial<Hook> = {}) => {
  const way = ways[sender][0]!;
  return receiveHook(hookOf(sender, [way.auth], change), { headers: {}, rawBody: body, ...way.good(body) });
};

describe.each(senderNames)('%s', (name) => {
  it('has the ways in that are tested here', () => {
    expect(new Set(ways[name].map(({ auth }) => auth.kind))).toEqual(new Set(senders[name].auth));
  });

  it.each(ways[name].map((way) => [way.auth.kind, way] as const))(
    'lets in by %s what is signed, and nothing else',
    async (_, way) => {
      const rawBody = fixture(name);
      const hook = hookOf(name, [way.auth]);
      const good = await receiveHook(hook, { headers: {}, rawBody, ...way.good(rawBody) });
      expect(good).toMatchObject({ status: 200 });
      expect(good.status === 200 && good.events.length).toBeGreaterThan(0);
      for (const bad of way.bad) {
        const refused = await receiveHook(hook, { headers: {}, rawBody, ...bad(rawBody) });
        expect(refused).toMatchObject({ status: 401, message: expect.stringMatching(/is not signed as configured/) });
        expect(refused).not.toHaveProperty('events');
        expect(JSON.stringify(refused)).not.toContain(secret);
      }
    },
  );

  it('refuses what is none of its notifications in one sentence', async () => {
    for (const body of ['', '[]', '7', 'null', '{"a":', '{}', '{"hello":"world"}', '['.repeat(5000)]) {
      const answer = await send(name, Buffer.from(body));
      // What GitHub sends of other events is left out, not refused.
      if (name === 'github' && answer.status === 200) expect(answer.events).toEqual([]);
      else
        expect(answer).toMatchObject({
          status: 400,
          message: expect.stringMatching(/^The notification for the hook \S+ /),
        });
    }
  });
});

const image = { registry: 'registry.example.com:5000', repository: 'team/api', tag: '1.4.2', digest };

describe('an image', () => {
  it.each([
    [
      'distribution',
      'distribution',
      [{ ...image, source: 'distribution', eventId: 'a7d0c6f0-14c4-4f0a-9c53-5f7f2a1d8b22' }],
    ],
    [
      'harbor',
      'harbor',
      [
        { ...image, registry: 'harbor.example.com', source: 'harbor' },
        { registry: 'harbor.example.com', repository: 'team/api', digest, source: 'harbor' },
      ],
    ],
    [
      'harbor',
      'harbor-cloudevents',
      [{ ...image, registry: 'harbor.example.com', source: 'harbor', eventId: '5f8d2c1a-3d64-4d0e-b1f7-0a9f3c2e7b44' }],
    ],
    ['dockerhub', 'dockerhub', [{ registry: 'docker.io', repository: 'acme/api', tag: '1.4.2', source: 'dockerhub' }]],
    [
      'quay',
      'quay',
      [
        { registry: 'quay.example.com', repository: 'team/api', tag: '1.4.2', source: 'quay' },
        { registry: 'quay.example.com', repository: 'team/api', tag: 'latest', source: 'quay' },
      ],
    ],
    ['github', 'github', [{ ...image, registry: 'ghcr.io', repository: 'acme/api', source: 'github' }]],
    [
      'gitlab',
      'gitlab',
      [
        {
          ...image,
          registry: 'registry.gitlab.example.com',
          repository: 'group/shop/api',
          source: 'gitlab',
          eventId: 'b0a9c8d7-1e2f-4a3b-8c4d-5e6f7a8b9c66',
        },
      ],
    ],
    [
      'azure',
      'azure',
      [{ ...image, registry: 'acme.azurecr.io', source: 'azure', eventId: 'd9a0b1c2-9adc-488b-bdd8-43cbb4974f88' }],
    ],
    [
      'ecr',
      'ecr',
      [
        {
          ...image,
          registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
          source: 'ecr',
          eventId: '13cde686-328b-6117-af20-0e5566167aaa',
        },
      ],
    ],
    [
      'google',
      'google',
      [
        {
          ...image,
          registry: 'europe-west3-docker.pkg.dev',
          repository: 'acme/team/api',
          source: 'google',
          eventId: '9153001245881207',
        },
      ],
    ],
  ] as const)('of %s (%s)', async (sender, name, events) => {
    const answer = await send(sender, fixture(name));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.status === 200 && answer.events).toEqual(events);
  });

  it('is looked for where the configuration says', async () => {
    const moved = await send('distribution', fixture('distribution'), { registry: 'mirror.example.com' });
    expect(moved).toMatchObject({ events: [{ registry: 'mirror.example.com' }] });
    const hosts = new Map([['registry.example.com:5000', 'registry.internal:5000']]);
    expect(await send('distribution', fixture('distribution'), { hosts })).toMatchObject({
      events: [{ registry: 'registry.internal:5000' }],
    });
  });
});

/** A fixture with some members changed, by their path; undefined takes one out. */
function changed(name: string, members: Record<string, unknown>): Buffer {
  const body: unknown = JSON.parse(fixture(name).toString());
  for (const [path, value] of Object.entries(members)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const parent = keys.reduce((at, key) => (at as Record<string, unknown>)[key], body);
    (parent as Record<string, unknown>)[last] = value;
  }
  return Buffer.from(JSON.stringify(body));
}

const google = (change: object) =>
  Buffer.from(JSON.stringify({ message: { data: Buffer.from(JSON.stringify(change)).toString('base64') } }));

it.each([
  ['distribution', fixture('distribution'), ['a push of application/octet-stream', 'the action pull']],
  ['harbor', changed('harbor', { type: 'PULL_ARTIFACT' }), ['the event PULL_ARTIFACT']],
  ['harbor', changed('harbor', { type: 'DELETE_ARTIFACT' }), ['the event DELETE_ARTIFACT']],
  ['quay', changed('quay', { updated_tags: undefined }), ['an event that is no push']],
  ['github', Buffer.from('{"zen":"Keep it simple.","hook_id":1}'), ['a ping']],
  ['github', Buffer.from('{"action":"opened","issue":{}}'), ['an event that is of no package']],
  ['github', Buffer.from('{"action":"published","package":{"package_type":"npm"}}'), ['a package of the type npm']],
  ['github', Buffer.from('{"action":"deleted","package":{"package_type":"CONTAINER"}}'), ['the action deleted']],
  ['gitlab', fixture('gitlab'), ['the action delete']],
  [
    'gitlab',
    Buffer.from('{"object_kind":"push","ref":"refs/heads/main"}'),
    [expect.stringMatching(/^the project event push/)],
  ],
  ['azure', changed('azure', { action: 'delete' }), ['the action delete']],
  ['azure', changed('azure', { action: 'chart_push' }), ['the action chart_push']],
  ['azure', Buffer.from('{"id":"1","action":"ping"}'), ['the action ping']],
  ['ecr', changed('ecr', { 'detail.action-type': 'DELETE' }), ['the action DELETE']],
  ['ecr', changed('ecr', { 'detail.result': 'FAILURE' }), ['a push that failed']],
  [
    'ecr',
    changed('ecr', { 'detail.artifact-media-type': 'application/vnd.cncf.helm.config.v1+json' }),
    ['a push of application/vnd.cncf.helm.config.v1+json'],
  ],
  ['ecr', changed('ecr', { 'detail-type': 'ECR Image Scan' }), ['the event ECR Image Scan']],
  ['google', google({ action: 'DELETE', tag: 'gcr.io/acme/api:1' }), ['the action DELETE']],
] as const)('what %s tells beside pushes of images is left out, with a reason (%#)', async (sender, body, ignored) => {
  const answer = await send(sender, body);
  expect(answer).toMatchObject({ status: 200, ignored });
  const pushes = { distribution: 1, gitlab: ignored[0] === 'the action delete' ? 1 : 0 };
  expect(answer.status === 200 && answer.events).toHaveLength(pushes[sender as 'gitlab'] ?? 0);
});

it('older and rarer forms', async () => {
  const tags = changed('quay', { updated_tags: { old: 'b750fe79' } });
  expect(await send('quay', tags)).toMatchObject({ events: [{ tag: 'old' }] });
  // Pushed by digest alone.
  const untagged = changed('github', {
    'registry_package.package_version.package_url': 'ghcr.io/Acme/api:',
    'registry_package.package_version.container_metadata.tag.name': '',
  });
  const answer = await send('github', untagged);
  expect(answer.status === 200 && answer.events).toEqual([
    { registry: 'ghcr.io', repository: 'acme/api', digest, source: 'github' },
  ]);
  const body = fixture('github');
  const delivered = await receiveHook(hookOf('github', [signature.auth]), {
    rawBody: body,
    headers: { ...hmac(body), 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
  });
  expect(delivered).toMatchObject({ events: [{ eventId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' }] });
  const china = changed('ecr', { region: 'cn-north-1' });
  expect(await send('ecr', china)).toMatchObject({
    events: [{ registry: '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn' }],
  });
  const bare = Buffer.from(JSON.stringify({ action: 'INSERT', digest: `gcr.io/acme/api@${digest}` }));
  expect(await send('google', bare)).toMatchObject({
    events: [{ registry: 'gcr.io', repository: 'acme/api', digest }],
  });
});

it.each([
  ['distribution', changed('distribution', { 'events.1.target.repository': '../../etc' })],
  ['distribution', changed('distribution', { 'events.1.target.tag': 'a b' })],
  ['distribution', changed('distribution', { 'events.1.target.digest': 'md5:1' })],
  ['distribution', changed('distribution', { 'events.1.target.tag': undefined, 'events.1.target.digest': undefined })],
  ['distribution', changed('distribution', { 'events.1.request.host': 'user:pw@evil.test' })],
  ['distribution', changed('distribution', { 'events.1.request.host': 'evil.test/x' })],
  ['distribution', changed('distribution', { 'events.1.request.host': 'registry' })],
  ['distribution', changed('distribution', { 'events.1.request.host': undefined })],
  ['distribution', Buffer.from(JSON.stringify({ events: new Array(1001).fill({ action: 'pull' }) }))],
  ['harbor', changed('harbor', { event_data: {} })],
  ['quay', changed('quay', { docker_url: 'team/api' })],
  ['quay', changed('quay', { updated_tags: [{}] })],
  ['ecr', changed('ecr', { account: '1', region: 'evil.test/#' })],
  ['ecr', changed('ecr', { region: 'x.evil.test' })],
  ['google', google({ action: 'INSERT', digest: 'nothing' })],
  ['google', Buffer.from('{"message":{"data":"bm8="}}')],
] as const)('what names no image of %s is refused (%#)', async (sender, body) => {
  const answer = await send(sender, body);
  expect(answer).toMatchObject({ status: 400 });
  expect(answer).not.toHaveProperty('events');
});

it('a body past the limit is not read', async () => {
  const rawBody = Buffer.alloc(4 * 2 ** 20 + 1, 0x20);
  expect(await send('quay', rawBody)).toMatchObject({ status: 413 });
});

it('any of several secrets suffices', async () => {
  const rawBody = fixture('quay');
  const hook = hookOf('quay', [{ kind: 'path', secret: 'the one before it' }, path.auth]);
  expect(await receiveHook(hook, { headers: {}, rawBody, pathSecret: secret })).toMatchObject({ status: 200 });
  expect(await receiveHook(hook, { headers: {}, rawBody, pathSecret: 'neither of them' })).toMatchObject({
    status: 401,
  });
});
