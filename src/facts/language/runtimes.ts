/** Language runtimes of the squashed rootfs: each with its program, and the version that it or its package states. */
import type { RootNode } from '../../image/rootfs.ts';
import type { Runtime, RuntimeName } from '../../types/inventory.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence, type LiveFact } from '../evidence.ts';
import type { PackageEvidence } from '../packages.ts';
import { isExecutable, programFolders } from '../programs.ts';
import { baseName, folderOf } from '../text.ts';
import type { RuntimeMark } from './runtime-files.ts';

/** Names that each runtime's program goes by, below the folder that it is installed in. */
const programs: Record<RuntimeName, { folders: string[]; name: RegExp }> = {
  node: { folders: ['bin'], name: /^node(js)?$/ },
  python: { folders: ['bin'], name: /^python[23]?(\.\d{1,2})?t?$/ },
  java: { folders: ['bin', 'jre/bin'], name: /^java$/ },
  ruby: { folders: ['bin'], name: /^ruby(\d\.?\d)?$/ },
  php: { folders: ['bin', 'sbin'], name: /^php(\d(\.\d)?)?(-fpm)?(\d(\.?\d)?)?$/ },
  go: { folders: ['bin'], name: /^go$/ },
  rust: { folders: ['bin'], name: /^rustc$/ },
  dotnet: { folders: [''], name: /^dotnet$/ },
  erlang: { folders: ['bin'], name: /^erl$/ },
  perl: { folders: ['bin'], name: /^perl(5(\.\d{1,2}){0,2})?$/ },
};
const names = Object.keys(programs) as RuntimeName[];
const begins = /^(node|python|java|ruby|php|go|rustc|dotnet|erl|perl)/;
/** Runtimes kept of one image. */
const mostKept = 1000;

export function collectRuntimes(context: FactContext, packages: PackageEvidence | undefined): Fact<Runtime[]> {
  const { rootfs } = context.image;
  const marks = [...context.index.live<RuntimeMark>('runtimes').values()];
  const found = new Map<string, Runtime>();
  const add = (name: RuntimeName, node: RootNode, version: string, kit: boolean) => {
    const key = `${name} ${name === 'dotnet' ? version : ''} ${node.path}`;
    const known = found.get(key);
    if (known && (known.version !== '' || version === '')) {
      if (kit) known.kit = true;
      return;
    }
    if (!known && found.size >= mostKept) return;
    const owner = packages?.ownerOf(node.path);
    found.set(key, {
      name,
      version,
      path: node.path,
      layer: node.entry.layer,
      ...((kit || known?.kit) && { kit: true }),
      ...(owner !== undefined && { package: owner }),
    });
  };
  for (const mark of marks) {
    const { n, v, at, kit } = mark.data;
    if (mark.data.at === '' && isProgram(n, mark)) continue;
    for (const node of programsAt(context, n, at)) {
      if (fits(n, v, node)) add(n, node, v, kit === true || isKit(context, n, at));
    }
  }
  for (const folder of programFolders(context)) {
    for (const [name, child] of rootfs.resolve(folder)?.children ?? []) {
      const runtime = begins.test(name) ? names.find((one) => programs[one].name.test(name)) : undefined;
      if (!runtime) continue;
      const node = child.entry.type === 'symlink' ? rootfs.resolve(child.path) : child;
      if (!isExecutable(node) || !programs[runtime].name.test(baseName(node.path))) continue;
      if (runtime === 'dotnet' && [...found.values()].some((one) => one.path === node.path)) continue;
      add(runtime, node, stated(context, packages, runtime, node), runtime === 'go' || runtime === 'rust');
    }
  }
  const value = [...found.values()].sort((a, b) =>
    a.name + a.path + a.version < b.name + b.path + b.version ? -1 : 1,
  );
  return { known: true, value, evidence: value.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** A mark found in the program itself has no folder of its own. */
function isProgram(name: RuntimeName, { path }: LiveFact<RuntimeMark>): boolean {
  return programs[name].name.test(baseName(path));
}

function programsAt({ image }: FactContext, name: RuntimeName, at: string): RootNode[] {
  const { folders, name: pattern } = programs[name];
  const out: RootNode[] = [];
  for (const folder of folders) {
    const place = image.rootfs.resolve([at, folder].filter(Boolean).join('/'));
    for (const [child, node] of place?.children ?? []) {
      if (!pattern.test(child)) continue;
      const real = node.entry.type === 'symlink' ? image.rootfs.resolve(node.path) : node;
      if (isExecutable(real) && pattern.test(baseName(real.path)) && !out.includes(real)) out.push(real);
    }
  }
  return out;
}

/** Several versions may share a folder: `python3.11` and `python3.12` in /usr/bin. */
function fits(name: RuntimeName, version: string, { path }: RootNode): boolean {
  if (name !== 'python' && name !== 'perl' && name !== 'ruby' && name !== 'php') return true;
  const own = /\d[\d.]*$/.exec(baseName(path))?.[0];
  return own === undefined || version === own || version.startsWith(`${own}.`);
}

function isKit({ image }: FactContext, name: RuntimeName, at: string): boolean {
  return name === 'java' && isExecutable(image.rootfs.resolve([at, 'bin/javac'].filter(Boolean).join('/')));
}

/** By the words in the program, by its package, or by its name: whichever comes first. */
function stated(
  { index }: FactContext,
  packages: PackageEvidence | undefined,
  name: RuntimeName,
  node: RootNode,
): string {
  const mark = index.live<RuntimeMark>('runtimes').get(node.path);
  if (mark?.data.n === name) return mark.data.v;
  const owner = packages?.ownerIndex(node.path);
  const version = owner === undefined ? undefined : packages?.packages[owner]?.version;
  // Epoch and the distribution's own additions left out.
  const upstream = version && /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1];
  if (upstream) return upstream;
  const base = baseName(node.path);
  const own = name === 'python' || name === 'perl' ? /\d[\d.]*$/.exec(base)?.[0] : undefined;
  return own ?? (name === 'python' ? libraryVersion(node) : '');
}

/** A program without a version in its name, beside `lib/python3.11`. */
function libraryVersion(node: RootNode): string {
  const home = folderOf(folderOf(node.path));
  const lib = node.parent?.parent?.children?.get('lib');
  for (const name of lib?.children?.keys() ?? []) {
    const version = /^python(\d\.\d{1,2})$/.exec(name)?.[1];
    if (version && home !== '') return version;
  }
  return '';
}
