import { isManifestType, list, makeEvent, record, text, word } from './read.ts';
import type { Hook, HookSender, ParsedHook } from './types.ts';

/**
 * CNCF Distribution, and registries that notify as it does (distribution.github.io/distribution/about/notifications,
 * "Events" and "Envelope"). Each endpoint of its configuration can send headers of its own: a token, or Basic.
 */
export const distribution: HookSender = {
  auth: ['header', 'basic'],
  parse: parseEnvelope,
};

/** An envelope of events. What is pulled, mounted or deleted, and what is no manifest, is left out. */
export function parseEnvelope(body: unknown, hook: Hook): ParsedHook {
  const parsed: ParsedHook = { events: [], ignored: [] };
  for (const value of list(record(body)['events'], hook, 'events')) {
    const event = record(value);
    const target = record(event['target']);
    const mediaType = text(target['mediaType']);
    if (event['action'] !== 'push') parsed.ignored.push(`the action ${word(event['action'])}`);
    else if (!isManifestType(mediaType)) parsed.ignored.push(`a push of ${word(mediaType)}`);
    else
      parsed.events.push(
        makeEvent(
          {
            host: text(record(event['request'])['host']),
            repository: text(target['repository']),
            tag: text(target['tag']),
            digest: text(target['digest']),
            eventId: text(event['id']),
          },
          hook,
        ),
      );
  }
  return parsed;
}
