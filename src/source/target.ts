/** From what the user wrote to an opened source: an explicit scheme wins, else the target is found by looking. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OpenedSource, SourceContext } from '../image/model.ts';
import { SourceError, type SourceKind, UsageError } from '../types.ts';
import type { DockerOptions } from './docker.ts';
import type { RegistryOptions } from './registry/options.ts';

/** What each kind of source may be told. */
export interface TargetOptions {
  docker?: DockerOptions;
  registry?: RegistryOptions;
}

/**
 * Opens `scheme:rest`, `-` for standard input, a file, a layout folder, or an image reference (daemon first, then
 * registry). `docker-archive:PATH:NAME`, `oci-archive:PATH:NAME` and `oci-dir:PATH:NAME` select one image by name,
 * digest or `@position`.
 * @throws UsageError where the target cannot be meant, SourceError where it cannot be read.
 */
export async function openTarget(
  target: string,
  context: SourceContext,
  options: TargetOptions = {},
): Promise<OpenedSource> {
  if (target === '')
    throw new UsageError(
      'The target is empty; give an image, an archive or a folder, for example alpine:3.20 or app.tar',
    );
  if (target.includes('\0')) throw new UsageError('The target holds a NUL byte, which no name may');
  if (target === '-') return openStdin(context, undefined);
  const scheme = /^(docker|docker-archive|oci-archive|oci-dir|registry|rootfs|recipe|dockerfile):(.*)$/s.exec(target);
  if (scheme) return openScheme(scheme[1] as SourceKind, scheme[2]!, context, options);
  const found = await stat(target).catch(absent);
  if (found?.isFile()) return openFile(target, target, context);
  if (found?.isDirectory()) {
    const folder = await openFolder(target, context);
    if (folder) return folder;
  } else if (found) throw new SourceError(`${target} is neither a file nor a folder; pipe it and give - as the target`);
  else if (isPathLike(target)) throw missing(target);
  return openReference(target, context, options);
}

async function openScheme(
  kind: SourceKind,
  rest: string,
  context: SourceContext,
  options: TargetOptions,
): Promise<OpenedSource> {
  if (rest === '')
    throw new UsageError(
      `${kind}: needs a name after the colon, for example ${kind}:${kind === 'docker' || kind === 'registry' ? 'alpine:3.20' : 'PATH'}`,
    );
  if (kind === 'dockerfile') throw new DockerfileTarget(rest);
  if (kind === 'docker') {
    const { openDocker } = await import('./docker.ts');
    const opened = await openDocker(rest, context, { ...options.docker, required: true });
    if (opened) return opened;
    throw new SourceError(
      `No Docker Engine answers that holds ${rest}; start it, pull the image, or give registry:${rest}`,
    );
  }
  if (kind === 'registry') {
    const { openRegistry } = await import('./registry/open.ts');
    return openRegistry(rest, context, options.registry ?? {});
  }
  if (rest === '-' && (kind === 'docker-archive' || kind === 'oci-archive')) return openStdin(context, kind);
  const { path, wanted } = await splitSelection(rest, kind);
  const found = await stat(path);
  if (kind === 'rootfs') {
    const { openRootfs } = await import('./rootfs.ts');
    return openRootfs(path, rest, context);
  }
  if (kind === 'oci-dir') {
    if (!found.isDirectory()) throw new SourceError(`${path} is not a folder; give an archive as oci-archive:${path}`);
    const { openOciDir } = await import('./oci-dir.ts');
    return openOciDir(path, path, context, wanted);
  }
  if (!found.isFile())
    throw new SourceError(
      `${path} is not a file; give a layout folder as oci-dir:${path}, a root filesystem as rootfs:${path}`,
    );
  if (kind === 'recipe') return openRecipeFile(path);
  return openArchive(path, path, context, kind, wanted);
}

async function openFile(path: string, name: string, context: SourceContext): Promise<OpenedSource> {
  if (/\.image\.ya?ml$/.test(path)) return openRecipeFile(path);
  if (/^(?:Dockerfile|Containerfile)(?:\..*)?$|\.(?:Dockerfile|Containerfile)$/i.test(basename(path)))
    throw new DockerfileTarget(path);
  return openArchive(path, name, context, undefined, undefined);
}

async function openArchive(
  path: string,
  name: string,
  context: SourceContext,
  kind: SourceKind | undefined,
  wanted: string | undefined,
): Promise<OpenedSource> {
  const { sniffFile } = await import('./sniff.ts');
  const content = await sniffFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SourceError(`${name} cannot be read (${error.code ?? error.message})`);
  });
  if (content === 'empty') throw new SourceError(`${name} is an empty file; save the image again`);
  if (content === 'dockerfile') throw new DockerfileTarget(path);
  if (content === 'other')
    throw new SourceError(`${name} is no image archive: it is neither tar nor compressed with gzip, zstd or xz`);
  const selection = { ...(kind ? { kind } : {}), ...(wanted === undefined ? {} : { wanted }) };
  if (content === 'compressed') {
    const { openArchiveStream } = await import('./archive-stream.ts');
    const { size } = await stat(path);
    const again = (): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: 1 << 20 });
    return openArchiveStream(again(), context, { name, total: size, again, ...selection });
  }
  const { openArchiveFile } = await import('./archive-file.ts');
  const { openMedium } = await import('./images.ts');
  return openMedium(await openArchiveFile(path, name, context), context, selection);
}

/** Undefined where the name may as well be an image reference. */
async function openFolder(path: string, context: SourceContext): Promise<OpenedSource | undefined> {
  const names = new Set(await readdir(path));
  if (names.has('oci-layout') || names.has('index.json')) {
    const { openOciDir } = await import('./oci-dir.ts');
    return openOciDir(path, path, context, undefined);
  }
  if (['bin', 'etc', 'usr', 'lib'].filter((name) => names.has(name)).length >= 2) {
    throw new UsageError(`${path} looks like a root filesystem; say so with rootfs:${path}`);
  }
  if (!isPathLike(path)) return undefined;
  if (names.has('Dockerfile') || names.has('Containerfile'))
    throw new DockerfileTarget(join(path, names.has('Dockerfile') ? 'Dockerfile' : 'Containerfile'));
  throw new UsageError(
    `${path} is a folder without an OCI layout (no index.json); give a root filesystem as rootfs:${path}`,
  );
}

async function openReference(reference: string, context: SourceContext, options: TargetOptions): Promise<OpenedSource> {
  const { parseReference } = await import('../image/reference.ts');
  // 64 hex digits are an image id, which only a daemon knows: it is asked before the reference must make sense.
  if (!/^(?:sha256:)?[0-9a-f]{64}$/.test(reference)) parseReference(reference);
  const { openDocker } = await import('./docker.ts');
  const opened = await openDocker(reference, context, options.docker ?? {});
  if (opened) return opened;
  const { openRegistry } = await import('./registry/open.ts');
  return openRegistry(reference, context, options.registry ?? {});
}

async function openStdin(context: SourceContext, kind: SourceKind | undefined): Promise<OpenedSource> {
  const { openArchiveStream } = await import('./archive-stream.ts');
  return openArchiveStream(context.stdin(), context, { name: 'standard input', ...(kind ? { kind } : {}) });
}

async function openRecipeFile(path: string): Promise<OpenedSource> {
  const { openRecipe } = await import('./recipe.ts');
  return openRecipe(path);
}

/** `PATH:NAME` as skopeo writes it; a path that itself holds colons is taken whole where it exists. */
async function splitSelection(rest: string, kind: SourceKind): Promise<{ path: string; wanted?: string }> {
  if (await stat(rest).catch(absent)) return { path: rest };
  if (kind === 'docker-archive' || kind === 'oci-archive' || kind === 'oci-dir') {
    for (let at = rest.indexOf(':', 1); at > 0 && at < rest.length - 1; at = rest.indexOf(':', at + 1)) {
      const path = rest.slice(0, at);
      if (await stat(path).catch(absent)) return { path, wanted: rest.slice(at + 1) };
    }
  }
  throw missing(rest);
}

/** A target that is a Dockerfile: it holds no image, and is judged by its text. */
export class DockerfileTarget extends UsageError {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is a Dockerfile: tare lint reads it; to grade an image, build it and name that`);
    this.path = path;
  }
}

function isPathLike(target: string): boolean {
  return (
    /^(?:\.{1,2}$|\.{0,2}\/|~\/)/.test(target) ||
    /\.(?:tar|tgz|tzst|txz|tar\.[a-z0-9]{1,5}|ociarchive|image\.ya?ml)$/i.test(target)
  );
}

function missing(path: string): SourceError {
  return new SourceError(`${path} does not exist; check the path, or give an image in a registry as registry:NAME`);
}

/** For `stat`: what is not there is no error yet; a folder that may not be entered is. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG' || error.code === 'EINVAL')
    return undefined;
  throw new SourceError(`${error.path ?? 'The target'} cannot be read (${error.code ?? error.message})`);
}
