import { afterAll, expect, it } from 'vitest';
import { sendSlack, slackMessage } from '../../../../src/app/server/verdict/slack.ts';
import { receiver, verdict } from './sample.ts';

const open: { close(): void }[] = [];
afterAll(() => {
  for (const thing of open) thing.close();
});

it('says what failed, why, and where to read on', () => {
  expect(slackMessage(verdict({ reportUrl: 'https://tare.example.com/reports/1' }))).toEqual({
    text: 'registry.example.com/team/api:1.4.2: grade C, 71.3/100, failed',
    attachments: [
      {
        fallback: 'registry.example.com/team/api:1.4.2: grade C, 71.3/100, failed',
        color: 'danger',
        title: 'registry.example.com/team/api:1.4.2: grade C, 71.3/100, failed',
        title_link: 'https://tare.example.com/reports/1',
        text: 'It failed: 1 finding of high severity.\n• high: It runs as root. (`run-as-root`)',
        fields: [
          { title: 'Findings', value: '1 high, 2 medium, 3 low', short: true },
          { title: 'Digest', value: 'sha256:4f4f4f4f4f4f', short: true },
        ],
        footer: 'tare, ruleset baseline 1',
        ts: 1795425302,
        mrkdwn_in: ['text'],
      },
    ],
  });
});

it('nothing of an image acts on the channel', () => {
  const message = '<!channel> <https://evil.example.com|click> & `code` @all\n\u001b[2J';
  const text = JSON.stringify(
    slackMessage(
      verdict({
        reason: message.repeat(50),
        worst: new Array(10).fill({ rule: 'x`y', severity: 'high', title: '', message }),
      }),
    ),
  );
  expect(text).not.toMatch(/[<>]|@all|\\u001b|`code`/);
  expect(text).toContain('&lt;!channel&gt; &lt;https://evil.example.com|click&gt; &amp;');
  expect(text.length).toBeLessThan(4000);
});

it('is posted, and an error does not show the address', async () => {
  let status = 200;
  const server = await receiver(() => ({ status }));
  open.push(server);
  const url = new URL(`http://${server.host}/services/T000/B000/XXXX`);
  const surroundings = { env: {}, signal: new AbortController().signal };
  await sendSlack(url, verdict({ passed: true }), surroundings);
  expect(JSON.parse(server.seen[0]!.body)).toMatchObject({ attachments: [{ color: 'good' }] });
  status = 404;
  await expect(sendSlack(url, verdict(), surroundings)).rejects.toThrow(
    `The Slack webhook at ${server.host} refuses the message (404); check its address and secret`,
  );
});
