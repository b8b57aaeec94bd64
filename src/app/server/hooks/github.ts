import { isDigest } from '../../../image/documents.ts';
import { header } from './authenticate.ts';
import { makeEvent, record, refuse, splitName, text, word } from './read.ts';
import type { HookSender } from './types.ts';

/**
 * GitHub Packages: the events `registry_package` and `package` (docs.github.com, "Webhook events and payloads"), signed
 * with HMAC-SHA256 over the body ("Validating webhook deliveries", X-Hub-Signature-256).
 */
export const github: HookSender = {
  auth: ['hmac'],
  parse(body, hook, request) {
    const message = record(body);
    if (text(message['zen']) !== undefined) return { events: [], ignored: ['a ping'] };
    const one = record(message['registry_package'] ?? message['package']);
    const version = record(one['package_version']);
    const type = text(one['package_type']);
    const { action } = message;
    if (type === undefined) return { events: [], ignored: ['an event that is of no package'] };
    if (action !== 'published' && action !== 'updated') return { events: [], ignored: [`the action ${word(action)}`] };
    const container = version['container_metadata'];
    const registry = record(one['registry']);
    if (type.toLowerCase() !== 'container' && text(registry['type'])?.toLowerCase() !== 'container')
      return { events: [], ignored: [`a package of the type ${word(type)}`] };
    const tag = record(record(container)['tag']);
    const name = splitName(text(version['package_url']) ?? '');
    const owner = text(record(one['owner'])['login']);
    const own = text(one['name']);
    if (!name && (!owner || !own)) throw refuse(hook, 'names no package');
    const digest = [version['version'], version['name'], tag['digest']].find(isDigest);
    const event = makeEvent(
      {
        host: name?.host ?? 'ghcr.io',
        // Owners are written as their users like; the registry knows lower case alone.
        repository: (name?.repository ?? `${owner}/${own}`).toLowerCase(),
        tag: text(tag['name']) ?? name?.tag,
        digest,
        eventId: header(request, 'x-github-delivery'),
      },
      hook,
    );
    return { events: [event], ignored: [] };
  },
};
