/** Bodies that nobody documents: an answer of one of two kinds, and never an event that is no image. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyToken } from '../../../../src/app/server/hooks/jwt.ts';
import { senders } from '../../../../src/app/server/hooks/receive.ts';
import { HookError, type SenderName, senderNames } from '../../../../src/app/server/hooks/types.ts';
import { formatReference, parseReference } from '../../../../src/image/reference.ts';
import { audience, email, keySource, token } from './tokens.ts';

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = readdirSync(folder).map((name) => ({
  sender: /^[a-z]+/.exec(name)![0] as SenderName,
  body: JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown,
}));

function check(sender: SenderName, body: unknown): void {
  const hook = { name: sender, sender, auth: [], hosts: new Map<string, string>() };
  try {
    const { events, ignored } = senders[sender].parse(body, hook, { headers: {} });
    for (const event of events) {
      const { registry, repository, tag, digest } = event;
      expect(tag ?? digest).toBeDefined();
      const reference = { registry, repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
      expect(parseReference(formatReference(reference))).toEqual(reference);
    }
    for (const reason of ignored) expect(reason).toMatch(/^[\x20-\x7e]{1,150}$/);
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    expect(error.message).toMatch(/^The notification for the hook [^\n]{1,400}$/);
  }
}

/** Places in a body, as paths. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => places(member, [...path, key]))];
}

function replaced(body: unknown, path: string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = Array.isArray(body) ? [...body] : { ...(body as object) };
  (copy as Record<string, unknown>)[key] = replaced((body as Record<string, unknown>)[key], rest, value);
  return copy;
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', '..', '../..', 'a/../b', '@', ':', '/', 'a:b:c', 'evil.test:0', '[::1]:5000', 'x'.repeat(5000)),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'registry.example.com/a@sha256:x',
    'user:pw@evil.test',
    '127.0.0.1/%2e%2e',
  ),
);

describe.each(senderNames)('%s', (sender) => {
  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => check(sender, body)),
      { numRuns: 200 },
    );
  });

  it('takes its own with any member replaced', () => {
    for (const { body } of fixtures.filter((fixture) => fixture.sender === sender)) {
      const all = places(body);
      fc.assert(
        fc.property(fc.nat(all.length - 1), odd, (at, value) => check(sender, replaced(body, all[at]!, value))),
        { numRuns: 400 },
      );
    }
  });
});

it('a token with any part replaced is refused, never an error', async () => {
  const auth = { kind: 'oidc' as const, issuers: ['https://accounts.google.com'], audience, email, keys: keySource };
  const good = token().split('.');
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.base64String({ maxLength: 500 }), async (at, part) => {
      fc.pre(part.replace(/=+$/, '') !== good[at]);
      const parts = good.map((one, index) => (index === at ? part : one));
      expect(await verifyToken(parts.join('.'), auth)).toMatch(/^the /);
    }),
    { numRuns: 200 },
  );
});
