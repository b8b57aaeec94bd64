import { isManifestType, makeEvent, record, refuse, text, word } from './read.ts';
import type { HookSender } from './types.ts';

/**
 * Azure Container Registry (learn.microsoft.com, "Azure Container Registry webhook reference"). A webhook has custom
 * headers, or a user and password in its URI.
 */
export const azure: HookSender = {
  auth: ['header', 'basic', 'path'],
  parse(body, hook) {
    const message = record(body);
    const action = text(message['action']);
    if (action === undefined) throw refuse(hook, 'has no action, which every one of azure has');
    if (action !== 'push') return { events: [], ignored: [`the action ${word(action)}`] };
    const target = record(message['target']);
    const mediaType = text(target['mediaType']);
    if (!isManifestType(mediaType)) return { events: [], ignored: [`a push of ${word(mediaType)}`] };
    const event = makeEvent(
      {
        host: text(record(message['request'])['host']),
        repository: text(target['repository']),
        tag: text(target['tag']),
        digest: text(target['digest']),
        eventId: text(message['id']),
      },
      hook,
    );
    return { events: [event], ignored: [] };
  },
};
