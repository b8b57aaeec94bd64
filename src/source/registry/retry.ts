import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryPolicy } from './options.ts';
import { type HttpResponse, TransportError } from './transport.ts';

const transientStatus = new Set([408, 425, 429, 500, 502, 503, 504]);
const transientCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'EIDLE',
  'ESTALLED',
  'ECONNABORTED',
  'ENETRESET',
  'HPE_INVALID_EOF_STATE',
]);

/**
 * Sends until the answer is not a passing trouble (429, 5xx, a reset connection) or the attempts are used up. Pauses
 * double, with jitter; Retry-After (RFC 9110 §10.2.3) is honoured up to the longest pause, beyond which the answer is
 * handed back as it is.
 */
export async function withRetry(
  policy: RetryPolicy,
  signal: AbortSignal,
  send: () => Promise<HttpResponse>,
  /** False: a broken connection is left to a caller that tries again itself. */
  alsoBroken = true,
): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    let asked: number | undefined;
    try {
      const response = await send();
      if (!transientStatus.has(response.status) || attempt >= policy.attempts) return response;
      asked = retryAfterMs(response.headers['retry-after']);
      if (asked !== undefined && asked > policy.maxMs) return response;
      response.body.destroy();
    } catch (error) {
      if (!alsoBroken || attempt >= policy.attempts || !isTransient(error)) throw error;
    }
    await sleep(Math.max(asked ?? 0, backOff(policy, attempt)), undefined, { signal });
  }
}

/** Whether trying again may help. */
export function isTransient(error: unknown): boolean {
  return error instanceof TransportError && transientCodes.has(error.code);
}

/** ms before attempt + 1: between half and the whole of base × 2^(attempt − 1). */
export function backOff(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

/** Seconds or an HTTP date, as ms from now; undefined where it is neither. */
export function retryAfterMs(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
