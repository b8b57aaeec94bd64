import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { askHelper } from './credential-helper.ts';
import { defaultTimeouts, type RegistryOptions } from './options.ts';

/** What a registry is shown. `from` says where it was found, in words fit for an error message. */
export type Credential = { from: string } & (
  | { kind: 'password'; username: string; password: string }
  /** An OAuth2 refresh token, exchanged for access tokens (distribution, "Oauth2 token authentication"). */
  | { kind: 'identity'; token: string }
  /** A bearer token for the registry itself. */
  | { kind: 'bearer'; token: string }
);

/** What was found, and what an error message needs to say where it was looked for. */
export interface CredentialSearch {
  credential?: Credential;
  /** Files that were looked at. */
  looked: string[];
  /** What stood in the way: a config that is not JSON, a helper that is missing. */
  problems: string[];
}

const configLimit = 1024 * 1024;

/**
 * Finds the credential for one registry host and repository: options, then REGISTRY_AUTH_FILE, Docker's config.json
 * (DOCKER_CONFIG), and Podman's auth.json. In each file credHelpers, credsStore and auths are tried in this order, the
 * most specific key first (containers-auth.json(5)). Never throws: problems are told where access is then denied.
 */
export async function findCredential(
  host: string,
  repository: string,
  options: RegistryOptions & { isTarget: boolean },
  context: { env: Record<string, string | undefined>; signal: AbortSignal },
): Promise<CredentialSearch> {
  const search: CredentialSearch = { looked: [], problems: [] };
  if (options.isTarget && options.password !== undefined) {
    const { username = '', password } = options;
    search.credential = {
      from: 'TARE_REGISTRY_USERNAME and TARE_REGISTRY_PASSWORD',
      kind: 'password',
      username,
      password,
    };
    return search;
  }
  for (const file of configFiles(context.env)) {
    const config = await readConfig(file, search);
    if (!config) continue;
    search.looked.push(file);
    const credential =
      (await fromHelpers(config, host, file, options, context, search)) ?? fromAuths(config, host, repository, file);
    if (credential) {
      search.credential = credential;
      break;
    }
  }
  return search;
}

/** Docker Hub's name in configs; any other registry goes by its host. */
function serverName(host: string): string {
  return isDockerHub(host) ? 'https://index.docker.io/v1/' : host;
}

function isDockerHub(host: string): boolean {
  return host === 'docker.io' || host === 'index.docker.io' || host === 'registry-1.docker.io';
}

function configFiles(env: Record<string, string | undefined>): string[] {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  const files = [
    env['REGISTRY_AUTH_FILE'],
    join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'),
    env['XDG_RUNTIME_DIR'] && join(env['XDG_RUNTIME_DIR'], 'containers/auth.json'),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'),
  ];
  return [...new Set(files.filter((file): file is string => Boolean(file)))];
}

async function readConfig(file: string, search: CredentialSearch): Promise<Record<string, unknown> | undefined> {
  try {
    const { size } = await stat(file);
    if (size > configLimit) {
      search.problems.push(`${file} is larger than ${configLimit} bytes and was not read`);
      return undefined;
    }
    const config: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isObject(config)) return config;
    search.problems.push(`${file} is not a JSON object`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      // The message of a JSON error quotes the text, which may be a password.
      search.problems.push(code ? `${file} cannot be read (${code})` : `${file} is not valid JSON`);
    }
  }
  return undefined;
}

async function fromHelpers(
  config: Record<string, unknown>,
  host: string,
  file: string,
  options: RegistryOptions,
  context: { env: Record<string, string | undefined>; signal: AbortSignal },
  search: CredentialSearch,
): Promise<Credential | undefined> {
  const helpers = isObject(config['credHelpers']) ? config['credHelpers'] : {};
  const key = Object.keys(helpers).find((candidate) => keyMatches(candidate, host) === '');
  const names = [key === undefined ? undefined : helpers[key], config['credsStore']];
  for (const name of names) {
    if (typeof name !== 'string' || name === '') continue;
    const timeoutMs = options.timeouts?.helper ?? defaultTimeouts.helper;
    const answer = await askHelper(name, serverName(host), { env: context.env, timeoutMs, signal: context.signal });
    const from = `docker-credential-${name} (${file})`;
    if (answer.found) {
      return answer.username === '<token>'
        ? { from, kind: 'identity', token: answer.secret }
        : { from, kind: 'password', username: answer.username, password: answer.secret };
    }
    if (answer.problem) search.problems.push(answer.problem);
  }
  return undefined;
}

function fromAuths(
  config: Record<string, unknown>,
  host: string,
  repository: string,
  file: string,
): Credential | undefined {
  if (!isObject(config['auths'])) return undefined;
  let best: { credential: Credential; length: number } | undefined;
  for (const [key, entry] of Object.entries(config['auths'])) {
    const scope = keyMatches(key, host);
    if (scope === undefined || !isObject(entry)) continue;
    if (scope !== '' && repository !== scope && !repository.startsWith(`${scope}/`)) continue;
    const credential = readEntry(entry, file);
    if (credential && (!best || scope.length > best.length)) best = { credential, length: scope.length };
  }
  return best?.credential;
}

/** Whether a config key names this host: undefined if not, else the repository prefix that it is limited to (Podman). */
function keyMatches(key: string, host: string): string | undefined {
  const bare = key.replace(/^https?:\/\//i, '');
  const slash = bare.indexOf('/');
  const name = (slash < 0 ? bare : bare.slice(0, slash)).toLowerCase();
  if (name !== host && !(isDockerHub(name) && isDockerHub(host))) return undefined;
  const path = slash < 0 ? '' : bare.slice(slash + 1).replace(/\/+$/, '');
  return path === 'v1' || path === 'v2' ? '' : path;
}

function readEntry(entry: Record<string, unknown>, file: string): Credential | undefined {
  const from = file;
  const text = (name: string): string => (typeof entry[name] === 'string' ? (entry[name] as string) : '');
  if (text('identitytoken')) return { from, kind: 'identity', token: text('identitytoken') };
  if (text('registrytoken')) return { from, kind: 'bearer', token: text('registrytoken') };
  if (text('auth')) {
    const pair = Buffer.from(text('auth'), 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    // Docker pads the password with NULs where its length was fixed.
    if (colon > 0)
      return {
        from,
        kind: 'password',
        username: pair.slice(0, colon),
        password: pair.slice(colon + 1).replace(/\0+$/, ''),
      };
  }
  if (text('username') && text('password'))
    return { from, kind: 'password', username: text('username'), password: text('password') };
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
