import { SourceError } from '../../types.ts';
import type { CredentialSearch } from './credentials.ts';
import { TransportError } from './transport.ts';

/** An answer that is not what was asked for. Only OCI's error code is kept of its body: the rest is the registry's own text. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly status: number;
  readonly host: string;
  readonly retryAfter: string | undefined;
  /** `MANIFEST_UNKNOWN`, `DENIED` … (distribution-spec, "Error Codes"). */
  readonly code: string | undefined;

  constructor(status: number, host: string, retryAfter?: string, code?: string) {
    super(`status ${status}`);
    this.status = status;
    this.host = host;
    this.retryAfter = retryAfter;
    this.code = code;
  }
}

/** What was asked for, for the sentence that says it failed. */
export interface Asked {
  registry: string;
  repository: string;
  /** `tag 3.20`, `layer sha256:…`. */
  what: string;
  search: CredentialSearch | undefined;
  /** It was to be written there, not only read. */
  writes?: boolean;
}

/** One sentence for a failure: what, where, and what would mend it; the failure is its cause. Anything unexpected is returned as it came. */
export function explain(error: unknown, asked: Asked): unknown {
  if (error instanceof RefusedError) return new SourceError(refused(error, asked), { cause: error });
  if (error instanceof TransportError) return new SourceError(unreachable(error, asked), { cause: error });
  return error;
}

/** Whether what failed may well succeed in a minute: nobody answered, or not now, or does not know it yet. */
export function mayPass(error: unknown): boolean {
  const { cause } = (error ?? {}) as { cause?: unknown };
  if (cause instanceof TransportError) return !isUntrusted(cause.code) && !isNotTls(cause.code);
  return cause instanceof RefusedError && (cause.status >= 500 || [404, 408, 425, 429].includes(cause.status));
}

function refused(error: RefusedError, asked: Asked): string {
  const at = error.host === asked.registry ? asked.registry : `${asked.registry} (${error.host})`;
  const image = `${asked.repository}, ${asked.what}`;
  const during = asked.writes ? 'while writing to' : 'while fetching';
  switch (error.status) {
    case 401:
    case 403:
      return `${at} denies access to ${image} (${error.status}): ${access(asked)}`;
    case 404:
      if (error.code === 'NAME_UNKNOWN') return `${at} has no repository ${asked.repository} (404); check its name`;
      return `${at} has no ${asked.what} in ${asked.repository} (404); check the repository and the tag`;
    case 429: {
      const seconds = /^\d{1,9}$/.test(error.retryAfter ?? '') ? ` for ${error.retryAfter} seconds` : '';
      const signIn = asked.search?.credential ? '' : ' or sign in with docker login, which often raises the limit';
      return `${at} allows no more requests${seconds} (429) ${during} ${image}; wait${signIn}`;
    }
    default:
      if (error.status >= 500)
        return `${at} failed (${error.status}) ${during} ${image}; try again later or ask its operator`;
      return `${at} answered ${error.status} ${during} ${image}; check that it is an OCI registry`;
  }
}

function access(asked: Asked): string {
  const { credential, looked = [], problems = [] } = asked.search ?? {};
  const hub = asked.registry === 'docker.io' ? '' : ` ${asked.registry}`;
  const login = `run docker login${hub} or set TARE_REGISTRY_USERNAME and TARE_REGISTRY_PASSWORD`;
  const trouble = problems.length > 0 ? ` (${problems.slice(0, 3).join('; ')})` : '';
  if (credential)
    return `the credential from ${credential.from} was not accepted; check that it may ${asked.writes ? 'push and delete' : 'pull'}, or ${login}`;
  const where = looked.length > 0 ? ` in ${looked.join(', ')}` : '';
  return `no credential for it was found${where}${trouble}; check the name, or ${login}`;
}

function unreachable(error: TransportError, asked: Asked): string {
  const { code, host, proxy } = error;
  const to = proxy ? `${host} through the proxy ${proxy}` : host;
  const proxyHint = proxy
    ? 'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY'
    : 'check the host, the network, or set HTTPS_PROXY';
  const during = `${asked.writes ? 'while writing to' : 'while fetching'} ${asked.repository}, ${asked.what}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `Cannot find ${to} by name (${code}); ${proxyHint}`;
  if (code === 'ECONNREFUSED')
    return `${to} accepts no connection (ECONNREFUSED); check host and port, and that the registry runs`;
  if (code === 'ETIMEDOUT') return `Cannot connect to ${to} in time; ${proxyHint}`;
  if (code === 'EIDLE' || code === 'ESTALLED') return `${to} stopped sending ${during}; try again, or a nearer mirror`;
  if (code === 'EPROXYAUTH') return `The proxy ${proxy} wants a user and a password (407); put them into the proxy URL`;
  if (code === 'EPROXY') return `The proxy ${proxy} refuses to connect to ${host}; ${proxyHint}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The TLS certificate of ${host} is for another host name; use the name in the certificate, or have it issued anew`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `The TLS certificate of ${host} has expired; its operator must renew it`;
  if (isUntrusted(code)) {
    return `The TLS certificate of ${host} is not signed by an authority known here (${code}); give that authority's certificate with --registry-ca FILE`;
  }
  if (isNotTls(code)) {
    return `${host} does not speak TLS as expected (${code}); if it is a plain-HTTP registry, allow it with --insecure-registry ${host}`;
  }
  return `The connection to ${to} broke (${code}) ${during}; try again`;
}

function isUntrusted(code: string): boolean {
  return /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE/.test(code);
}

/** What OpenSSL says when the other side answers in plain HTTP. */
export function isNotTls(code: string): boolean {
  return code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG';
}
