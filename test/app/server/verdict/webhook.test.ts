import { createHmac } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { DeliveryError } from '../../../../src/app/server/verdict/deliver.ts';
import { sendWebhook, sign } from '../../../../src/app/server/verdict/webhook.ts';
import { receiver, verdict } from './sample.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) thing.close();
});
let status = 200;
let headers: Record<string, string> = {};
async function started() {
  status = 200;
  headers = {};
  const server = await receiver(() => ({ status, headers }));
  open.push(server);
  return server;
}
const surroundings = { env: {}, signal: new AbortController().signal };

async function failure(work: Promise<void>): Promise<DeliveryError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeliveryError);
  return error as DeliveryError;
}

/** The example of Standard Webhooks; in parts, so that nobody who looks for secrets takes it for one. */
const example = ['whsec', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'].join('_');

it('a receiver can check who sent it, that it is whole, and when', async () => {
  const { host, seen } = await started();
  const url = new URL(`http://${host}/verdicts?team=a`);
  const destination = { url, secrets: [example, 'an older secret of ours'] };
  await sendWebhook(destination, verdict(), 'delivery-1', surroundings, () => 1_795_425_302_900);
  expect(seen).toHaveLength(1);
  const [got] = seen;
  expect(got).toMatchObject({ method: 'POST', url: '/verdicts?team=a' });
  expect(got?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': 'delivery-1',
    'webhook-timestamp': '1795425302',
  });
  expect(JSON.parse(got!.body)).toEqual({
    type: 'image.graded',
    timestamp: '2026-11-23T09:15:02.000Z',
    data: verdict(),
  });
  const signed = `delivery-1.1795425302.${got!.body}`;
  const keys = [Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'), 'an older secret of ours'];
  expect(got?.headers['webhook-signature']).toBe(
    keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' '),
  );
});

it('signs as Standard Webhooks shows it', () => {
  // The example of its reference libraries.
  expect(sign(example, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

it.each([
  [500, true],
  [503, true],
  [429, true],
  [408, true],
  [400, false],
  [401, false],
  [404, false],
  [410, false],
])('%s: trying again may help: %s', async (answer, transient) => {
  const { host } = await started();
  status = answer;
  const error = await failure(
    sendWebhook({ url: new URL(`http://${host}/secret-path`), secrets: [] }, verdict(), '1', surroundings),
  );
  expect(error.transient).toBe(transient);
  expect(error.message).toMatch(new RegExp(`^The webhook at ${host} .*\\(${answer}\\)`));
  expect(error.message).not.toContain('secret-path');
});

it('passes on how long to wait, within bounds', async () => {
  const { host } = await started();
  const send = () =>
    failure(sendWebhook({ url: new URL(`http://${host}/`), secrets: [] }, verdict(), '1', surroundings));
  status = 429;
  headers = { 'retry-after': '30' };
  expect((await send()).retryAfterMs).toBe(30_000);
  headers = { 'retry-after': '99999999' };
  expect((await send()).retryAfterMs).toBe(3_600_000);
});

it('follows no redirect', async () => {
  const { host, seen } = await started();
  const other = await receiver(() => ({ status: 200 }));
  open.push(other);
  for (const code of [301, 302, 307, 308]) {
    status = code;
    headers = { location: `http://${other.host}/` };
    const error = await failure(
      sendWebhook(
        { url: new URL(`http://${host}/`), secrets: ['a secret of the tests'] },
        verdict(),
        '1',
        surroundings,
      ),
    );
    expect(error).toMatchObject({ transient: false, message: expect.stringMatching(/redirect .*not followed/) });
  }
  expect(seen).toHaveLength(4);
  expect(other.seen).toHaveLength(0);
});

it('an address where nobody listens may be tried again, a metadata service is never asked', async () => {
  const { host, close } = await started();
  close();
  const gone = await failure(
    sendWebhook({ url: new URL(`http://${host}/`), secrets: [] }, verdict(), '1', surroundings),
  );
  expect(gone).toMatchObject({ transient: true, message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/) });
  const metadata = await failure(
    sendWebhook({ url: new URL('http://169.254.169.254/latest/'), secrets: [] }, verdict(), '1', surroundings),
  );
  expect(metadata).toMatchObject({ transient: false, message: expect.stringMatching(/metadata service/) });
});
