/** The options file of the server, tare-server.yaml: what is listened to, asked and told. Heavy (loads `zod`). */
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { isLoopbackHost } from '../../image/reference.ts';
import { check } from '../../rules/parse.ts';
import { pattern, text } from '../../rules/schema.ts';
import { readYaml } from '../../rules/yaml.ts';
import { UsageError } from '../../types.ts';
import { gateSchema, milliseconds } from './gate/config.ts';
import { hooksSchema } from './hooks/config.ts';
import { secretSource } from './secret-source.ts';
import type { SecretSource } from './types.ts';
import { verdictsSchema } from './verdict/config.ts';

const size = z
  .string()
  .regex(/^\d{1,6}(?:MiB|GiB)$/, { error: 'a size is a number with MiB or GiB, such as 1GiB' })
  .transform((value) => Number.parseInt(value, 10) * (value.endsWith('GiB') ? 2 ** 30 : 2 ** 20));
const duration = z
  .string()
  .regex(/^\d{1,5}(?:s|m|h)$/, { error: 'a time is a number with s, m or h, such as 10m' })
  .transform(milliseconds);
const host = z
  .string()
  .max(255)
  .regex(/^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/, {
    error: 'a registry is a host in lower case, with a port where it has one, or *.example.com',
  });

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

const registry = z.strictObject({
  host: host.describe('Registry that may be asked, as references write it; *.example.com for all below it.'),
  private: z.boolean().default(false).describe('It may be at a loopback, private or link-local address.'),
  insecure: z.boolean().default(false).describe('It may be asked over plain HTTP.'),
});

/** tare-server.yaml. */
export const serverSchema = z.strictObject({
  version: z.literal(1).optional(),
  listen: text.optional().describe('Address and port; default 127.0.0.1:8080.'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address at which people reach the server, for links.'),
  proxies: z
    .array(text.max(64).refine(isNetwork, { error: 'a proxy is an IP address, or a network such as 10.0.0.0/8' }))
    .max(100)
    .optional()
    .describe('Reverse proxies whose X-Forwarded-For is believed: addresses, or networks.'),
  adminToken: secretSource.optional().describe('Token with every right, by which others are made.'),
  database: z
    .strictObject({
      url: secretSource.optional().describe('postgres:// address.'),
      folder: text.optional().describe('Folder of the embedded database, from this file’s folder.'),
    })
    .prefault({})
    .describe('PostgreSQL, or a folder for the embedded database.'),
  registries: z.array(registry).max(1000).default([]).describe('Registries that may be asked. No others are.'),
  registryCA: text.optional().describe('PEM file of certificate authorities that registries are trusted by.'),
  rulesets: z.array(text).max(20).default([]).describe('Your rulesets: files, folders, npm: or oci:…@sha256:….'),
  policy: text.optional().describe('Options file (tare.yaml) with gate, suppressions and trusted patterns.'),
  trusted: z.array(pattern).max(10_000).default([]).describe('Image patterns to trust beside the baseline’s.'),
  workers: z.int().min(0).max(64).optional().describe('Images graded at once in this process; default: the cores.'),
  scan: z
    .strictObject({
      memory: size.default(1 << 30).describe('Most memory of one scan process.'),
      time: duration.default(600_000).describe('Most time for one image.'),
    })
    .prefault({}),
  layerCache: size.default(4 * 2 ** 30).describe('Most bytes of analysed layers that are kept.'),
  hooks: hooksSchema.default([]),
  verdicts: verdictsSchema.prefault({}),
  gateListen: text.optional().describe('Address and port of the gate; default 127.0.0.1:5000.'),
  gate: gateSchema.optional(),
});
export type ServerFile = z.output<typeof serverSchema>;

/** schema/server.schema.json. */
export function serverJsonSchema(): Record<string, unknown> {
  return { title: 'tare server options', ...z.toJSONSchema(serverSchema, { io: 'input' }) };
}

/** What a command line may say over the file. */
export interface ServerFlags {
  config?: string;
  listen?: string;
  databaseUrl?: string;
  dataDir?: string;
  workers?: number;
  allowRegistries: readonly string[];
  /** The registry behind a gate. */
  upstream?: string;
}

/** Options in force, secrets and paths filled in. */
export interface ServerConfig extends Omit<ServerFile, 'listen' | 'gateListen' | 'adminToken' | 'database' | 'policy'> {
  listen: { host: string; port: number };
  gateListen: { host: string; port: number };
  adminToken: string | undefined;
  /** `given`: somebody asked for this one. */
  database: ({ url: string } | { folder: string }) & { given: boolean };
  policy: { text: string; file: string } | undefined;
  /** Paths in the file start here. */
  folder: string;
  secretOf(source: SecretSource): string;
}

const mostBytes = 1 << 20;
const defaultListen = '127.0.0.1:8080';
const defaultGate = '127.0.0.1:5000';

/** @throws UsageError, RulesetError with file, line and column. */
export function serverConfig(flags: ServerFlags, env: Record<string, string | undefined>): ServerConfig {
  const folder = flags.config === undefined ? resolve('.') : dirname(resolve(flags.config));
  const file = flags.config === undefined ? serverSchema.parse({}) : readServerFile(flags.config);
  const secretOf = (source: SecretSource): string => readSecret(source, env, folder);
  const { database, policy, listen, gateListen, adminToken, ...rest } = file;
  const gate = gateOf(flags.upstream, file.gate);
  const url = flags.databaseUrl ?? (database.url && secretOf(database.url));
  const data = flags.dataDir ?? (database.folder === undefined ? undefined : resolve(folder, database.folder));
  if (url !== undefined && data !== undefined)
    throw new UsageError('a PostgreSQL and a folder are two databases: give --database-url or --data-dir, not both');
  for (const name of flags.allowRegistries) {
    const given = host.safeParse(name);
    if (!given.success) throw new UsageError(`--allow-registry: ${given.error.issues[0]!.message}`);
  }
  return {
    ...rest,
    ...(file.registryCA !== undefined && { registryCA: resolve(folder, file.registryCA) }),
    folder,
    listen: parseListen(flags.listen ?? listen ?? defaultListen),
    adminToken: adminToken && strong(secretOf(adminToken), 'adminToken'),
    database:
      url === undefined ? { folder: data ?? resolve('tare-data'), given: data !== undefined } : { url, given: true },
    gateListen: parseListen((flags.upstream && flags.listen) ?? gateListen ?? defaultGate),
    ...(gate && { gate }),
    policy:
      policy === undefined
        ? undefined
        : { text: readText('options file', resolve(folder, policy)), file: resolve(folder, policy) },
    registries: [
      ...file.registries.map((one) => ({ ...one, private: one.private || isAddress(one.host) })),
      // Whoever starts the server names them one by one, and means them.
      ...flags.allowRegistries.map((name) => ({ host: name, private: isAddress(name), insecure: false })),
    ],
    ...(flags.workers !== undefined && { workers: flags.workers }),
    secretOf,
  };
}

/** The section with the registry that the command line names. */
function gateOf(upstream: string | undefined, section: ServerFile['gate']): ServerFile['gate'] {
  if (upstream === undefined) return section;
  const parsed = gateSchema.shape.upstream.safeParse(upstream);
  if (!parsed.success)
    throw new UsageError(
      `--upstream is the address of a registry such as https://registry.example.com, not "${upstream.slice(0, 80)}"`,
    );
  return section ? { ...section, upstream } : gateSchema.parse({ upstream });
}

function readServerFile(path: string): ServerFile {
  return check(serverSchema, readYaml(readText('options file', path), path));
}

/** A name that can only mean an address of that kind. */
function isAddress(name: string): boolean {
  const bare = name.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isIP(bare) > 0 || isLoopbackHost(name);
}

/** `host:port`, `[::1]:port` or `:port` for every address. */
function parseListen(value: string): { host: string; port: number } {
  const [, name, digits] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]*):(\d{1,5})$/i.exec(value) ?? [];
  if (digits === undefined || Number(digits) > 65_535)
    throw new UsageError(`an address to listen on is HOST:PORT such as ${defaultListen}, not "${value.slice(0, 80)}"`);
  return { host: name === '' ? '::' : name!.replace(/^\[|\]$/g, ''), port: Number(digits) };
}

function readSecret(source: SecretSource, env: Record<string, string | undefined>, folder: string): string {
  if ('env' in source) {
    const value = env[source.env];
    if (!value) throw new UsageError(`the variable ${source.env} is to hold a secret, and is not set`);
    return value;
  }
  const value = readText('secret', resolve(folder, source.file)).trim();
  if (value === '') throw new UsageError(`the file ${source.file} is to hold a secret, and is empty`);
  return value;
}

function strong(secret: string, what: string): string {
  if (secret.length < 24)
    throw new UsageError(`${what} is shorter than 24 characters; make a longer one (openssl rand -base64 32)`);
  return secret;
}

function readText(what: string, path: string): string {
  try {
    const { size: bytes } = statSync(path);
    if (bytes > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read the ${what} ${path}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}
