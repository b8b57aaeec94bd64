/** Connections to the registry behind the gate. */
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as plainRequest,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import { secureContextFor } from '../../../source/registry/trust.ts';

/** What is asked of upstream. */
export interface Sent {
  method: string;
  path: string;
  headers: OutgoingHttpHeaders;
}

/** The registry, by connections that are kept. */
export interface Upstream {
  url: URL;
  /** Begins a request, whose body is the caller's to write. */
  begin(sent: Sent): ClientRequest;
  /** A whole request with what there is of a body. @throws the connection's error. */
  send(sent: Sent, body: Uint8Array | undefined, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

/** Servers close idle connections after some seconds; ours go first, so that no request meets a closing one. */
const keepMs = 4000;

/** @throws SourceError where certificates cannot be used. */
export function openUpstream(
  url: URL,
  registry: RegistryOptions,
  env: Record<string, string | undefined>,
  idleMs: number,
): Upstream {
  const secure = url.protocol === 'https:';
  const pooling = { keepAlive: true, timeout: keepMs, scheduling: 'lifo' as const };
  const secureContext = secure ? secureContextFor(url.host, registry, env) : undefined;
  const agent = secure ? new SecureAgent({ ...pooling, ...(secureContext && { secureContext }) }) : new Agent(pooling);
  const begin = ({ method, path, headers }: Sent): ClientRequest => {
    const call = (secure ? secureRequest : plainRequest)({
      ...{ protocol: url.protocol, hostname: url.hostname.replace(/^\[|\]$/g, ''), method, path, headers, agent },
      port: url.port || (secure ? 443 : 80),
      maxHeaderSize: 64 * 1024,
    });
    call.setTimeout(idleMs, () => call.destroy(Object.assign(new Error('upstream is silent'), { code: 'ETIMEDOUT' })));
    return call;
  };
  const once = (sent: Sent, body: Uint8Array | undefined, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const call = begin(sent);
      const leave = (): void => {
        call.destroy(signal.reason instanceof Error ? signal.reason : new Error('given up'));
      };
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      call.once('response', resolve);
      call.once('close', () => signal.removeEventListener('abort', leave));
      call.on('error', (error: NodeJS.ErrnoException) => {
        reject(Object.assign(error, { stale: call.reusedSocket && error.code === 'ECONNRESET' }));
      });
      call.end(body);
    });
  return {
    url,
    begin,
    async send(sent, body, signal) {
      try {
        return await once(sent, body, signal);
      } catch (error) {
        // A kept connection that upstream closed meanwhile: nothing was read of the request.
        if (!(error as { stale?: boolean }).stale || signal.aborted) throw error;
        return once(sent, body, signal);
      }
    },
    close: () => agent.destroy(),
  };
}
