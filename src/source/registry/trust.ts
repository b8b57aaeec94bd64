import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { SourceError } from '../../types.ts';

type Environment = Record<string, string | undefined>;

/**
 * TLS settings for one host: extra certificate authorities from `caFile` and `<dir>/<host>/ca.crt` (any `*.crt`), and a
 * client certificate from a `*.cert` + `*.key` pair there (Docker documentation, "Verify repository client with
 * certificates"). Undefined where the platform's defaults serve. Throws SourceError for a file that cannot be used.
 */
export function secureContextFor(
  host: string,
  options: { caFile?: string | undefined; certsDirs?: readonly string[] | undefined },
  env: Environment,
): SecureContext | undefined {
  const authorities = options.caFile ? [readAuthorities(options.caFile)] : [];
  let client: { cert: string; key: string } | undefined;
  for (const folder of hostFolders(host, options.certsDirs ?? defaultCertsDirs(env))) {
    const names = list(folder);
    for (const name of names) if (name.endsWith('.crt')) authorities.push(readAuthorities(join(folder, name)));
    client ??= clientPair(folder, names);
  }
  if (authorities.length === 0 && !client) return undefined;
  try {
    return createSecureContext({
      ...(authorities.length > 0 ? { ca: [...rootCertificates, ...extraRoots(env), ...authorities] } : {}),
      ...(client ?? {}),
    });
  } catch {
    const where = options.caFile ?? `certs.d/${host}`;
    throw new SourceError(
      `The TLS files for ${host} (${where}) cannot be used; they must be PEM certificates and keys`,
    );
  }
}

function hostFolders(host: string, dirs: readonly string[]): string[] {
  // The host comes from a parsed URL, which admits no slash; "." and ".." would still climb.
  if (!/^[a-z0-9[][a-z0-9.:\]_-]*$/i.test(host) || host.includes('..')) return [];
  return dirs.map((dir) => join(dir, host));
}

function defaultCertsDirs(env: Environment): string[] {
  const home = env['HOME'] ?? homedir();
  return [
    '/etc/docker/certs.d',
    join(home, '.config/docker/certs.d'),
    '/etc/containers/certs.d',
    join(home, '.config/containers/certs.d'),
  ];
}

function clientPair(folder: string, names: string[]): { cert: string; key: string } | undefined {
  const cert = names.find((name) => name.endsWith('.cert') && names.includes(`${name.slice(0, -5)}.key`));
  if (!cert) return undefined;
  return {
    cert: readPem(join(folder, cert), 'the client certificate'),
    key: readPem(join(folder, `${cert.slice(0, -5)}.key`), 'the client key'),
  };
}

/** Giving `ca` replaces what Node trusts, NODE_EXTRA_CA_CERTS included: add it back. */
function extraRoots(env: Environment): string[] {
  const file = env['NODE_EXTRA_CA_CERTS'];
  return file && existsSync(file) ? [readAuthorities(file)] : [];
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Node passes over certificates that it cannot read; an authority that the user names must be one. */
function readAuthorities(file: string): string {
  const text = readPem(file, 'the certificate authority');
  const blocks =
    text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0) throw new Error('no certificate');
    for (const block of blocks) new X509Certificate(block);
  } catch {
    throw new SourceError(
      `${file} holds no certificate that can be used; give the authority's certificate in PEM form`,
    );
  }
  return text;
}

function readPem(file: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SourceError(
      `Cannot read ${what} at ${file} (${(error as NodeJS.ErrnoException).code ?? 'error'}); check the path and its permissions`,
    );
  }
  if (!text.includes('-----BEGIN '))
    throw new SourceError(`${what} at ${file} is not a PEM file; convert it with openssl x509 -outform pem`);
  return text;
}
