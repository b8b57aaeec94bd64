/** The reverse proxy in front of a registry: everything passes untouched but manifests, which are graded. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { refuse } from './answer.ts';
import { isGuarded } from './exceptions.ts';
import { endEarly, forward } from './forward.ts';
import { messageOf } from './gradings.ts';
import { framingProblem } from './headers.ts';
import { createHolding } from './held.ts';
import { createJudge } from './judge.ts';
import { type Desk, pullManifest, pushManifest } from './manifests.ts';
import { defaultGateLimits, type GateLimits, type GateOptions } from './options.ts';
import { type Route, routeOf } from './route.ts';
import { openUpstream } from './upstream.ts';

const methods: Record<Route['kind'], readonly string[]> = {
  api: ['GET', 'HEAD'],
  tags: ['GET', 'HEAD'],
  referrers: ['GET', 'HEAD'],
  blob: ['GET', 'HEAD', 'DELETE'],
  upload: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
  manifest: ['GET', 'HEAD', 'PUT', 'DELETE'],
};

/**
 * A server that does not listen yet. Closing it ends gradings and connections to upstream too.
 * @throws SourceError where the certificates for upstream cannot be used.
 */
export function createGate(options: GateOptions): Server {
  const { upstream: url, registry = {}, env = {}, policy, log, tls } = options;
  const limits: GateLimits = { ...defaultGateLimits, ...options.limits };
  const upstream = openUpstream(url, registry, env, limits.idleMs);
  const { judge, close } = createJudge(options, limits);
  const desk: Desk = { options, limits, upstream, judge, holding: createHolding(limits.heldBytes) };
  const secure = tls !== undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse, expects: boolean): Promise<void> => {
    const { method = '' } = request;
    const stop = (status: number, code: string, message: string): void => {
      endEarly(request, response);
      refuse(response, { status, code, message: `tare: ${message}` }, method === 'HEAD');
    };
    const framing = framingProblem(request);
    if (framing) return stop(400, 'UNSUPPORTED', framing);
    const route = routeOf(request.url ?? '');
    if ('status' in route) return stop(route.status, route.code, route.message);
    if (!methods[route.kind].includes(method)) return stop(405, 'UNSUPPORTED', `${method} is not for this path`);
    const way = { secure, expects };
    if (route.kind === 'manifest' && isGuarded(policy, route.repository)) {
      if (method === 'PUT') return pushManifest(request, response, route, desk, way);
      if (method === 'GET' && policy.refusePulls) return pullManifest(request, response, route, desk, way);
    }
    forward(request, response, route, upstream, way);
  };

  const take = (expects: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {});
    request.on('error', () => {});
    answer(request, response, expects).catch((error) => {
      log.error({ err: messageOf(error) }, 'a request could not be answered');
      refuse(response, { status: 500, code: 'UNKNOWN', message: 'tare: the gate failed; its log says why' });
    });
  };
  // A blob takes as long as it takes: silence is bounded instead.
  const timing = { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000, maxHeaderSize: 32 * 1024 };
  const server = tls ? createSecureServer({ ...timing, ...tls }) : createServer(timing);
  server.timeout = limits.gradingMs + limits.idleMs;
  server.on('request', take(false));
  server.on('checkContinue', take(true));
  server.on('checkExpectation', (_, response) => {
    refuse(response, { status: 417, code: 'UNSUPPORTED', message: 'tare: the gate meets no such expectation' });
  });
  // Without a listener for upgrades Node answers the request as if none had been asked for; CONNECT it hangs up on.
  server.on('close', () => {
    close();
    upstream.close();
  });
  return server;
}
