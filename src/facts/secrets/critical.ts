/** Files that have no place in an image whatever they hold: dumps, databases, state, histories, repositories, environment files. */
import type { CriticalFile } from '../../types/secrets.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import type { SecretFile } from './examine.ts';
import { lowered, ownership, type SecretFileData } from './owners.ts';
import { baseLayers, fates } from './states.ts';

/** What a repository has at its top, and how it is called. */
const repositories: [file: string, title: string][] = [
  ['.git/HEAD', 'Git repository'],
  ['.svn/wc.db', 'Subversion working copy'],
  ['.svn/entries', 'Subversion working copy'],
  ['.hg/requires', 'Mercurial repository'],
  ['.hg/store/00manifest.i', 'Mercurial repository'],
  ['.bzr/branch-format', 'Bazaar branch'],
  ['CVS/Entries', 'CVS working copy'],
];

/** Marks of single files, and repositories by their layout. */
export function collectCriticalFiles(
  context: FactContext,
  data: SecretFileData,
  ownerOf: (path: string) => string | undefined,
): Fact<CriticalFile[]> {
  const fate = fates(context);
  const owned = ownership(context, data, ownerOf);
  const inherited = baseLayers(context);
  const found: CriticalFile[] = [];
  for (const { path, layer, data: file } of context.index.all<SecretFile>('secrets')) {
    const { mark } = file;
    if (!mark || (mark.kind === 'database-file' && data.systemDatabases.some((prefix) => path.startsWith(prefix))))
      continue;
    const { owner, steps } = owned(path, file.sums);
    found.push({
      ...mark,
      path,
      layer,
      size: context.image.records[layer]!.entries.find((entry) => entry.path === path)?.size ?? 0,
      confidence: lowered(mark.confidence, owner === undefined ? steps : 9),
      ...fate(path, layer),
      ...(owner !== undefined && { owner }),
      ...(layer < inherited && { inherited: true }),
    });
  }
  found.push(...repositoriesOf(context, ownerOf, inherited));
  return {
    known: true,
    value: found,
    evidence: found.slice(0, 1000).map(({ path, layer }) => fileEvidence(path, layer)),
  };
}

function repositoriesOf(
  context: FactContext,
  ownerOf: (path: string) => string | undefined,
  inherited: number,
): CriticalFile[] {
  const fate = fates(context);
  const found: CriticalFile[] = [];
  context.image.records.forEach(({ entries }, layer) => {
    const tops = new Map<string, CriticalFile>();
    for (const { path, type, whiteout } of entries) {
      if (type !== 'file' || whiteout) continue;
      for (const [ending, title] of repositories) {
        if (!path.endsWith(ending) || (path.length > ending.length && path[path.length - ending.length - 1] !== '/'))
          continue;
        const folder = path.slice(0, path.length - ending.length + ending.indexOf('/'));
        if (tops.has(folder) || inPackage(folder)) continue;
        const owner = ownerOf(path);
        tops.set(folder, {
          kind: 'vcs-directory',
          title,
          path: folder,
          layer,
          size: 0,
          confidence: owner === undefined ? 'high' : 'low',
          ...fate(path, layer),
          ...(owner !== undefined && { owner }),
          ...(layer < inherited && { inherited: true }),
        });
      }
    }
    if (tops.size > 0) weigh(entries, tops);
    found.push(...tops.values());
  });
  return found;
}

/** A submodule's or a test's repository inside another one, or inside a package manager's cache, is no work of the user's. */
function inPackage(folder: string): boolean {
  return /(^|\/)(\.git\/modules|node_modules|pkg\/mod|\.cargo\/(git|registry)|\.rustup|\.nvm|\.pyenv|\.rbenv|\.oh-my-zsh)(\/|$)/.test(
    folder,
  );
}

/** Bytes and number of files below each repository. */
function weigh(
  entries: readonly { path: string; type: string; size: number }[],
  tops: ReadonlyMap<string, CriticalFile>,
): void {
  for (const { path, type, size } of entries) {
    if (type !== 'file') continue;
    for (const [folder, top] of tops) {
      if (!path.startsWith(folder) || path[folder.length] !== '/') continue;
      top.size += size;
      top.count = (top.count ?? 0) + 1;
    }
  }
}
