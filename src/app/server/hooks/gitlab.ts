import { parseEnvelope } from './distribution.ts';
import { record, text, word } from './read.ts';
import type { HookSender } from './types.ts';

/**
 * GitLab's container registry (docs.gitlab.com, "GitLab container registry administration", "Configure container
 * registry notifications"): Distribution's envelope, with the headers that the endpoint is given. A project's webhooks
 * ("Webhook events") never tell of images; where one is sent here by mistake it is left out, not refused.
 */
export const gitlab: HookSender = {
  auth: ['header', 'basic'],
  parse(body, hook) {
    const kind = text(record(body)['object_kind']);
    if (kind !== undefined)
      return { events: [], ignored: [`the project event ${word(kind)}; images come with registry notifications`] };
    return parseEnvelope(body, hook);
  },
};
