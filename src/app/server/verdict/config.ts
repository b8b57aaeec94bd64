/** The section `verdicts` of the server's options: whom the verdicts go to, and what becomes of images that fail. */
import { z } from 'zod';
import { pattern } from '../../../rules/schema.ts';
import { UsageError } from '../../../types.ts';
import { secretSource } from '../secret-source.ts';
import type { SecretSource, Verdict } from '../types.ts';
import type { QuarantinePolicy } from './quarantine.ts';
import { createSelector } from './select.ts';
import type { WebhookDestination } from './webhook.ts';

const which = {
  include: z.array(pattern).min(1).max(1000).optional().describe('Image patterns; all images where it is absent.'),
  exclude: z.array(pattern).max(1000).optional().describe('Image patterns that are left out.'),
};
const on = z.enum(['failed', 'all']).describe('Which verdicts.');

const tagStart = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/, {
  error: 'the beginning of a tag is made of letters, digits, "_", "." and "-", up to 64',
});

/** `verdicts:` of the options. */
export const verdictsSchema = z
  .strictObject({
    webhooks: z
      .array(
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }).describe('Where the verdict is posted as JSON.'),
          secret: z
            .union([secretSource, z.array(secretSource).min(1).max(5)])
            .optional()
            .describe('Signs the message; with several, each does.'),
          on: on.default('all'),
          ...which,
        }),
      )
      .max(20)
      .default([]),
    slack: z
      .array(
        z.strictObject({
          url: secretSource.describe('Address of the incoming webhook, which is itself a secret.'),
          on: on.default('failed'),
          ...which,
        }),
      )
      .max(20)
      .default([]),
    attach: z
      .strictObject({ on: on.default('all'), ...which })
      .optional()
      .describe('Attach the report to the image in its registry.'),
    quarantine: z
      .strictObject({
        action: z.enum(['move', 'delete']).describe('What becomes of the tag of an image that failed.'),
        prefix: tagStart.default('quarantine-').describe('What the tag begins with that it is moved to.'),
        ...which,
      })
      .optional(),
  })
  .describe('Whom verdicts go to.');
export type VerdictsOptions = z.infer<typeof verdictsSchema>;

/** One way out, ready for use. `wants` says whether a verdict goes there. */
export type Way = { name: string; wants: (verdict: Verdict) => boolean } & (
  | { kind: 'webhook'; destination: WebhookDestination }
  | { kind: 'slack'; url: URL }
  | { kind: 'attach' }
  | { kind: 'quarantine'; policy: QuarantinePolicy }
);

/**
 * The ways out of the options, secrets filled in. Names are unique and stay the same while the options do, so that a
 * delivery can be stored by verdict and way.
 * @param secretOf reads one secret; what it throws is passed on. @throws UsageError
 */
export function createWays(options: VerdictsOptions, secretOf: (source: SecretSource) => string): Way[] {
  const ways: Way[] = [];
  for (const [at, { url, secret: sources = [], ...selection }] of options.webhooks.entries()) {
    const where = `verdicts.webhooks[${at}]`;
    const address = new URL(url);
    if (address.username || address.password)
      throw new UsageError(`${where} has a user or a password in its address; sign it with a secret instead`);
    const secrets = (Array.isArray(sources) ? sources : [sources]).map(secretOf);
    for (const one of secrets) checkSecret(one, where);
    const destination = { url: address, secrets };
    ways.push({ kind: 'webhook', name: `webhook-${at}`, destination, wants: createSelector(selection) });
  }
  for (const [at, { url, ...selection }] of options.slack.entries()) {
    const text = secretOf(url).trim();
    const address = URL.canParse(text) ? new URL(text) : undefined;
    if (address?.protocol !== 'https:' && address?.protocol !== 'http:')
      throw new UsageError(`verdicts.slack[${at}]: the secret is not the https:// address of an incoming webhook`);
    ways.push({ kind: 'slack', name: `slack-${at}`, url: address, wants: createSelector(selection) });
  }
  if (options.attach) ways.push({ kind: 'attach', name: 'attach', wants: createSelector(options.attach) });
  if (options.quarantine) {
    const policy = options.quarantine;
    const wants = createSelector({ ...policy, on: 'failed' });
    ways.push({ kind: 'quarantine', name: 'quarantine', policy, wants });
  }
  return ways;
}

/** Standard Webhooks asks for 24 to 64 bytes; shorter than 16 can be guessed. */
function checkSecret(secret: string, where: string): void {
  const coded = secret.startsWith('whsec_');
  const bytes = coded ? Buffer.from(secret.slice('whsec_'.length), 'base64').length : Buffer.byteLength(secret);
  if (bytes < 16)
    throw new UsageError(`${where}: the secret is shorter than 16 bytes; make a longer one (openssl rand -base64 32)`);
}
