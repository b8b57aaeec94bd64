/** Who brought a file: what a package ships unchanged cannot hold the user's secret. It lowers confidence and hides nothing. */
import type { Confidence } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { prefixMatcher } from '../glob.ts';
import { sumIndex } from './package-sums.ts';

/** rulesets/data/secret-files.yaml, as far as confidence goes. */
export interface SecretFileData {
  /** Folder names, lower case, that hold tests, examples and documentation. */
  exampleFolders: string[];
  /** Folder names that hold what others wrote: vendored and installed libraries. */
  foreignFolders: string[];
  /** Endings of file names that say the same. */
  exampleEndings: string[];
  /** Files that are made once, when a package is installed, and are the same for everyone who uses the layer. */
  generated: { path: string; why: string }[];
  /** Databases that a system keeps for itself, as path prefixes. */
  systemDatabases: string[];
}

export interface Ownership {
  /** Package name, where one is known. */
  owner?: string;
  /** Steps by which confidence falls; 9 is to the bottom. */
  steps: number;
  note?: string;
}

/** Asks for the ownership of a path, with the sums of its content where they were taken. */
export function ownership(
  context: FactContext,
  data: SecretFileData,
  ownerOf: (path: string) => string | undefined,
  within = '',
): (path: string, sums?: readonly [string, string, string], inside?: string) => Ownership {
  const folders = new Set(data.exampleFolders);
  const foreign = new Set(data.foreignFolders);
  const runtime = prefixMatcher(
    context.data['language-runtimes'].runtimes.flatMap(({ title, paths }) =>
      paths.map((prefix) => ({ prefix, value: title })),
    ),
  );
  const sumOf = sumIndex(context);
  const example = (path: string): boolean => {
    const segments = `${within}/${path}`.toLowerCase().split('/');
    const name = segments.pop() ?? '';
    return (
      segments.some((segment) => folders.has(segment)) || data.exampleEndings.some((ending) => name.endsWith(ending))
    );
  };
  return (path, sums, inside) => {
    const shipped = `${within}/${path}`.split('/').some((segment) => foreign.has(segment));
    const steps = (example(path) || (inside !== undefined && example(inside)) ? 1 : 0) + (shipped ? 1 : 0);
    const generated = data.generated.find((one) => fits(one.path, path));
    if (generated) return { steps: 9, note: generated.why };
    const brought = languagePackage(context, path);
    const owner = ownerOf(path) ?? brought;
    const sum = sums && sumOf(path, sums);
    const named = owner === undefined ? {} : { owner };
    if (sum === 'same' || (brought !== undefined && sum === undefined))
      return { ...named, steps: 9, note: 'as its package ships it' };
    if (sum === 'changed')
      return { ...named, steps, ...(owner !== undefined && { note: 'changed since its package was installed' }) };
    // The libraries of a language that came with it; what was installed beside them is judged above.
    const language = owner === undefined && !shipped ? runtime(path) : undefined;
    if (language !== undefined) return { owner: language, steps: 2 };
    // Listed, but nothing says that it is unchanged.
    return { ...named, steps: steps + (owner === undefined ? 0 : 1) };
  };
}

/** Confidence after so many steps down. */
export function lowered(confidence: Confidence, steps: number): Confidence {
  const order: Confidence[] = ['high', 'medium', 'low'];
  return order[Math.min(2, order.indexOf(confidence) + steps)]!;
}

/** A package of npm, RubyGems, Go, Cargo or Maven that lies unpacked at a place of its own, with the file that proves it. */
function languagePackage({ image }: FactContext, path: string): string | undefined {
  const there = (proof: string): boolean =>
    image.rootfs.lookup(proof) !== undefined ||
    image.records.some((record) => record.entries.some((entry) => entry.path === proof));
  const node = /^(.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/.][^/]*))\/./.exec(path);
  if (node && there(`${node[1]}/package.json`)) return node[2];
  const gem = /^(.*(?:^|\/))gems\/([^/]+-\d[^/]*)\/./.exec(path);
  if (gem && there(`${gem[1]}specifications/${gem[2]}.gemspec`)) return gem[2];
  const other =
    /(?:^|\/)(?:pkg\/mod\/((?:[^/]+\/){1,6}?[^/]+@v[^/]+)|registry\/src\/[^/]+\/([^/]+-\d[^/]*)|\.m2\/repository\/((?:[^/]+\/){2,8}\d[^/]*))\/./.exec(
      path,
    );
  return other ? (other[1] ?? other[2] ?? other[3]) : undefined;
}

/** A path, or with a trailing `*` what begins so. */
function fits(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
