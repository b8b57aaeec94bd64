/** The folder that a Dockerfile is built in: which ignore file holds, and what each COPY and ADD takes in. Names only; no content is read. */
import { lstat, opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findDockerignore, listContext } from '../dockerfile/context.ts';
import { cleanPath, type IgnoreFile, matchesSource } from '../dockerfile/dockerignore.ts';
import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import type { ContextFact, CopySourceFact } from '../types/dockerfile.ts';

/** Names that are looked at in a context; past it the rest is left out and `truncated` says so. */
const entryLimit = 20_000;
/** Notable names kept of one source. */
const notableLimit = 50;

/**
 * Folders of one run: a folder that several Dockerfiles take in whole is read once. Nothing is kept longer than the run that
 * made it, and no more than a few listings.
 */
export class ContextFolders {
  private readonly listings = new Map<string, Promise<Listing>>();

  /** Undefined where no COPY or ADD reads the context, so that nothing needs to be looked at. `dockerfile` is its path on disk. */
  async read(folder: string, dockerfile: string, model: Dockerfile): Promise<ContextFact | undefined> {
    const wanted = contextSources(model);
    if (wanted.length === 0) return undefined;
    const ignore = await findDockerignore(folder, dockerfile);
    const sources: CopySourceFact[] = [];
    let truncated = false;
    for (const { instruction, arg, path } of wanted) {
      const place = { instruction: instruction.index, arg, path };
      if (path === '.') {
        const listing = await this.whole(folder, ignore);
        truncated ||= listing.truncated;
        sources.push({ ...place, ignored: false, missing: false, notable: listing.notable, files: listing.files });
      } else {
        const there = await exists(folder, path);
        const ignored = there && ignore?.file.ignores(path) === true;
        sources.push({ ...place, ignored, missing: !there, notable: [], files: there && !ignored ? 1 : 0 });
      }
    }
    return {
      ...(ignore && { ignoreFile: basename(ignore.path) }),
      patterns: ignore?.file.patterns ?? [],
      sources,
      truncated,
    };
  }

  private whole(folder: string, ignore: { path: string; file: IgnoreFile } | undefined): Promise<Listing> {
    const key = `${folder}\0${ignore?.path ?? ''}`;
    let found = this.listings.get(key);
    if (!found) {
      if (this.listings.size >= mostListings) this.listings.clear();
      this.listings.set(key, (found = listWhole(folder, ignore?.file)));
    }
    return found;
  }
}

interface Listing {
  notable: string[];
  files: number;
  truncated: boolean;
}

const mostListings = 16;

async function listWhole(folder: string, ignore: IgnoreFile | undefined): Promise<Listing> {
  const closed: string[] = [];
  const { files, truncated, unreadable } = await listContext(folder, ['.'], withoutDepths(ignore, closed), {
    entries: entryLimit,
  });
  const notable = [...files.map(({ path }) => path).filter(isNotable), ...closed].sort();
  return {
    notable: notable.slice(0, notableLimit),
    files: files.length + closed.length,
    truncated: truncated || unreadable.length > 0,
  };
}

/** A name is looked up; a pattern in its last part is held against the names of its folder, any other counts as there. */
async function exists(folder: string, path: string): Promise<boolean> {
  if (!/[*?[\\]/.test(path)) {
    const found = await lstat(join(folder, path)).catch(() => undefined);
    return found !== undefined;
  }
  const slash = path.lastIndexOf('/');
  const parent = slash < 0 ? '' : path.slice(0, slash);
  if (/[*?[\\]/.test(parent)) return true;
  try {
    let left = entryLimit;
    for await (const entry of await opendir(join(folder, parent))) {
      if (matchesSource(path.slice(slash + 1), entry.name) || left-- <= 0) return true;
    }
  } catch {
    // A folder that cannot be read holds nothing for the build either.
  }
  return false;
}

/** What COPY and ADD of the built stages take from the context; URLs, other stages, here-documents and unknown names are left out. */
function contextSources(model: Dockerfile): { instruction: Instruction; arg: number; path: string }[] {
  const out: { instruction: Instruction; arg: number; path: string }[] = [];
  for (const instruction of model.instructions) {
    const { keyword, args, values, flags, invalid } = instruction;
    if (invalid || (keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) continue;
    if (model.stages[instruction.stage]?.built === false) continue;
    for (let arg = 0; arg < args.length - 1; arg++) {
      const value = values[arg];
      if (!value || value.open.length > 0 || value.text.startsWith('<<') || /^[a-z+]+:\/\/|^git@/.test(value.text))
        continue;
      out.push({ instruction, arg, path: cleanPath(`/${value.text}`).slice(1) || '.' });
    }
  }
  return out;
}

/** Version control and package folders are named, not walked: what is in them changes nothing for the question. */
function withoutDepths(ignore: IgnoreFile | undefined, closed: string[]): IgnoreFile {
  return {
    patterns: ignore?.patterns ?? [],
    errors: ignore?.errors ?? [],
    ignores: (path) => ignore?.ignores(path) ?? false,
    closes: (folder) => {
      if (ignore?.closes(folder)) return true;
      if (!heavy.has(folder.slice(folder.lastIndexOf('/') + 1))) return false;
      if (ignore?.ignores(folder) !== true) closed.push(`${folder}/`);
      return true;
    },
  };
}

const heavy = new Set(['.git', '.hg', '.svn', 'node_modules', '.venv', 'venv', '__pycache__', '.terraform']);

/** Folders and files that rarely belong in an image; rules decide. */
function isNotable(path: string): boolean {
  if (path.endsWith('/')) return true;
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return (
    /^\.env($|\.)|\.env$/.test(name) ||
    /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|ovpn|tfstate|asc|gpg)$/.test(name) ||
    /^(id_(rsa|dsa|ecdsa|ed25519)|\.npmrc|\.pypirc|\.netrc|_netrc|\.htpasswd|\.pgpass|\.my\.cnf|\.dockercfg|\.dockerconfigjson|\.git-credentials|credentials|kubeconfig|secrets?\.(ya?ml|json|toml|ini|txt))$/.test(
      name,
    ) ||
    /\.(sql|dump|bak|sqlite3?|db)(\.gz|\.xz|\.bz2|\.zst)?$/.test(name) ||
    /^\.(bash|zsh|sh|mysql|psql|python|node_repl)_history$/.test(name)
  );
}
