/** The server's routes over its parts: API, hooks, pages, health. Opens nothing and listens nowhere by itself. */
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Api } from './api/app.ts';
import { docsRoutes } from './api/docs.ts';
import { hookRoutes } from './api/hooks.ts';
import { imageRoutes } from './api/images.ts';
import { queueRoutes } from './api/queue.ts';
import { repositoryRoutes } from './api/repositories.ts';
import { scanRoutes } from './api/scans.ts';
import { tokenRoutes } from './api/tokens.ts';
import { admit } from './auth.ts';
import { Failures } from './failures.ts';
import { healthRoutes } from './health.ts';
import type { ServerParts } from './parts.ts';
import { bodyOf, Problem, problemOf } from './problem.ts';
import { htmlType, page } from './web/layout.ts';
import { webRoutes } from './web/pages.ts';

/** Bytes of a body, but for hooks, which have their own bound. */
const bodyLimit = 64 * 2 ** 10;
/** Requests of one address within a minute. */
const requestsPerMinute = 1200;
/** Time that a client may take to send its request, ms. */
const requestTimeout = 60_000;

const policy =
  "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Everything that the server answers, ready to listen. */
export async function createApp(parts: ServerParts): Promise<FastifyInstance> {
  const bare = fastify({
    logger: false,
    bodyLimit,
    requestTimeout,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    // Names of an image are data: a key that would reach a prototype is refused.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    ...(parts.proxies && { trustProxy: [...parts.proxies] }),
    frameworkErrors: (error, request, reply) => answerProblem(parts, error, request, reply),
  });
  bare.setValidatorCompiler(validatorCompiler);
  bare.setSerializerCompiler(serializerCompiler);
  const app: Api = bare.withTypeProvider<ZodTypeProvider>();
  const failures = new Failures(parts.now);

  await app.register(cookie);
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_, { after }) =>
      new Problem(429, `Too many requests came from this address; come again in ${after}`),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'tare', version: parts.version, description: 'Hardening grades of container images' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: (given) => {
      if (!given.url.startsWith('/api/v1/')) return { schema: { hide: true }, url: given.url };
      const { schema, url } = jsonSchemaTransform(given);
      const access = given.route.config?.access ?? 'admin';
      const needed = access === 'open' ? [] : [`Needs the scope ${access}.`];
      const description = [schema['description'], ...needed].filter(Boolean).join(' ');
      return { schema: { ...schema, ...(description && { description }) }, url };
    },
  });

  app.addHook('onRequest', async (_, reply) => {
    reply.headers(securityHeaders);
  });
  // After the limit on requests, and before a byte of the body is read.
  app.addHook('preParsing', async (request, reply) => {
    if (!request.is404 && !(await admit(parts, failures, request, reply))) return reply as never;
    return undefined;
  });
  app.addHook('onResponse', async (request, reply) => logRequest(parts, request, reply));
  app.setErrorHandler((error, request, reply) => answerProblem(parts, error, request, reply));
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    const none = new Problem(404, 'There is nothing at this address');
    if (!/\btext\/html\b/.test(request.headers.accept ?? '')) return answerProblem(parts, none, request, reply);
    return reply
      .code(404)
      .type(htmlType)
      .send(page({ title: 'Not found', body: `${none.message}.` }));
  });

  await app.register(
    async (api: Api) => {
      await scanRoutes(api, parts);
      await imageRoutes(api, parts);
      await repositoryRoutes(api, parts);
      await queueRoutes(api, parts);
      await tokenRoutes(api, parts);
      await api.register(async (hooks: Api) => hookRoutes(hooks, parts, failures));
    },
    { prefix: '/api/v1' },
  );
  await app.register(async (part: Api) => {
    await healthRoutes(part, parts);
    await docsRoutes(part);
  });
  await app.register(async (part: Api) => webRoutes(part, parts, failures));
  await app.ready();
  return bare;
}

const securityHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Nothing goes to other sites; with no-referrer browsers would not say to us where a form comes from either.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

function answerProblem(parts: ServerParts, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = hasZodFastifySchemaValidationErrors(error) ? invalid(error.validation) : problemOf(error);
  if (problem.status >= 500)
    parts.log.error({ ...requestFields(request), error: String((error as Error).stack ?? error) }, 'a request failed');
  return reply
    .code(problem.status)
    .headers({ ...securityHeaders, ...problem.headers })
    .serializer((body: unknown) => JSON.stringify(body))
    .type('application/problem+json; charset=utf-8')
    .send(bodyOf(problem));
}

function invalid(issues: readonly { instancePath: string; message?: string | undefined }[]): Problem {
  const told = issues
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath.slice(1, 100) || 'request'}: ${message}`);
  return new Problem(400, `The request is not understood: ${told.join('; ').slice(0, 1000)}`);
}

function logRequest({ log }: ServerParts, request: FastifyRequest, reply: FastifyReply): void {
  const fields = { ...requestFields(request), status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
  if (request.routeOptions.config.rateLimit === false) log.debug(fields, 'request');
  else log.info(fields, 'request');
}

/** No query and no header; of what is at no route not even the path, which may be a hook's with a slip in it. */
function requestFields(request: FastifyRequest): object {
  const { method, ip: address, caller } = request;
  const route = request.routeOptions.url;
  const path =
    route === undefined || request.is404
      ? undefined
      : request.routeOptions.config.hook
        ? `/api/v1/hooks/${(request.params as { name?: string }).name ?? ''}`
        : request.url.split('?', 1)[0]!.slice(0, 500);
  return { method, ...(path !== undefined && { path }), address, ...(caller !== undefined && { caller }) };
}
