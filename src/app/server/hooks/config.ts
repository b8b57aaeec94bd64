/** The section `hooks` of the server's options: which registries may notify, and how each is known. */
import { z } from 'zod';
import { UsageError } from '../../../types.ts';
import { registryHost } from '../registry-host.ts';
import { secretSource } from '../secret-source.ts';
import type { SecretSource } from '../types.ts';
import { googleKeys, keysFromFile, keysFromUrl } from './jwks.ts';
import { senders } from './receive.ts';
import { type Hook, type HookAuth, senderNames } from './types.ts';

/** Shorter ones can be guessed. */
const secretLength = 16;
const hookLimit = 200;

const auth = z
  .union([
    z.strictObject({ bearer: secretSource.describe('Token of the header Authorization: Bearer.') }),
    z.strictObject({
      header: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,100}$/)
        .describe('Name of a header.'),
      value: secretSource.describe('The whole value of that header.'),
    }),
    z.strictObject({ username: z.string().min(1).max(256), password: secretSource }).describe('Basic.'),
    z.strictObject({ hmac: secretSource.describe('Secret of GitHub’s X-Hub-Signature-256.') }),
    z.strictObject({ path: secretSource.describe('Last part of the hook’s address.') }),
    z.strictObject({
      audience: z.string().min(1).max(2048).describe('Audience of the subscription’s token.'),
      email: z.string().min(3).max(320).describe('Service account of the subscription.'),
      keys: z
        .union([z.strictObject({ file: z.string().min(1).max(4096) }), z.strictObject({ url: z.url() })])
        .optional()
        .describe('Key set of the issuer; Google’s where it is absent.'),
    }),
  ])
  .describe('How the sender is known.');

const hook = z.strictObject({
  sender: z.enum(senderNames).describe('Which kind of registry notifies.'),
  name: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, { error: 'a name is made of a-z, 0-9 and -, up to 64 characters' })
    .optional()
    .describe('Last part of its address, /api/v1/hooks/NAME; the sender’s name where it is absent.'),
  auth: z
    .union([auth, z.array(auth).min(1).max(10)])
    .describe('How the sender is known; with several, any suffices, so that secrets can be replaced without a gap.'),
  registry: registryHost.optional().describe('Where its images are, whatever the notification says.'),
  hosts: z
    .record(registryHost, registryHost)
    .optional()
    .describe('Registry as notifications name it, and how it is reached from here.'),
});

/** `hooks:` of the options. */
export const hooksSchema = z.array(hook).max(hookLimit).describe('Registries that may notify of pushes.');
export type HooksOptions = z.infer<typeof hooksSchema>;

/**
 * The hooks of the options, secrets filled in, by name.
 * @param secretOf reads one secret; what it throws is passed on.
 * @throws UsageError for two hooks of one name, a way that a sender cannot be known by, or a secret that is too short.
 */
export function createHooks(
  options: HooksOptions,
  secretOf: (source: SecretSource) => string,
  surroundings: { env: Record<string, string | undefined>; caFile?: string },
): Map<string, Hook> {
  const hooks = new Map<string, Hook>();
  for (const [at, { sender, name = sender, registry, hosts, auth: given }] of options.entries()) {
    if (hooks.has(name))
      throw new UsageError(`hooks[${at}] has the name ${name}, which another has too; give one of them another name`);
    const ways = (Array.isArray(given) ? given : [given]).map((way) =>
      authOf(way, `hooks[${at}] (${name})`, secretOf, surroundings),
    );
    for (const { kind } of ways) {
      if (!senders[sender].auth.includes(kind)) {
        const known = senders[sender].auth.map((one) => words[one]).join(' or ');
        throw new UsageError(
          `hooks[${at}] (${name}) wants ${words[kind]}, which ${sender} cannot send; it can send ${known}`,
        );
      }
    }
    hooks.set(name, {
      name,
      sender,
      auth: ways,
      hosts: new Map(Object.entries(hosts ?? {})),
      ...(registry === undefined ? {} : { registry }),
    });
  }
  return hooks;
}

const words: Record<HookAuth['kind'], string> = {
  header: 'a header or a bearer token',
  basic: 'a user and a password',
  hmac: 'an HMAC signature',
  path: 'a secret in the address',
  oidc: 'a token of OpenID Connect',
};

function authOf(
  way: z.infer<typeof auth>,
  where: string,
  secretOf: (source: SecretSource) => string,
  surroundings: { env: Record<string, string | undefined>; caFile?: string },
): HookAuth {
  const read = (source: SecretSource): string => {
    const value = secretOf(source);
    const named = 'env' in source ? source.env : source.file;
    if (value.length < secretLength)
      throw new UsageError(
        `${where}: the secret in ${named} is shorter than ${secretLength} characters; make a longer one`,
      );
    return value;
  };
  if ('bearer' in way) return { kind: 'header', name: 'authorization', value: `Bearer ${read(way.bearer)}` };
  if ('header' in way) return { kind: 'header', name: way.header.toLowerCase(), value: read(way.value) };
  if ('hmac' in way) return { kind: 'hmac', secret: read(way.hmac) };
  if ('path' in way) {
    const value = read(way.path);
    if (!/^[A-Za-z0-9._~-]+$/.test(value))
      throw new UsageError(`${where}: a secret in an address is made of letters, digits, ".", "_", "~" and "-" alone`);
    return { kind: 'path', secret: value };
  }
  if ('username' in way) return { kind: 'basic', username: way.username, password: read(way.password) };
  const { audience, email, keys = { url: googleKeys } } = way;
  return {
    kind: 'oidc',
    issuers: ['https://accounts.google.com', 'accounts.google.com'],
    audience,
    email,
    keys: 'file' in keys ? keysFromFile(keys.file) : keysFromUrl(keys.url, surroundings.env, surroundings.caFile),
  };
}
