/** Images in a real registry (Debian's Distribution) for what is written beside them. */
import { createHash } from 'node:crypto';
import type { RegistryAccess } from '../../../../src/app/server/verdict/registry-access.ts';
import type { Digest } from '../../../../src/types.ts';
import type { Home } from '../../../e2e/setup/home.ts';
import { makeLayout } from '../../../e2e/setup/layout.ts';
import { skopeoCopy } from '../../../e2e/setup/skopeo.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';

/** Impatient, with a guard that lets this registry alone be asked. */
export function accessTo(host: string): RegistryAccess {
  return {
    options: {
      guard: { registries: [host], private: [host] },
      retry: { attempts: 2, baseMs: 1, maxMs: 100 },
      certsDirs: [],
    },
    env: { HOME: '/nonexistent' },
    signal: new AbortController().signal,
  };
}

/** Pushes an image of one empty layer with skopeo; `seed` makes it another one. The manifest's digest. */
export async function pushImage(
  home: Home,
  host: string,
  repository: string,
  tag: string,
  seed = 'a',
): Promise<Digest> {
  const name = `${repository}-${tag}-${seed}`.replaceAll('/', '-');
  const layout = makeLayout(home.path(name), [{ bytes: Buffer.alloc(1024) }], { config: { author: seed } });
  await skopeoCopy(home, `oci:${layout}`, `docker://${host}/${repository}:${tag}`, ['--dest-tls-verify=false']);
  const { digest } = (await manifestOf(host, repository, tag))!;
  return digest;
}

/** What stands under a tag or digest; undefined where nothing does. */
export async function manifestOf(host: string, repository: string, name: string) {
  const got = await fetch(`http://${host}/v2/${repository}/manifests/${name}`, {
    headers: { accept: `${manifestType}, ${indexType}` },
  });
  const bytes = Buffer.from(await got.arrayBuffer());
  if (got.status !== 200) return undefined;
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { digest, document: JSON.parse(bytes.toString()), type: got.headers.get('content-type') };
}

export async function tagsOf(host: string, repository: string): Promise<string[]> {
  const got = await fetch(`http://${host}/v2/${repository}/tags/list`);
  return ((await got.json()) as { tags?: string[] }).tags?.sort() ?? [];
}
