/** Where users' rulesets come from: a file, a folder, an npm package, an OCI artifact. Nothing of them is run. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RulesetFile } from '../types/rule.ts';
import { UsageError } from '../types.ts';
import { clip } from './clip.ts';
import type { RegistryOptions } from './registry/options.ts';
import { textFile } from './text-file.ts';

/** What a ruleset's source may need. */
export interface RulesetWays {
  /** Packages are looked for in its node_modules, and in those of the folders above it. */
  cwd: string;
  env: Record<string, string | undefined>;
  registry?: RegistryOptions;
  /** Folder in which artifacts are kept by their digest. */
  cacheDir?: string;
  signal?: AbortSignal;
}

/** Of one file. */
const rulesetBytes = 4 << 20;
/** Files of one folder or package. */
const mostFiles = 200;

/**
 * The files of a ruleset, in the order in which they count: later ones win. `npm:PACKAGE` and `oci:NAME@DIGEST` are what they say;
 * a file of such a name is `./npm:…`.
 * @throws UsageError for a source that cannot be read, SourceError for what a registry gets wrong.
 */
export async function openRuleset(source: string, ways: RulesetWays): Promise<RulesetFile[]> {
  if (source.startsWith('npm:')) return (await import('./ruleset-npm.ts')).rulesetPackage(source.slice(4), ways);
  if (source.startsWith('oci:')) return (await import('./ruleset-oci.ts')).rulesetArtifact(source.slice(4), ways);
  return rulesetAt(source, source);
}

/** A file, or all `*.yaml` and `*.yml` of a folder by name. `name` stands for the path in messages. */
export async function rulesetAt(path: string, name: string): Promise<RulesetFile[]> {
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const read = async (file: string) => (await textFile('ruleset', file, rulesetBytes)).text;
  if (!isFolder) return [{ name, text: await read(path) }];
  const names = (await readdir(path)).filter((file) => /\.ya?ml$/i.test(file)).sort();
  if (names.length === 0) throw new UsageError(`the ruleset ${clip(name)} is a folder without a .yaml file`);
  if (names.length > mostFiles)
    throw new UsageError(`the ruleset ${clip(name)} is a folder of ${names.length} files; ${mostFiles} are the most`);
  return Promise.all(
    names.map(async (file) => ({ name: `${name.replace(/\/+$/, '')}/${file}`, text: await read(join(path, file)) })),
  );
}
