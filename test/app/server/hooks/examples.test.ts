/** The examples in deploy/webhooks: the one that can run here is run, the others are read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createHooks, hooksSchema } from '../../../../src/app/server/hooks/config.ts';
import { type Received, receiveHook } from '../../../../src/app/server/hooks/receive.ts';
import { senderNames } from '../../../../src/app/server/hooks/types.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { startRegistry } from '../../../e2e/setup/registry.ts';
import { run } from '../../../e2e/setup/run.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { startServer } from '../../../support/http-server.ts';
import { pushImage } from '../verdict/registry.ts';

const root = join(import.meta.dirname, '../../../..');
const folder = join(root, 'deploy/webhooks');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

it('every example sends to the address of a sender, and holds no secret', async () => {
  const senders = new Set<string>();
  for (const name of readdirSync(folder)) {
    const text = read(name);
    const addresses = [...text.matchAll(/https:\/\/tare\.example\.com\/api\/v1\/hooks\/([a-z]+)/g)];
    expect(addresses.length, name).toBeGreaterThan(0);
    for (const [, sender] of addresses) senders.add(sender!);
    if (name.endsWith('.json')) expect(() => JSON.parse(text), name).not.toThrow();
    if (name.endsWith('.sh'))
      expect(await run('/bin/sh', ['-n', join(folder, name)]), name).toMatchObject({ code: 0, stderr: '' });
    expect(text, name).toMatch(/REPLACE_WITH_THE_(?:TOKEN|SECRET)|\$TOKEN|\$ACCOUNT/);
  }
  // Docker Hub has a form and nothing to send to it.
  expect([...senders].sort()).toEqual(senderNames.filter((name) => name !== 'dockerhub').sort());
});

it('the options in docs/notifications.md are options', () => {
  const page = readFileSync(join(root, 'docs/notifications.md'), 'utf8');
  const [, text = ''] = /```yaml\n(hooks:[\s\S]*?)```/.exec(page) ?? [];
  const { hooks } = parse(text) as { hooks: unknown };
  const made = createHooks(hooksSchema.parse(hooks), () => 'a-secret-of-sixteen', { env: {} });
  expect([...made.keys()]).toEqual(['distribution', 'harbor-eu', 'dockerhub', 'google']);
});

suite('Distribution with the example', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('hooks');
  const closing: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await home.close();
  }, 120_000);

  it('tells of a push, and of nothing else', async () => {
    const token = 'a token of the tests';
    const options = [{ sender: 'distribution', auth: { bearer: { env: 'TOKEN' } } }];
    const hook = createHooks(hooksSchema.parse(options), () => token, { env: {} }).get('distribution')!;
    const received: Received[] = [];
    let told: () => void = () => {};
    const server = await startServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      expect(request.url).toBe('/api/v1/hooks/distribution');
      const answer = await receiveHook(hook, { headers: request.headers, rawBody: Buffer.concat(chunks) });
      received.push(answer);
      response.writeHead(answer.status).end();
      if (answer.status !== 200 || answer.events.length > 0) told();
    });
    closing.push(() => server.close());
    const text = read('distribution.yml')
      .replace('https://tare.example.com', `http://${server.host}`)
      .replace('REPLACE_WITH_THE_TOKEN', token);
    const registry = await startRegistry(home, 'hooks', undefined, parse(text) as Record<string, unknown>);
    closing.push(() => registry.stop());

    const come = new Promise<void>((done) => {
      told = done;
    });
    const digest = await pushImage(home, registry.host, 'team/api', '1.4.2');
    await come;
    const events = received.flatMap<unknown>((answer) => (answer.status === 200 ? answer.events : [answer]));
    expect(events).toEqual([
      {
        registry: registry.host,
        repository: 'team/api',
        tag: '1.4.2',
        digest,
        source: 'distribution',
        eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
  });
});
