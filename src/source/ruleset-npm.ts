/** Rulesets in npm packages that are installed already: found as Node finds a package, read as files, never run. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { RulesetFile } from '../types/rule.ts';
import { UsageError } from '../types.ts';
import { clip } from './clip.ts';
import { type RulesetWays, rulesetAt } from './ruleset.ts';

const packageBytes = 1 << 20;

/** `@scope/name`, or `@scope/name/strict.yaml` for one of its files. @throws UsageError */
export async function rulesetPackage(source: string, ways: RulesetWays): Promise<RulesetFile[]> {
  const parts = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:\/(.+))?$/.exec(source);
  if (!parts || source.length > 300)
    throw new UsageError(
      `the ruleset ${clip(`npm:${source}`)} names no package; write npm:@scope/name, or npm:@scope/name/file.yaml for one of its files`,
    );
  const [, name = '', inside] = parts;
  const folder = await installed(name, ways.cwd);
  if (folder === undefined)
    throw new UsageError(
      `the package ${name} is not installed in ${clip(ways.cwd)} or above it; npm install ${name} brings it`,
    );
  const { version, files } = await described(folder, name);
  const label = `npm:${name}${version === undefined ? '' : `@${version}`}`;
  const wanted = inside === undefined ? files : [inside];
  const found: RulesetFile[] = [];
  for (const file of wanted) found.push(...(await rulesetAt(await within(folder, file, label), `${label}/${file}`)));
  return found;
}

/** The nearest one, upwards (Node.js, "Loading from node_modules folders"); links, as workspaces have them, followed. */
async function installed(name: string, from: string): Promise<string | undefined> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    const found = await stat(join(place, 'package.json')).catch(() => undefined);
    if (found?.isFile()) return realpath(place);
    if (dirname(folder) === folder) return undefined;
  }
}

/** Its version, and the files that it names as its ruleset: `"tare": { "ruleset": "rules" }`, else ruleset.yaml. */
async function described(folder: string, name: string): Promise<{ version?: string; files: string[] }> {
  const path = join(folder, 'package.json');
  const refuse = (why: string) => new UsageError(`the package.json of ${name} ${why}`);
  if ((await stat(path)).size > packageBytes) throw refuse(`is larger than ${packageBytes} bytes`);
  let json: { version?: unknown; tare?: { ruleset?: unknown } } | null;
  try {
    json = JSON.parse(await readFile(path, 'utf8')) as typeof json;
  } catch {
    throw refuse('is no JSON');
  }
  const version = typeof json?.version === 'string' && /^[\w.+-]{1,64}$/.test(json.version) ? json.version : undefined;
  const given = json?.tare?.ruleset ?? 'ruleset.yaml';
  const files = Array.isArray(given) ? given : [given];
  if (files.length === 0 || files.length > 50 || files.some((file) => typeof file !== 'string' || file === ''))
    throw refuse('has a tare.ruleset that is no path; write "tare": { "ruleset": "ruleset.yaml" }');
  return { ...(version !== undefined && { version }), files: files as string[] };
}

/** Links of a package may lead about in it, and not out of it. */
async function within(folder: string, file: string, label: string): Promise<string> {
  const path = await realpath(join(folder, file)).catch(() => undefined);
  if (path === undefined)
    throw new UsageError(
      `${label} has no ${clip(file)}; its package.json names its ruleset with "tare": { "ruleset": "FILE" }, else it is ruleset.yaml`,
    );
  if (path !== folder && !path.startsWith(folder + sep))
    throw new UsageError(`${clip(file)} leads out of ${label}; only its own files are read`);
  return path;
}
