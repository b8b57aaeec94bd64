import { makeEvent, record, refuse, splitName, text, word } from './read.ts';
import type { Hook, HookSender } from './types.ts';

/**
 * Google Artifact Registry by Pub/Sub push (cloud.google.com/artifact-registry, "Configure Pub/Sub notifications";
 * Pub/Sub, "Receive push messages", wrapped or unwrapped). The request carries a token of OpenID Connect for the
 * subscription's service account ("Authentication for push subscriptions").
 */
export const google: HookSender = {
  auth: ['oidc'],
  parse(body, hook) {
    const envelope = record(body);
    const wrapped = envelope['message'];
    const message = record(wrapped);
    const change = wrapped === undefined ? envelope : unwrap(text(message['data']), hook);
    const action = text(change['action']);
    if (action === undefined) throw refuse(hook, 'has no action, which every one of Artifact Registry has');
    if (action !== 'INSERT') return { events: [], ignored: [`the action ${word(action)}`] };
    const byTag = splitName(text(change['tag']) ?? '');
    const byDigest = splitName(text(change['digest']) ?? '');
    const name = byDigest ?? byTag;
    const event = makeEvent(
      {
        host: name?.host,
        repository: name?.repository,
        tag: byTag?.tag,
        digest: byDigest?.digest,
        eventId: text(message['messageId']),
      },
      hook,
    );
    return { events: [event], ignored: [] };
  },
};

function unwrap(data: string | undefined, hook: Hook): Record<string, unknown> {
  try {
    return record(JSON.parse(Buffer.from(data ?? '', 'base64').toString('utf8')));
  } catch {
    throw refuse(hook, 'holds data that is not JSON in base64, which every one of Artifact Registry is');
  }
}
