import { createHmac } from 'node:crypto';
import type { Verdict } from '../types.ts';
import { post, type Surroundings } from './deliver.ts';

export interface WebhookDestination {
  url: URL;
  /** Every one signs, so that the receiver can change from one to the next without a gap. May be empty: unsigned. */
  secrets: readonly string[];
}

/**
 * Sends a verdict as JSON, signed as Standard Webhooks has it (standardwebhooks.com, "Signature scheme"): `webhook-id`,
 * which stays the same however often it is sent, `webhook-timestamp`, by which the receiver can refuse a replay, and
 * `webhook-signature`, HMAC-SHA256 over both and the body.
 * @param id of this delivery. @throws DeliveryError
 */
export async function sendWebhook(
  { url, secrets }: WebhookDestination,
  verdict: Verdict,
  id: string,
  surroundings: Surroundings,
  now: () => number = Date.now,
): Promise<void> {
  const body = JSON.stringify({ type: 'image.graded', timestamp: verdict.gradedAt, data: verdict });
  const timestamp = Math.floor(now() / 1000);
  const headers: Record<string, string> = { 'webhook-id': id, 'webhook-timestamp': String(timestamp) };
  const signatures = secrets.map((secret) => sign(secret, id, timestamp, body));
  if (signatures.length > 0) headers['webhook-signature'] = signatures.join(' ');
  await post(url, body, headers, `The webhook at ${url.host}`, surroundings);
}

/** One entry of `webhook-signature`. A secret that begins with `whsec_` is base64, any other is taken as it is. */
export function sign(secret: string, id: string, timestamp: number, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
