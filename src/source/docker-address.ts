import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SourceError } from '../types.ts';

type Environment = Record<string, string | undefined>;

/** A daemon's address. `from` says in words where it was found. */
export type DaemonAddress = { from: string } & (
  | { kind: 'socket'; path: string }
  /** `tls`: a folder with ca.pem, cert.pem, key.pem (each may be absent), or true for the platform's authorities. */
  | { kind: 'tcp'; host: string; port: number; tls?: string | true }
  | { kind: 'ssh'; destination: string; port?: number; path?: string }
);

/**
 * Where Docker's own client would look (Docker CLI reference, "Environment variables", "docker context"): the option,
 * DOCKER_HOST, DOCKER_CONTEXT, the current context, else the sockets of Docker, rootless Docker, Docker Desktop and
 * Podman that exist. @throws SourceError where an address or context is named that cannot be used.
 */
export async function daemonAddresses(
  env: Environment,
  options: { host?: string; context?: string },
): Promise<DaemonAddress[]> {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker');
  const host = options.host ?? (options.context ? undefined : env['DOCKER_HOST'] || undefined);
  if (host) {
    const from = options.host ? 'the option' : 'DOCKER_HOST';
    const verifies = Boolean(env['DOCKER_TLS_VERIFY'] || env['DOCKER_CERT_PATH']);
    return [parseAddress(host, from, verifies ? env['DOCKER_CERT_PATH'] || folder : undefined)];
  }
  const context = options.context ?? (env['DOCKER_CONTEXT'] || (await currentContext(folder)));
  if (context && context !== 'default') return [await contextAddress(context, folder)];
  const found: DaemonAddress[] = [];
  for (const path of defaultSockets(env, home)) {
    if (await isSocket(path)) found.push({ kind: 'socket', path, from: 'its usual place' });
  }
  return found;
}

/** How an address is written, without what may be private. */
export function formatAddress(address: DaemonAddress): string {
  if (address.kind === 'socket') return `unix://${address.path}`;
  if (address.kind === 'ssh') return `ssh://${address.destination}`;
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Cheap: says no before anything heavy is loaded. */
export async function isSocket(path: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  return stat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
}

function defaultSockets(env: Environment, home: string): string[] {
  if (process.platform === 'win32') return ['//./pipe/docker_engine'];
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
}

function parseAddress(text: string, from: string, certificates: string | undefined): DaemonAddress {
  const unusable = (why: string): SourceError =>
    new SourceError(
      `The Docker address in ${from} ${why}; write for example unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host`,
    );
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(text);
  if (local) return { kind: 'socket', path: local[1]!, from };
  const full = text.includes('://') ? text : `tcp://${text}`;
  const scheme = full.slice(0, full.indexOf('://'));
  // "tcp" is no scheme that URL knows: it would not read the port.
  const url = URL.canParse(`http${full.slice(scheme.length)}`)
    ? new URL(`http${full.slice(scheme.length)}`)
    : undefined;
  if (!url?.hostname) throw unusable('cannot be read');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port ? Number(url.port) : undefined;
  if (scheme === 'ssh') {
    const user = decodeURIComponent(url.username);
    if (url.password) throw unusable('holds a password, which ssh does not take');
    if (!/^[A-Za-z0-9._:][A-Za-z0-9._:-]*$/.test(host) || !/^(?:[A-Za-z0-9._][A-Za-z0-9._-]*)?$/.test(user))
      throw unusable('has an unusual user or host');
    const path = url.pathname === '/' ? undefined : url.pathname;
    return {
      kind: 'ssh',
      destination: user ? `${user}@${host}` : host,
      from,
      ...(port ? { port } : {}),
      ...(path ? { path } : {}),
    };
  }
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') throw unusable('has an unknown scheme');
  const tls = certificates ?? (scheme === 'https' || port === 2376 ? true : undefined);
  return { kind: 'tcp', host, port: port ?? (tls ? 2376 : 2375), from, ...(tls ? { tls } : {}) };
}

async function currentContext(folder: string): Promise<string | undefined> {
  const config = await readJson(join(folder, 'config.json'));
  const name = config?.['currentContext'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Docker stores a context under the sha256 of its name (docker/cli, cli/context/store). */
async function contextAddress(name: string, folder: string): Promise<DaemonAddress> {
  const shown = name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts/meta', id, 'meta.json'));
  const endpoints = meta?.['Endpoints'] as { docker?: { Host?: unknown } } | undefined;
  const host = endpoints?.docker?.Host;
  if (typeof host !== 'string') {
    throw new SourceError(
      `The docker context "${shown}" does not exist or names no host; docker context ls shows those there are`,
    );
  }
  const certificates = join(folder, 'contexts/tls', id, 'docker');
  const hasTls = await stat(certificates).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return parseAddress(host, `the docker context "${shown}"`, hasTls ? certificates : undefined);
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    if ((await stat(file)).size > 1024 * 1024) return undefined;
    const document: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
