import { list, makeEvent, record, refuse, splitName, text, word } from './read.ts';
import type { HookSender } from './types.ts';

const pushes = new Set(['PUSH_ARTIFACT', 'harbor.artifact.pushed']);

/**
 * Harbor, in both of its formats, its own and CloudEvents (goharbor.io/docs, "Configure Webhook Notifications"). The
 * policy's "Auth Header" is sent as the header Authorization, word for word.
 */
export const harbor: HookSender = {
  auth: ['header', 'basic'],
  parse(body, hook) {
    const envelope = record(body);
    const type = text(envelope['type']);
    if (type === undefined) throw refuse(hook, 'has no type, which every one of harbor has');
    if (!pushes.has(type)) return { events: [], ignored: [`the event ${word(type)}`] };
    const data = record(envelope['event_data'] ?? envelope['data']);
    const repository = text(record(data['repository'])['repo_full_name']);
    const events = list(data['resources'], hook, 'resources').map((value) => {
      const resource = record(value);
      const tag = text(resource['tag']);
      return makeEvent(
        {
          host: splitName(text(resource['resource_url']) ?? '')?.host,
          repository,
          // Without a tag, Harbor puts the digest in its place.
          tag: tag?.includes(':') ? undefined : tag,
          digest: text(resource['digest']),
          eventId: text(envelope['id']),
        },
        hook,
      );
    });
    return { events, ignored: [] };
  },
};
