/** What the senders' parsers share: reading members of a stranger's JSON, and making an event of them. */
import { isDigest, isRecord, manifestMediaTypes } from '../../../image/documents.ts';
import { parseReference } from '../../../image/reference.ts';
import type { PushEvent } from '../types.ts';
import { type Hook, HookError } from './types.ts';

/** Events of one body. Senders put one to a few hundred into it. */
const eventLimit = 1000;

/** What a notification says of one image, unchecked. */
export interface Told {
  /** As the notification names it; absent where its form has none. */
  host?: string | undefined;
  repository: string | undefined;
  tag?: string | undefined;
  digest?: string | undefined;
  eventId?: string | undefined;
}

/**
 * The event for what was told. The registry is the hook's own, else the one told, by the name under which it is reached
 * from here. @throws HookError where no image can be meant.
 */
export function makeEvent(told: Told, hook: Hook): PushEvent {
  const { repository, tag, digest, eventId } = told;
  const named = told.host?.toLowerCase();
  const registry = hook.registry ?? (named === undefined ? undefined : (hook.hosts.get(named) ?? named));
  if (registry === undefined)
    throw refuse(hook, 'does not say which registry it is from; give the hook a registry in the configuration');
  if (repository === undefined) throw refuse(hook, 'names no repository');
  if (digest !== undefined && !isDigest(digest)) throw refuse(hook, 'names a digest that is not sha256');
  if (tag === undefined && digest === undefined) throw refuse(hook, 'names neither tag nor digest');
  const event: PushEvent = { ...checked(registry, repository, tag, hook), source: hook.sender };
  if (tag !== undefined) event.tag = tag;
  if (digest !== undefined) event.digest = digest;
  if (eventId !== undefined && /^[\x21-\x7e]{1,200}$/.test(eventId)) event.eventId = eventId;
  return event;
}

/** The error for a body that is not what its sender documents. `what` continues "The notification …". */
export function refuse(hook: Hook, what: string): HookError {
  return new HookError(`The notification for the hook ${hook.name} ${what}`);
}

/** A list within bounds. @throws HookError */
export function list(value: unknown, hook: Hook, what: string): unknown[] {
  if (!Array.isArray(value)) throw refuse(hook, `has no list of ${what}, which every one of ${hook.sender} has`);
  if (value.length > eventLimit)
    throw refuse(hook, `holds ${value.length} ${what}, over the limit of ${eventLimit}; send them in several`);
  return value;
}

/** A JSON object; what is none has no members. */
export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** A string that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether a media type is that of an image's manifest or index, as far as a type can tell. */
export function isManifestType(type: string | undefined): boolean {
  return (manifestMediaTypes as readonly string[]).includes(type ?? '');
}

/** A word of a stranger's for a log: short, and nothing that a terminal acts on. */
export function word(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '?').slice(0, 60) : `a ${typeof value}`;
}

/** Splits `host/name:tag` or `host/name@digest`. Undefined where there is no host. */
export function splitName(
  name: string,
): { host: string; repository: string; tag?: string; digest?: string } | undefined {
  const slash = name.indexOf('/');
  if (slash <= 0) return undefined;
  const host = name.slice(0, slash);
  const at = name.indexOf('@');
  const named = at < 0 ? name : name.slice(0, at);
  const digest = at < 0 ? undefined : name.slice(at + 1);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : '';
  return {
    host,
    repository: named.slice(slash + 1, tagged ? colon : undefined),
    ...(tag ? { tag } : {}),
    ...(digest ? { digest } : {}),
  };
}

function checked(registry: string, repository: string, tag: string | undefined, hook: Hook) {
  try {
    const reference = parseReference(`${registry}/${repository}${tag === undefined ? '' : `:${tag}`}`);
    // What reads as something else than was meant would be looked for elsewhere.
    const same = reference.tag === tag && `${reference.repository}/`.endsWith(`${repository}/`);
    if (same && !reference.digest && (reference.registry === registry || registry.endsWith('docker.io')))
      return { registry: reference.registry, repository: reference.repository };
  } catch {
    // Said below: the text itself is a stranger's.
  }
  throw refuse(
    hook,
    `names an image that cannot be one: ${word(registry)}/${word(repository)}${tag === undefined ? '' : `:${word(tag)}`}`,
  );
}
