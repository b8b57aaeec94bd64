import { makeEvent, record, text } from './read.ts';
import type { HookSender } from './types.ts';

/**
 * Docker Hub (docs.docker.com/docker-hub/repos/manage/webhooks, "Example webhook payload"). It signs nothing and sends
 * no header of ours: the secret is the last part of the address. Its `callback_url` is never called.
 */
export const dockerhub: HookSender = {
  auth: ['path'],
  parse(body, hook) {
    const message = record(body);
    const event = makeEvent(
      {
        host: 'docker.io',
        repository: text(record(message['repository'])['repo_name']),
        tag: text(record(message['push_data'])['tag']),
      },
      hook,
    );
    return { events: [event], ignored: [] };
  },
};
