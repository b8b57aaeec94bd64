/** What the ways out share: one error that a queue can act on, and one way to send. */
import { retryAfterMs } from '../../../source/registry/retry.ts';
import { createTransport, TransportError } from '../../../source/registry/transport.ts';
import { SourceError } from '../../../types.ts';

/** A verdict that did not go out: one sentence, without the address's secrets. */
export class DeliveryError extends Error {
  override name = 'DeliveryError';
  /** Trying again later may help; else it never will until somebody changes something. */
  readonly transient: boolean;
  /** How long the other side asks to wait, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, transient: boolean, retryAfter?: number) {
    super(message);
    this.transient = transient;
    this.retryAfterMs = retryAfter;
  }

  /** As the worker asks of any failure. */
  get permanent(): boolean {
    return !this.transient;
  }
}

/** What a way out needs of the world. */
export interface Surroundings {
  /** For proxies and authorities (HTTPS_PROXY, NODE_EXTRA_CA_CERTS …). */
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  /** PEM file with further authorities. */
  caFile?: string;
}

/** Longest Retry-After that is passed on, ms. */
const longestWait = 3_600_000;

/**
 * Sends a body once. The destination is the operator's own choice and may be a private address (a cloud's metadata service
 * never is one); a redirect is not followed. @throws DeliveryError
 */
export async function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  /** Names the destination in errors: its address may hold a secret. */
  what: string,
  { env, signal, caFile }: Surroundings,
): Promise<void> {
  const guard = { private: [url.host] };
  const timeouts = { connect: 10_000, idle: 20_000, document: 30_000 };
  const transport = createTransport({ guard, timeouts, ...(caFile ? { caFile } : {}) }, { env, signal });
  try {
    const response = await transport.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    response.body.destroy();
    const problem = refusal(response.status, response.headers['retry-after'], what);
    if (problem) throw problem;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof TransportError)
      throw new DeliveryError(`${what} cannot be reached (${error.code}); check its address and the network`, true);
    if (error instanceof SourceError) throw new DeliveryError(`${what} is refused: ${error.message}`, false);
    throw error;
  } finally {
    transport.close();
  }
}

/** Whether a status is one that passes by itself. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function refusal(status: number, retryAfter: string | undefined, what: string): DeliveryError | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400)
    return new DeliveryError(
      `${what} answers with a redirect (${status}), which is not followed; give the address that it leads to`,
      false,
    );
  if (!isPassing(status))
    return new DeliveryError(`${what} refuses the message (${status}); check its address and secret`, false);
  const wait = retryAfterMs(retryAfter);
  return new DeliveryError(
    `${what} cannot take the message at the moment (${status})`,
    true,
    wait === undefined ? undefined : Math.min(wait, longestWait),
  );
}
