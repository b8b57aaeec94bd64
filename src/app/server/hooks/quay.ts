import { isRecord } from '../../../image/documents.ts';
import { list, makeEvent, record, refuse, splitName, text } from './read.ts';
import type { HookSender } from './types.ts';

/**
 * Quay and Red Hat Quay (Red Hat Quay, "Repository notifications", "Repository Push"). A webhook is a URL and nothing
 * more: the secret is its last part, or a user and password in it.
 */
export const quay: HookSender = {
  auth: ['path', 'basic'],
  parse(body, hook) {
    const message = record(body);
    const name = splitName(text(message['docker_url']) ?? '');
    if (!name) throw refuse(hook, 'has no docker_url, which every one of quay has');
    const updated = message['updated_tags'];
    if (updated === undefined) return { events: [], ignored: ['an event that is no push'] };
    // Older ones have an object, from tag to image.
    const tags = list(isRecord(updated) ? Object.keys(updated) : updated, hook, 'tags');
    const events = tags.map((tag) => makeEvent({ host: name.host, repository: name.repository, tag: text(tag) }, hook));
    return { events, ignored: [] };
  },
};
