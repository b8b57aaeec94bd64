/**
 * What images that were scanned set by themselves, by name: a lint of a Dockerfile that stands on one of them needs no daemon and
 * no network to know it. Notes lie beside the layer cache, for their owner alone; environment and labels are not in them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Distro, Reference } from '../types/facts.ts';
import type { ContainerConfig, Digest, ImageConfig, Platform } from '../types.ts';
import { parseImageConfig } from './config.ts';
import { isDigest } from './documents.ts';
import { defaultLimits } from './limits.ts';
import type { AnalysedImage } from './model.ts';
import { isOwnFolder, makeOwnFolder } from './own-folder.ts';

export interface ImageNote {
  platform: Platform;
  container: ContainerConfig;
  distro?: Distro;
  /** By which its registry knows what the name stood for then: of the index, where there is one. */
  digest?: Digest;
}

const folderName = 'images';
const format = 1;
const mostNotes = 500;
const mostBytes = 1 << 20;

/** Makes notes of what a scan reads, where it has a cache. A note that cannot be written costs a later lint an answer, and this run nothing. */
export function noting<T extends { distro: Distro | null }, A extends unknown[]>(
  dir: string | undefined,
  make: (image: AnalysedImage, ...rest: A) => T,
): (image: AnalysedImage, ...rest: A) => T {
  return (image, ...rest) => {
    const made = make(image, ...rest);
    if (dir !== undefined && (image.kind === 'registry' || image.kind === 'docker')) {
      try {
        write(dir, image, made.distro);
      } catch {
        // See above.
      }
    }
    return made;
  };
}

/** What is noted of a name for a platform. Undefined where nothing is, or where others could have written it. */
export async function recallImage(
  dir: string,
  reference: Reference,
  platform: Platform,
): Promise<ImageNote | undefined> {
  try {
    const file = join(dir, folderName, nameOf(reference, platform));
    if (!isOwnFolder(dir, folderName) || (await stat(file)).size > mostBytes) return undefined;
    const { config, distro, digest } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const parsed = parseImageConfig(Buffer.from(JSON.stringify(config)), 'a note', 0, defaultLimits).config;
    return {
      platform: parsed.platform,
      container: parsed.container,
      ...(isDistro(distro) && { distro }),
      ...(isDigest(digest) && { digest }),
    };
  } catch {
    return undefined;
  }
}

function write(dir: string, { config, origin }: AnalysedImage, distro: Distro | null): void {
  const opened = makeOwnFolder(dir, folderName);
  // What the layer cache says of the same folder is enough.
  if ('refused' in opened) return;
  const folder = opened.path;
  for (const reference of origin.references.slice(0, 10)) {
    const digest =
      reference.digest ??
      origin.resolved ??
      origin.references.find(
        (other) => other.digest && other.registry === reference.registry && other.repository === reference.repository,
      )?.digest;
    const text = JSON.stringify({ config: documentOf(config), ...(distro && { distro }), ...(digest && { digest }) });
    if (text.length > mostBytes) continue;
    // A file that is pinned to it by this very run asks for it by its digest.
    for (const name of [reference, ...(digest ? [{ ...reference, digest }] : [])]) {
      const file = join(folder, nameOf(name, config.platform));
      const part = `${file}.${randomBytes(4).toString('hex')}.tmp`;
      writeFileSync(part, text, { mode: 0o600, flag: 'wx' });
      renameSync(part, file);
    }
  }
  prune(folder);
}

/** The form of the OCI image-spec, so that it is read like any config. */
function documentOf({ platform, container }: ImageConfig): object {
  const { user, entrypoint, cmd, workingDir, exposedPorts, volumes, shell } = container;
  const set = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));
  return {
    ...platform,
    config: {
      ...{ User: user, Entrypoint: entrypoint, Cmd: cmd, WorkingDir: workingDir, Shell: shell },
      ...{ ExposedPorts: set(exposedPorts), Volumes: set(volumes) },
    },
    rootfs: { type: 'layers', diff_ids: [] },
  };
}

function nameOf({ registry, repository, tag, digest }: Reference, { os, architecture, variant }: Platform): string {
  const plain = variant === 'v8' && architecture === 'arm64' ? undefined : variant;
  const key = [
    format,
    registry,
    repository,
    digest ? '' : (tag ?? 'latest'),
    digest ?? '',
    os,
    architecture,
    plain ?? '',
  ];
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}

function prune(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= mostNotes) return;
  const aged = names.map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }));
  aged.sort((a, b) => a.at - b.at);
  for (const { path } of aged.slice(0, names.length - mostNotes)) rmSync(path, { force: true });
}

function isDistro(value: unknown): value is Distro {
  if (value === null || typeof value !== 'object') return false;
  const { id, name, versionId, prettyName, idLike, distroless } = value as Record<string, unknown>;
  return (
    [id, name, versionId, prettyName].every((text) => typeof text === 'string') &&
    Array.isArray(idLike) &&
    idLike.every((text) => typeof text === 'string') &&
    typeof distroless === 'boolean'
  );
}
