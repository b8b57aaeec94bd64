/** Writing answers: the gate's own, and upstream's as they come. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './decide.ts';
import { answerHeaders } from './headers.ts';

/** An error of the distribution API (distribution-spec, "Error Codes"). */
export function refuse(response: ServerResponse, { status, code, message, detail }: Fault, head = false): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message, ...(detail ? { detail } : {}) }] }));
  response.writeHead(status, {
    ...{ 'content-type': 'application/json; charset=utf-8', 'content-length': body.length },
    ...{ 'docker-distribution-api-version': 'registry/2.0', 'x-content-type-options': 'nosniff' },
    ...(status === 429 ? { 'retry-after': '30' } : {}),
  });
  response.end(head ? undefined : body);
}

/** Upstream cannot be had. */
export function badGateway(error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? 'error';
  const late = code === 'ETIMEDOUT';
  return {
    status: late ? 504 : 502,
    code: 'UNAVAILABLE',
    message: `tare: the registry behind the gate ${late ? 'does not answer' : `cannot be reached (${code})`}; try again later`,
  };
}

/** Sends an answer of upstream on, as fast as the client takes it. @param more headers beside its own. */
export function relay(
  answer: IncomingMessage,
  response: ServerResponse,
  upstream: URL,
  request: { method: string; repository?: string },
  more: string[] = [],
): void {
  if (response.destroyed) {
    answer.destroy();
    return;
  }
  const headers = [...answerHeaders(answer, upstream, request), ...more];
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  response.on('close', () => answer.destroy());
  // A body that ends early must not look whole.
  answer.on('error', () => response.destroy());
  answer.on('aborted', () => response.destroy());
  answer.pipe(response);
}
