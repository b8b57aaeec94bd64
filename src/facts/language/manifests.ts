/** Manifests of language packages: who they are is told by their names, what they say by their ecosystem's reader. */
import type { LayerCollector } from '../../image/collector.ts';
import { baseName, folderOf, utf8 } from '../text.ts';
import { readInstalled } from './composer.ts';
import { readDepsJson } from './dotnet.ts';
import { readGemspec } from './gem.ts';
import { readGemfile, readGemfileLock } from './gemfile.ts';
import type { Manifest } from './manifest.ts';
import { isPackageFolder, readPackageJson, readPackageLock, readPnpmLock } from './npm.ts';
import { readGroupLock, readMetadata, readPipfileLock, readRecord } from './python.ts';

/** How a file is read, and how much of it. */
interface Reader {
  bytes: number;
  /** The beginning says enough: a longer file is not left out. */
  head?: true;
  read(path: string, text: string): Manifest | undefined;
}

const small = 1 << 20;
const large = 16 << 20;
const packageJson: Reader = { bytes: small, read: readPackageJson };
const packageLock: Reader = { bytes: large, read: readPackageLock };
const composer: Reader = { bytes: large, read: (_path, text) => readInstalled(text) };
const dotnet: Reader = { bytes: large, read: (_path, text) => readDepsJson(text) };
const metadata: Reader = { bytes: 64 << 10, head: true, read: (_path, text) => readMetadata(text) };
const record: Reader = { bytes: large, head: true, read: (_path, text) => readRecord(text) };
const gemspec: Reader = { bytes: small, head: true, read: (_path, text) => readGemspec(text) };
const pnpmLock: Reader = { bytes: large, read: (_path, text) => readPnpmLock(text) };
const pipfileLock: Reader = { bytes: large, read: (_path, text) => readPipfileLock(text) };
const groupLock: Reader = { bytes: large, read: (_path, text) => readGroupLock(text) };
const gemfile: Reader = { bytes: small, read: (_path, text) => readGemfile(text) };
const gemfileLock: Reader = { bytes: large, read: (_path, text) => readGemfileLock(text) };

/** Files whose packages are kept, in one layer: past it the rest is named as cut. */
const mostManifests = 200_000;

/** Keeps names, versions and licences of installed packages, and what lock files mark as for development. */
export const manifestsCollector: LayerCollector<Manifest> = limited(mostManifests);

function limited(most: number): LayerCollector<Manifest> {
  let left = most;
  return {
    id: 'language-manifests',
    version: 2,
    begin: () => limited(most),
    wants: ({ path, type, size }) => {
      if (type !== 'file' || size === 0) return undefined;
      const reader = readerOf(path);
      return reader && { kind: 'head', bytes: reader.bytes };
    },
    take: ({ path }, { bytes, truncated }) => {
      if (left === 0) return undefined;
      const reader = readerOf(path)!;
      if (truncated && !reader.head) return { e: 'npm', cut: true };
      const found = reader.read(path, utf8(bytes));
      if (found && --left === 0) found.cut = true;
      return found;
    },
  };
}

/** By the last letter first: run for every entry of every layer. */
function readerOf(path: string): Reader | undefined {
  switch (path.charCodeAt(path.length - 1)) {
    case 0x6e: // …n
      return path.endsWith('.json') ? jsonReader(path) : undefined;
    case 0x41: // METADATA
      return path.endsWith('/METADATA') && isInfoFolder(path, 'dist-info') ? metadata : undefined;
    case 0x4f: // PKG-INFO
      return path.endsWith('/PKG-INFO') && isInfoFolder(path, 'egg-info') ? metadata : undefined;
    case 0x44: // RECORD
      return path.endsWith('/RECORD') && isInfoFolder(path, 'dist-info') ? record : undefined;
    case 0x6f: // NAME.egg-info
      return path.endsWith('.egg-info') ? metadata : undefined;
    case 0x63: // NAME.gemspec
      return path.endsWith('.gemspec') && path.includes('specifications/') ? gemspec : undefined;
    case 0x65: // Gemfile
      return baseName(path) === 'Gemfile' ? gemfile : undefined;
    case 0x6b: // …k
      return path.endsWith('.lock') ? lockReader(path) : undefined;
    case 0x6c: // …l
      return path.endsWith('pnpm-lock.yaml') || path.endsWith('node_modules/.pnpm/lock.yaml') ? pnpmLock : undefined;
    default:
      return undefined;
  }
}

function jsonReader(path: string): Reader | undefined {
  const name = baseName(path);
  if (name === 'package.json')
    return !path.includes('node_modules/') || isPackageFolder(folderOf(path)) ? packageJson : undefined;
  if (name === '.package-lock.json') return packageLock;
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json')
    return path.includes('node_modules/') ? undefined : packageLock;
  if (name === 'installed.json') return path.endsWith('composer/installed.json') ? composer : undefined;
  return name.endsWith('.deps.json') ? dotnet : undefined;
}

function lockReader(path: string): Reader | undefined {
  switch (baseName(path)) {
    case 'Gemfile.lock':
      return gemfileLock;
    case 'Pipfile.lock':
      return pipfileLock;
    case 'poetry.lock':
    case 'pdm.lock':
      return groupLock;
    default:
      return undefined;
  }
}

/** A folder that pip or setuptools made: `NAME-VERSION.dist-info`, in any case, or without a name. */
function isInfoFolder(path: string, kind: string): boolean {
  return folderOf(path).toLowerCase().endsWith(kind);
}
