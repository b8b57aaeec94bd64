import { maxNesting, nesting } from '../../../image/json-nesting.ts';
import type { PushEvent } from '../types.ts';
import { authenticate } from './authenticate.ts';
import { azure } from './azure.ts';
import { distribution } from './distribution.ts';
import { dockerhub } from './dockerhub.ts';
import { ecr } from './ecr.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { google } from './google.ts';
import { harbor } from './harbor.ts';
import { quay } from './quay.ts';
import { refuse } from './read.ts';
import { type Hook, HookError, type HookRequest, type HookSender, type SenderName } from './types.ts';

export const senders: Readonly<Record<SenderName, HookSender>> = {
  distribution,
  harbor,
  dockerhub,
  quay,
  github,
  gitlab,
  azure,
  ecr,
  google,
};

/** Bytes of one body: GitHub's may hold a package's whole readme. */
export const hookBodyLimit = 4 * 2 ** 20;

/** What to answer, and what to store first. */
export type Received =
  | { status: 200; events: PushEvent[]; ignored: string[] }
  /** `message` may be answered; `reason` is for the log alone. */
  | { status: 400 | 401 | 413 | 503; message: string; reason: string };

/**
 * One notification: who sent it is settled before a byte of it is parsed. Nothing is stored here: with 200, the caller
 * stores the events and only then answers.
 */
export async function receiveHook(hook: Hook, request: HookRequest): Promise<Received> {
  if (request.rawBody.byteLength > hookBodyLimit) {
    const message = `The notification is longer than ${hookBodyLimit} bytes, the limit for one`;
    return { status: 413, message, reason: message };
  }
  let problem: string | undefined;
  try {
    problem = await authenticate(request, hook);
  } catch (error) {
    // The issuer's keys cannot be had: the sender comes again.
    const reason = error instanceof Error ? error.message : 'the sender could not be checked';
    return { status: 503, message: 'The sender cannot be checked at the moment; send it again later', reason };
  }
  if (problem !== undefined) {
    const message = `The notification for the hook ${hook.name} is not signed as configured; check its secret on both sides`;
    return { status: 401, message, reason: problem };
  }
  try {
    const { events, ignored } = senders[hook.sender].parse(parseBody(request.rawBody, hook), hook, request);
    return { status: 200, events, ignored };
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return { status: 400, message: error.message, reason: error.message };
  }
}

function parseBody(bytes: Uint8Array, hook: Hook): unknown {
  if (nesting(bytes) > maxNesting) throw refuse(hook, `is nested deeper than ${maxNesting} levels`);
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    throw refuse(hook, 'is not JSON');
  }
}
