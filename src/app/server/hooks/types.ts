/** What a push notification is to the parts that receive it. */
import type { PushEvent } from '../types.ts';
import type { KeySource } from './jwks.ts';

export const senderNames = [
  'distribution',
  'harbor',
  'dockerhub',
  'quay',
  'github',
  'gitlab',
  'azure',
  'ecr',
  'google',
] as const;
export type SenderName = (typeof senderNames)[number];

/** One notification, as it arrived. */
export interface HookRequest {
  /** Names in lower case, as Node gives them. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body's bytes, untouched: signatures are over these. */
  rawBody: Uint8Array;
  /** What stood in the URL after the hook's own address, decoded. */
  pathSecret?: string;
}

/** One way to know the sender, secrets filled in. */
export type HookAuth =
  /** A header with exactly this value: `authorization: Bearer …`, `x-gitlab-token: …`. */
  | { kind: 'header'; name: string; value: string }
  /** RFC 7617; also what senders make of `https://user:password@host/`. */
  | { kind: 'basic'; username: string; password: string }
  /** HMAC-SHA256 over the raw body. */
  | { kind: 'hmac'; secret: string }
  /** The last part of the hook's URL, for senders that can do nothing else. */
  | { kind: 'path'; secret: string }
  /** A JSON Web Token signed by the issuer's keys. */
  | { kind: 'oidc'; issuers: readonly string[]; audience: string; email: string; keys: KeySource };

export type HookAuthKind = HookAuth['kind'];

/** One hook of the configuration, ready for use. */
export interface Hook {
  /** Last part of its address: `/api/v1/hooks/<name>`. */
  name: string;
  sender: SenderName;
  /** Any of them suffices, so that a secret can be replaced without a gap. Never empty. */
  auth: readonly HookAuth[];
  /** Where the images are, whatever the notification says. */
  registry?: string;
  /** Registry as notifications name it → as it is reached from here. */
  hosts: ReadonlyMap<string, string>;
}

/** What a notification comes down to. */
export interface ParsedHook {
  events: PushEvent[];
  /** Why the rest of it is none of ours, a few words each. */
  ignored: string[];
}

/** The notifications of one kind of registry. */
export interface HookSender {
  /** Ways to know it that it can be told to use. */
  auth: readonly HookAuthKind[];
  /** @throws HookError where the body is not what this sender documents. */
  parse(body: unknown, hook: Hook, request: Pick<HookRequest, 'headers'>): ParsedHook;
}

/** A notification that cannot be read: one sentence, answered with 400. */
export class HookError extends Error {
  override name = 'HookError';
}
