/** Manifests on their way in and, where that is asked for, out: held whole, judged, then sent on byte for byte. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { digestOf } from '../../../image/documents.ts';
import type { Decision } from '../types.ts';
import { badGateway, refuse, relay } from './answer.ts';
import { type Fault, rulingOn } from './decide.ts';
import { endEarly } from './forward.ts';
import { messageOf } from './gradings.ts';
import { answerHeaders, requestHeaders } from './headers.ts';
import { type Holding, hold, type NotHeld } from './held.ts';
import { type Judgement, type Subject, subjectOf } from './judge.ts';
import type { GateLimits, GateOptions } from './options.ts';
import type { Route } from './route.ts';
import type { Upstream } from './upstream.ts';

/** What both ways need. */
export interface Desk {
  options: GateOptions;
  limits: GateLimits;
  upstream: Upstream;
  holding: Holding;
  judge: (subject: Subject) => Promise<Judgement>;
}

type ManifestRoute = Extract<Route, { kind: 'manifest' }>;
interface Way {
  secure: boolean;
  expects: boolean;
}

/** Answers of upstream to a push that tell nothing of its manifest: who asks may push. */
const mayPush = new Set([200, 201, 202, 400, 404, 411, 412, 413, 415, 422]);

/** PUT: graded before upstream sees it. */
export async function pushManifest(
  request: IncomingMessage,
  response: ServerResponse,
  route: ManifestRoute,
  desk: Desk,
  { secure, expects }: Way,
): Promise<void> {
  const { limits, holding, upstream } = desk;
  const { repository, reference } = route;
  const length = Number(request.headers['content-length'] ?? 0);
  const problem = encodingProblem(request) ?? (length > limits.manifestBytes ? tooLong(limits) : undefined);
  if (problem) {
    endEarly(request, response);
    return refuse(response, problem);
  }
  const leaving = new AbortController();
  response.once('close', () => leaving.abort(new Error('the client left')));
  const headers = requestHeaders(request, upstream.url, secure);
  const sent = { method: 'PUT', path: route.path + route.query };
  const about = { method: 'PUT', repository };
  let held = 0;
  try {
    // Who may not push is told so by upstream, with its own challenge, before anything of theirs is held or graded.
    const probe = await upstream.send({ ...sent, headers: lengthOf(headers, 0) }, undefined, leaving.signal);
    if (!mayPush.has(probe.statusCode ?? 0)) {
      endEarly(request, response);
      return relay(probe, response, upstream.url, about);
    }
    probe.resume();
    if (expects) response.writeContinue();
    const bytes = await hold(request, limits.manifestBytes, holding, limits.idleMs);
    if (typeof bytes === 'string') {
      endEarly(request, response);
      return refuse(response, notHeld(bytes, limits));
    }
    held = bytes.length;
    const digest = digestOf(bytes);
    if (reference.startsWith('sha256:') && reference !== digest) {
      const message = `tare: the manifest has the digest ${digest}, and is pushed as another`;
      return refuse(response, { status: 400, code: 'DIGEST_INVALID', message });
    }
    const { 'content-type': mediaType, authorization } = request.headers;
    const subject = subjectOf({ repository, reference, bytes, mediaType, authorization });
    const judgement = await desk.judge(subject);
    const { fault, decision } = rulingOn(judgement, subject, 'push', desk.options);
    if (decision) await keep(decision, desk.options);
    if (fault) return refuse(response, fault);
    const answer = await upstream.send({ ...sent, headers: lengthOf(headers, bytes.length) }, bytes, leaving.signal);
    relay(answer, response, upstream.url, about, warning(decision));
  } catch (error) {
    if (!leaving.signal.aborted) refuse(response, badGateway(error));
  } finally {
    holding.give(held);
  }
}

/** GET where pulls are guarded. What is judged is what upstream answers, whatever the tag meant before. */
export async function pullManifest(
  request: IncomingMessage,
  response: ServerResponse,
  route: ManifestRoute,
  desk: Desk,
  { secure }: Way,
): Promise<void> {
  const { limits, holding, upstream } = desk;
  const { repository, reference } = route;
  const leaving = new AbortController();
  response.once('close', () => leaving.abort(new Error('the client left')));
  // The whole of it must come, and as it is.
  const {
    range,
    'if-range': _,
    'if-none-match': __,
    'if-modified-since': ___,
    ...rest
  } = requestHeaders(request, upstream.url, secure);
  const headers = { ...rest, 'accept-encoding': 'identity' };
  const about = { method: 'GET', repository };
  let held = 0;
  try {
    const answer = await upstream.send(
      { method: 'GET', path: route.path + route.query, headers },
      undefined,
      leaving.signal,
    );
    if (answer.statusCode !== 200) return relay(answer, response, upstream.url, about);
    const bytes = await hold(answer, limits.manifestBytes, holding, limits.idleMs);
    if (typeof bytes === 'string') {
      answer.destroy();
      return refuse(response, notHeld(bytes, limits));
    }
    held = bytes.length;
    const { authorization } = request.headers;
    const subject = subjectOf({
      repository,
      reference,
      bytes,
      mediaType: answer.headers['content-type'],
      authorization,
    });
    const { fault, decision } = rulingOn(await desk.judge(subject), subject, 'pull', desk.options);
    // Every pull of a good image is no news.
    if (decision && decision.outcome !== 'allowed') await keep(decision, desk.options);
    if (fault) return refuse(response, fault);
    response.writeHead(200, answer.statusMessage, [
      ...answerHeaders(answer, upstream.url, about),
      ...warning(decision),
    ]);
    response.end(bytes);
  } catch (error) {
    if (!leaving.signal.aborted) refuse(response, badGateway(error));
  } finally {
    holding.give(held);
  }
}

async function keep(decision: Decision, { record, log }: GateOptions): Promise<void> {
  const { at: _, ...fields } = decision;
  log.info(fields, `${decision.action} ${decision.outcome}`);
  try {
    await record(decision);
  } catch (error) {
    log.error({ digest: decision.digest, err: messageOf(error) }, 'a decision of the gate could not be kept');
  }
}

/** RFC 9111 dropped the header, and the distribution API kept it (distribution-spec, "Warnings"). */
function warning(decision: Decision | undefined): string[] {
  if (decision?.outcome !== 'open' && decision?.outcome !== 'excepted') return [];
  const text = `tare let it through ${decision.outcome === 'open' ? 'unjudged' : 'by an exception'}: ${decision.reason}`;
  return ['Warning', `299 - "${text.replace(/[^\x20-\x7e]|["\\]/g, ' ').slice(0, 240)}"`];
}

function lengthOf(headers: OutgoingHttpHeaders, length: number): OutgoingHttpHeaders {
  return { ...headers, 'content-length': String(length) };
}

function encodingProblem({ headers }: IncomingMessage): Fault | undefined {
  const coding = headers['content-encoding'];
  if (coding === undefined || coding.toLowerCase() === 'identity') return undefined;
  return { status: 415, code: 'UNSUPPORTED', message: 'tare: a manifest is pushed without Content-Encoding' };
}

function tooLong({ manifestBytes }: GateLimits): Fault {
  const message = `tare: the manifest is longer than ${manifestBytes} bytes, the limit of this gate`;
  return { status: 413, code: 'MANIFEST_INVALID', message };
}

function notHeld(why: NotHeld, limits: GateLimits): Fault {
  if (why === 'too long') return tooLong(limits);
  if (why === 'too much at once')
    return { status: 429, code: 'TOOMANYREQUESTS', message: 'tare: too many manifests at once; try again later' };
  return { status: 408, code: 'MANIFEST_INVALID', message: 'tare: the manifest did not come to its end' };
}
