/** Files that say which version of a language's runtime stands beside them. */
import type { ContentSink, LayerCollector, Want } from '../../image/collector.ts';
import type { RuntimeName } from '../../types/inventory.ts';
import { baseName, detach, latin1 } from '../text.ts';

/** What one file says; `at` is the folder that the runtime is installed in. */
export interface RuntimeMark {
  n: RuntimeName;
  v: string;
  at: string;
  kit?: true;
}

/** A file that is known by its name, where in its path the installation's folder ends, and how its version is read. */
interface Marker {
  n: RuntimeName;
  bytes: number;
  /** The folder of the installation; undefined where the path is another. */
  at(path: string): string | undefined;
  version(text: string): string | undefined;
  kit?: true;
}

const before = (mark: string) => (path: string) => {
  const cut = `/${path}`.lastIndexOf(mark);
  return cut < 0 ? undefined : path.slice(0, Math.max(0, cut - 1));
};
const first = (pattern: RegExp) => (text: string) => pattern.exec(text)?.[1];

const markers = new Map<string, Marker>([
  ['node_version.h', { n: 'node', bytes: 8192, at: before('/include/node/'), version: nodeVersion }],
  [
    'patchlevel.h',
    {
      n: 'python',
      bytes: 8192,
      at: before('/include/python'),
      version: first(/#define PY_VERSION\s{1,32}"([\w.+-]{1,64})"/),
    },
  ],
  ['release', { n: 'java', bytes: 8192, at: before('/release'), version: first(/^JAVA_VERSION="?([\w.+-]{1,64})"?/m) }],
  ['rbconfig.rb', { n: 'ruby', bytes: 64 << 10, at: before('/lib/'), version: rubyVersion }],
  [
    'php_version.h',
    { n: 'php', bytes: 4096, at: before('/include/php/'), version: first(/PHP_VERSION "([\w.+-]{1,64})"/) },
  ],
  [
    'VERSION',
    { n: 'go', bytes: 256, kit: true, at: before('/VERSION'), version: first(/^go(\d[\w.-]{0,64})(?:\s|$)/) },
  ],
  [
    'multirust-channel-manifest.toml',
    {
      n: 'rust',
      bytes: 4 << 20,
      kit: true,
      at: before('/lib/rustlib/'),
      version: first(/\[pkg\.rustc\]\s{1,4}version = "(\d[\w.-]{0,64})/),
    },
  ],
  ['OTP_VERSION', { n: 'erlang', bytes: 256, at: before('/releases/'), version: first(/^(\d[\w.-]{0,64})\s{0,4}$/) }],
  ['Config.pm', { n: 'perl', bytes: 16 << 10, at: before('/lib/'), version: first(/version => '(5\.[\d.]{1,32})'/) }],
  [
    'Microsoft.NETCore.App.deps.json',
    { n: 'dotnet', bytes: 0, at: before('/shared/Microsoft.NETCore.App/'), version: () => '' },
  ],
  ['dotnet.dll', { n: 'dotnet', bytes: 0, kit: true, at: before('/sdk/'), version: () => '' }],
]);

/** Programs that hold their version behind words of their own: searched as they pass, since they are large. */
const inProgram = new Map<string, { n: RuntimeName; words: Buffer }>([
  ['node', { n: 'node', words: Buffer.from('nodejs.org/download/release/v') }],
  ['nodejs', { n: 'node', words: Buffer.from('nodejs.org/download/release/v') }],
  ['php', { n: 'php', words: Buffer.from('X-Powered-By: PHP/') }],
  ['php-fpm', { n: 'php', words: Buffer.from('X-Powered-By: PHP/') }],
]);
const leastProgram = 1 << 20;

export const runtimeFilesCollector: LayerCollector<RuntimeMark> = {
  id: 'runtimes',
  version: 1,
  wants: ({ path, type, size, mode }): Want | undefined => {
    if (type !== 'file' || size === 0) return undefined;
    const name = baseName(path);
    const marker = markers.get(name);
    if (marker) {
      if (marker.at(path) === undefined) return undefined;
      return marker.bytes === 0 ? { kind: 'header' } : { kind: 'head', bytes: marker.bytes };
    }
    if (size < leastProgram || (mode & 0o111) === 0) return undefined;
    const program = inProgram.get(name);
    return program && { kind: 'stream', open: () => new VersionSearch(program.n, program.words) };
  },
  take: ({ path }, { bytes }) => {
    const { n, at, version, kit } = markers.get(baseName(path))!;
    const v = n === 'dotnet' ? folderVersion(path) : version(latin1(bytes));
    if (v === undefined) return undefined;
    return { n, v: detach(v), at: at(path)!, ...(kit && { kit }) };
  },
};

/** Finds the version behind the words, in chunks that may cut both. */
class VersionSearch implements ContentSink {
  private tail: Buffer = Buffer.alloc(0);
  private found: string | undefined;

  constructor(
    private readonly name: RuntimeName,
    private readonly words: Buffer,
  ) {}

  write(chunk: Uint8Array): void {
    if (this.found !== undefined) return;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const reach = this.words.length + longestVersion;
    if (this.tail.length > 0) this.search(Buffer.concat([this.tail, bytes.subarray(0, reach)]));
    if (this.found === undefined) this.search(bytes);
    this.tail = Buffer.from(
      bytes.length >= reach ? bytes.subarray(-reach) : Buffer.concat([this.tail, bytes]).subarray(-reach),
    );
  }

  end(): RuntimeMark | undefined {
    return this.found === undefined ? undefined : { n: this.name, v: this.found, at: '' };
  }

  private search(bytes: Buffer): void {
    for (let at = bytes.indexOf(this.words); at >= 0; at = bytes.indexOf(this.words, at + 1)) {
      const from = at + this.words.length;
      const version = /^\d{1,3}(\.\d{1,4}){1,3}(?=[^\d.])/.exec(bytes.toString('latin1', from, from + longestVersion));
      if (!version) continue;
      this.found = version[0];
      return;
    }
  }
}

const longestVersion = 24;

function nodeVersion(text: string): string | undefined {
  const part = (name: string) => new RegExp(`#define NODE_${name}_VERSION (\\d{1,4})`).exec(text)?.[1];
  const parts = [part('MAJOR'), part('MINOR'), part('PATCH')];
  return parts.includes(undefined) ? undefined : parts.join('.');
}

/** rbconfig.rb sets the parts of the version one by one. */
function rubyVersion(text: string): string | undefined {
  const part = (name: string) => new RegExp(`CONFIG\\["${name}"\\] = "(\\d{1,4})"`).exec(text)?.[1];
  const parts = [part('MAJOR'), part('MINOR'), part('TEENY')];
  return parts.includes(undefined) ? undefined : parts.join('.');
}

/** `shared/Microsoft.NETCore.App/8.0.1/…`, `sdk/8.0.100/dotnet.dll`: the folder is the version. */
function folderVersion(path: string): string | undefined {
  const folder = path.split('/').at(-2) ?? '';
  return /^\d{1,3}\.[\w.-]{1,64}$/.test(folder) ? folder : undefined;
}
