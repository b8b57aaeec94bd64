/** Requests that pass untouched: no byte of a body is kept, on no way. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badGateway, refuse, relay } from './answer.ts';
import { hasBody, requestHeaders } from './headers.ts';
import type { Route } from './route.ts';
import type { Upstream } from './upstream.ts';

/** What is still read of a body whose answer is out already. */
const drainBytes = 8 << 20;
const drainMs = 5000;

/** Sends a request on and its answer back. Whoever hangs up ends both halves. @param expects the client waits for leave to send. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  upstream: Upstream,
  { secure, expects }: { secure: boolean; expects: boolean },
): void {
  const method = request.method ?? 'GET';
  const headers = requestHeaders(request, upstream.url, secure);
  const about = { method, ...('repository' in route ? { repository: route.repository } : {}) };
  const sent = { method, path: route.path + route.query, headers };
  const leaving = new AbortController();
  response.on('close', () => leaving.abort(new Error('the client left')));
  if (!hasBody(request)) {
    if (expects) response.writeContinue();
    upstream.send(sent, undefined, leaving.signal).then(
      (answer) => relay(answer, response, upstream.url, about),
      (error) => refuse(response, badGateway(error), method === 'HEAD'),
    );
    return;
  }
  const call = upstream.begin(expects ? { ...sent, headers: { ...headers, expect: '100-continue' } } : sent);
  leaving.signal.addEventListener('abort', () => call.destroy(), { once: true });
  let answered = false;
  call.on('continue', () => {
    if (!response.headersSent) response.writeContinue();
  });
  call.on('response', (answer) => {
    answered = true;
    if (!request.complete) endEarly(request, response);
    relay(answer, response, upstream.url, about);
  });
  call.on('error', (error) => {
    request.unpipe(call);
    // An answer that came before the whole body closes the connection that the rest was to take.
    if (answered) return;
    if (!request.complete) endEarly(request, response);
    refuse(response, badGateway(error));
  });
  // A body that breaks off must not look whole.
  request.on('aborted', () => call.destroy());
  request.on('error', () => call.destroy());
  request.pipe(call);
}

/** Reads on for a while after the answer, since a closed connection would take the answer with it. */
export function endEarly(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    let left = drainBytes;
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), drainMs);
    request.unpipe();
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) socket.destroy();
    });
    request.once('close', () => clearTimeout(timer));
    request.once('end', () => clearTimeout(timer));
    request.resume();
  });
}
