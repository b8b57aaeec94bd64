import { readFile } from 'node:fs/promises';
import { isRecord } from '../../../image/documents.ts';
import { readDocument } from '../../../source/registry/body.ts';
import { createTransport } from '../../../source/registry/transport.ts';
import { SourceError } from '../../../types.ts';

/** The public keys of one issuer. */
export interface KeySource {
  /** The key (RFC 7517) with this id, looked for anew where it is not known. @throws SourceError where keys cannot be had. */
  find(kid: string): Promise<Record<string, unknown> | undefined>;
}

/** Google's keys for the tokens of its services (OpenID Connect discovery of accounts.google.com, "jwks_uri"). */
export const googleKeys = 'https://www.googleapis.com/oauth2/v3/certs';

const documentLimit = 256 * 1024;
const keyLimit = 100;
/** A known key is believed for this long without asking. */
const freshMs = 3_600_000;
/** A known key is believed for this long where the issuer cannot be asked. */
const longestMs = 86_400_000;
/** After a failure, the issuer is left alone for this long. */
const failedMs = 5000;
/** Tokens with made-up key ids must not make us ask the issuer each time. */
const againMs = 60_000;

/**
 * Keys from a JSON Web Key Set: the text of `load` is asked for when it is needed, and kept for an hour. Where it cannot be
 * had meanwhile, known keys are believed for a day, and nobody is asked again for some seconds.
 */
export function createKeySource(load: () => Promise<string>, now: () => number = Date.now): KeySource {
  let keys = new Map<string, Record<string, unknown>>();
  let loadedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let underWay: Promise<void> | undefined;
  const refresh = async (): Promise<void> => {
    triedAt = now();
    try {
      keys = parseKeys(await load());
      loadedAt = now();
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  };
  return {
    async find(kid) {
      const pause = failure === undefined ? againMs : failedMs;
      const wanting = now() - loadedAt > freshMs || !keys.has(kid);
      if (underWay || (wanting && now() - triedAt > pause)) {
        underWay ??= refresh().finally(() => {
          underWay = undefined;
        });
        await underWay;
      }
      const known = now() - loadedAt > longestMs ? undefined : keys.get(kid);
      if (!known && failure !== undefined) throw failure;
      return known;
    },
  };
}

/** Keys from a file, read again when a token names one that it did not hold. */
export function keysFromFile(path: string): KeySource {
  return createKeySource(async () => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      throw new SourceError(
        `Cannot read the key set at ${path} (${(error as NodeJS.ErrnoException).code ?? 'error'}); check the path and its permissions`,
      );
    }
  });
}

/** Keys from an address that the operator chose. Proxies and authorities come from the environment given. */
export function keysFromUrl(url: string, env: Record<string, string | undefined>, caFile?: string): KeySource {
  return createKeySource(async () => {
    const signal = AbortSignal.timeout(15_000);
    const transport = createTransport(caFile ? { caFile } : {}, { env, signal });
    try {
      const response = await transport.send({
        method: 'GET',
        url: new URL(url),
        headers: { accept: 'application/json' },
      });
      const text = (await readDocument(response, transport, documentLimit, 'The key set')).toString('utf8');
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      return text;
    } catch (error) {
      const why = error instanceof Error && error.message.length < 60 ? ` (${error.message})` : '';
      throw new SourceError(
        `The key set at ${new URL(url).host} cannot be had${why}; check the network, or give a file`,
      );
    } finally {
      transport.close();
    }
  });
}

function parseKeys(text: string): Map<string, Record<string, unknown>> {
  let parsed: unknown;
  if (text.length <= documentLimit) {
    try {
      parsed = JSON.parse(text);
    } catch {
      // Said below.
    }
  }
  const list = isRecord(parsed) && Array.isArray(parsed['keys']) ? parsed['keys'].slice(0, keyLimit) : undefined;
  if (!list) throw new SourceError('The key set is not a JSON Web Key Set (RFC 7517); it needs a list named keys');
  const keys = new Map<string, Record<string, unknown>>();
  for (const key of list) if (isRecord(key) && typeof key['kid'] === 'string') keys.set(key['kid'], key);
  return keys;
}
