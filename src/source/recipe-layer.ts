/** One layer of a recipe: from its YAML to the bytes of a tar. */
import { gzipSync } from 'node:zlib';
import { digestOf } from '../image/documents.ts';
import { type Digest, SourceError } from '../types.ts';
import { capabilityBytes } from './recipe-capability.ts';
import { elfBytes } from './recipe-elf.ts';
import { type ApkPackage, apkDatabase, type DpkgPackage, dpkgDatabase } from './recipe-packages.ts';
import { bytes, list, misfit, mode, object, oneOf, type Read, record, string, textOr, whole } from './recipe-schema.ts';
import { type TarEntry, tarBytes } from './recipe-tar.ts';

/** One layer, as the YAML has it. */
export interface RecipeLayer {
  createdBy?: string;
  /** By absolute path; a trailing slash makes a folder. */
  files?: Map<string, RecipeFile>;
  /** Paths that the layer deletes, as whiteouts. */
  remove?: string[];
  /** Folders whose lower content the layer hides. */
  opaque?: string[];
  /** Makes what the manifest or config says of the layer wrong. */
  tamper?: 'diffID' | 'digest';
  compression?: 'none' | 'gzip';
  /** Writes a real database of installed packages. */
  packages?: { dpkg?: DpkgPackage[]; apk?: ApkPackage[] };
}

/** One file, folder or link. */
export interface RecipeFile {
  content?: string;
  /** Content that is not text. */
  base64?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  /** Seconds since 1970; 0 where absent. */
  mtime?: number;
  /** Content is padded with zero bytes to this length. */
  size?: number;
  /** Begins with a valid ELF header; `dynamic` names an interpreter. */
  elf?: 'static' | 'dynamic';
  /** Target of a symlink, as written. */
  link?: string;
  /** Target of a hardlink, an absolute path. Owner and mode that are not given are those of the target, as tar writes them. */
  hardlink?: string;
  /** As setcap writes it: `cap_net_raw+ep`. */
  capabilities?: string;
}

/** A layer’s bytes and the names that the manifest and the config give them. */
export interface BuiltLayer {
  bytes: Uint8Array;
  mediaType: string;
  /** As declared: wrong where the recipe tampers. */
  digest: Digest;
  diffID: Digest;
}

/** Bytes of files that a recipe may still make: all of it is built in memory. */
export interface RecipeBudget {
  left: number;
}

/** What a recipe starts with: samples and tests need some tens of megabytes. */
export const recipeBytes = 256 * 10 ** 6;

/** Builds the layer. @throws SourceError past the budget. */
export function layerBytes(layer: RecipeLayer, what: string, budget: RecipeBudget): BuiltLayer {
  const files = layer.files ?? new Map<string, RecipeFile>();
  const entries: TarEntry[] = [];
  const add = (path: string, file: RecipeFile): void => {
    budget.left -= contentLength(file);
    if (budget.left < 0)
      throw new SourceError(
        `${what} goes past the limit of ${recipeBytes} bytes for the files of a recipe; make them smaller`,
      );
    entries.push(fileEntry(path, file));
  };
  for (const [path, file] of files) add(path, file.hardlink ? linked(file, files) : file);
  for (const path of layer.remove ?? []) entries.push(marker(path, (folder, name) => `${folder}.wh.${name}`));
  for (const path of layer.opaque ?? [])
    entries.push(marker(path, (folder, name) => `${folder}${name ? `${name}/` : ''}.wh..wh..opq`));
  for (const [path, content] of dpkgDatabase(layer.packages?.dpkg ?? [])) add(path, { content });
  for (const [path, content] of apkDatabase(layer.packages?.apk ?? [])) add(path, { content });
  const tar = tarBytes(entries);
  const stored = layer.compression === 'gzip' ? gzipSync(tar) : tar;
  return {
    bytes: stored,
    mediaType: `application/vnd.oci.image.layer.v1.tar${layer.compression === 'gzip' ? '+gzip' : ''}`,
    digest: layer.tamper === 'digest' ? otherDigest(stored) : digestOf(stored),
    diffID: layer.tamper === 'diffID' ? otherDigest(tar) : digestOf(tar),
  };
}

/** Before anything of it is made. */
function contentLength({ content = '', base64, size = 0 }: RecipeFile): number {
  return Math.max(size, base64 === undefined ? Buffer.byteLength(content) : Buffer.byteLength(base64, 'base64'));
}

/** A hardlink with the owner and mode of its target, where this layer has it. */
function linked(link: RecipeFile, files: ReadonlyMap<string, RecipeFile>): RecipeFile {
  let target: RecipeFile | undefined = link;
  for (let hops = 0; target?.hardlink !== undefined && hops < 40; hops++) target = files.get(target.hardlink);
  const { uid, gid, mode: bits = target?.elf ? 0o755 : undefined } = target ?? {};
  return {
    ...(bits === undefined ? {} : { mode: bits }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...link,
  };
}

function fileEntry(path: string, file: RecipeFile): TarEntry {
  const name = path.replace(/^\/+/, '') || './';
  const common = { name, uid: file.uid ?? 0, gid: file.gid ?? 0, mtime: file.mtime ?? 0 };
  if (path.endsWith('/')) return { ...common, type: 'directory', mode: file.mode ?? 0o755 };
  if (file.link !== undefined) return { ...common, type: 'symlink', mode: file.mode ?? 0o777, linkname: file.link };
  if (file.hardlink !== undefined)
    return { ...common, type: 'hardlink', mode: file.mode ?? 0o644, linkname: file.hardlink.replace(/^\/+/, '') };
  let content: Uint8Array =
    file.base64 === undefined ? Buffer.from(file.content ?? '') : Buffer.from(file.base64, 'base64');
  if (file.elf) content = Buffer.concat([elfBytes(file.elf), content]);
  if (file.size !== undefined && file.size > content.byteLength)
    content = Buffer.concat([content, Buffer.alloc(file.size - content.byteLength)]);
  const entry: TarEntry = { ...common, type: 'file', mode: file.mode ?? (file.elf ? 0o755 : 0o644), content };
  if (file.capabilities !== undefined) entry.capability = capabilityBytes(file.capabilities);
  return entry;
}

function marker(path: string, naming: (folder: string, name: string) => string): TarEntry {
  const clean = path.replace(/^\/+|\/+$/g, '');
  const cut = clean.lastIndexOf('/') + 1;
  return {
    name: naming(clean.slice(0, cut), clean.slice(cut)),
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    content: new Uint8Array(),
  };
}

function otherDigest(bytes: Uint8Array): Digest {
  return digestOf(Buffer.concat([Buffer.from('tampered\n'), bytes]));
}

const absolute: Read<string> = (node, at) => {
  const path = string(node, at);
  if (!path.startsWith('/') || path.includes('\0')) throw misfit(node, at, 'must be an absolute path');
  return path;
};

const capabilities: Read<string> = (node, at) => {
  const text = string(node, at);
  try {
    capabilityBytes(text);
  } catch (error) {
    if (error instanceof SourceError) throw misfit(node, at, `does not fit: ${error.message}`);
    throw error;
  }
  return text;
};

const fields = object<RecipeFile>({
  content: string,
  base64: string,
  mode,
  uid: whole,
  gid: whole,
  mtime: whole,
  size: bytes,
  elf: oneOf('static', 'dynamic'),
  link: string,
  hardlink: absolute,
  capabilities,
});

/** A file; plain text stands for its content. */
const file: Read<RecipeFile> = textOr(
  (node, at) => ({ content: string(node, at) }),
  (node, at) => {
    const read = fields(node, at);
    const kinds = (['content', 'base64', 'link', 'hardlink'] as const).filter((key) => read[key] !== undefined);
    if (kinds.length > 1) throw misfit(node, at, `has both ${kinds.join(' and ')}`);
    return read;
  },
);

const files: Read<Map<string, RecipeFile>> = (node, at) => {
  const map = record(file)(node, at);
  for (const path of map.keys()) {
    if (!path.startsWith('/') || path.includes('\0'))
      throw misfit(at.node, at, `has the path ${JSON.stringify(path)}, which is not absolute`);
  }
  return map;
};

function named<T extends { name: string; version: string }>(read: Read<Partial<T>>): Read<T> {
  return (node, at) => {
    const entry = read(node, at);
    if (!entry.name || !entry.version) throw misfit(node, at, 'needs a name and a version');
    return entry as T;
  };
}

const packageFields = {
  name: string,
  version: string,
  arch: string,
  source: string,
  files: list(absolute),
  depends: list(string),
};

/** Reads one layer of a recipe. */
export const readLayer: Read<RecipeLayer> = object<RecipeLayer>({
  createdBy: string,
  files,
  remove: list(absolute),
  opaque: list(absolute),
  tamper: oneOf('diffID', 'digest'),
  compression: oneOf('none', 'gzip'),
  packages: object<NonNullable<RecipeLayer['packages']>>({
    dpkg: list(
      named(
        object<DpkgPackage>({
          ...packageFields,
          status: string,
          essential: oneOf('yes', 'no'),
          section: string,
          priority: string,
          installedSize: whole,
        }),
      ),
    ),
    apk: list(named(object<ApkPackage>({ ...packageFields, licence: string, installedSize: whole }))),
  }),
});
