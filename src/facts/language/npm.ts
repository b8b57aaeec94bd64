/** npm's manifests: package.json of an installed package (docs.npmjs.com, "package.json"), and the lock files that say what is for development. */
import { folderOf, lines } from '../text.ts';
import { anyOf, isObject, jsonObject, type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

/** Packages that a manifest may need and still be kept whole. */
const mostNeeded = 512;

/** The folder of an installed package: its own name, or scope and name, directly below node_modules. */
export function isPackageFolder(folder: string): boolean {
  let cut = folder.lastIndexOf('/');
  if (cut < 0) return false;
  let parent = folder.slice(0, cut);
  cut = parent.lastIndexOf('/');
  if (parent.charCodeAt(cut + 1) === 0x40) parent = folderOf(parent);
  return parent === 'node_modules' || parent.endsWith('/node_modules') || parent.endsWith('usr/share/nodejs');
}

/** package.json: the package that it makes, or of an application what it needs to run and to be worked on. */
export function readPackageJson(path: string, text: string): Manifest | undefined {
  const json = jsonObject(text);
  if (!json) return undefined;
  const needed = [...namesOf(json['dependencies']), ...namesOf(json['optionalDependencies'])];
  if (!isPackageFolder(folderOf(path))) {
    const dev = namesOf(json['devDependencies']);
    const run = [...needed, ...namesOf(json['peerDependencies'])];
    return dev.length > 0 || run.length > 0 ? { e: 'npm', dev: { direct: { run, dev } } } : undefined;
  }
  const name = word(json['name']);
  const version = word(json['version']);
  if (!name || !version) return undefined;
  const one: ManifestPackage = { n: name, v: version };
  const licence = licenceOf(json);
  if (licence) one.l = licence;
  if (needed.length > 0) one.r = needed;
  return { e: 'npm', p: [one] };
}

/** package-lock.json of versions 1 to 3, and npm's own record in node_modules: where what is for development lies. */
export function readPackageLock(path: string, text: string): Manifest | undefined {
  const json = jsonObject(text);
  if (!json) return undefined;
  const paths: string[] = [];
  // npm's record lies inside node_modules, and names paths from the folder above.
  const up = path.endsWith('node_modules/.package-lock.json') ? '../' : '';
  if (isObject(json['packages'])) {
    for (const [key, value] of Object.entries(json['packages']))
      if (isObject(value) && value['dev'] === true && key.includes('node_modules/') && key.length < 1024)
        paths.push(up + key);
  } else if (isObject(json['dependencies'])) oldLock(json['dependencies'], 'node_modules/', paths, 0);
  else return undefined;
  // An empty list says something too: nothing here is for development.
  return { e: 'npm', dev: { paths: paths.slice(0, mostPackages) } };
}

function oldLock(dependencies: Record<string, unknown>, prefix: string, paths: string[], depth: number): void {
  for (const [name, value] of Object.entries(dependencies)) {
    if (!isObject(value) || name.length > 256 || paths.length >= mostPackages) continue;
    if (value['dev'] === true) paths.push(prefix + name);
    if (depth < 16 && isObject(value['dependencies']))
      oldLock(value['dependencies'], `${prefix}${name}/node_modules/`, paths, depth + 1);
  }
}

/** pnpm's lock file up to version 8, read by its indentation: `  /name@1.0.0:`, then `    dev: true`. */
export function readPnpmLock(text: string): Manifest | undefined {
  const names: string[] = [];
  let inPackages = false;
  let key: string | undefined;
  for (const line of lines(text)) {
    if (line === '' || line.length > 512) continue;
    if (line.charCodeAt(0) !== 0x20) {
      inPackages = line === 'packages:';
      key = undefined;
    } else if (!inPackages) continue;
    else if (line.startsWith('  ') && line.charCodeAt(2) !== 0x20) key = line.slice(2).replace(/:$/, '');
    else if (key !== undefined && line === '    dev: true') {
      const name = pnpmName(key);
      if (name && names.length < mostPackages) names.push(name);
    }
  }
  return names.length > 0 ? { e: 'npm', dev: { names } } : undefined;
}

/** `/@scope/name@1.0.0(peer@2)` of version 6, `/@scope/name/1.0.0_peer@2` of version 5. */
function pnpmName(key: string): string | undefined {
  const plain = key.replace(/^['"]|['"]$/g, '').replace(/^\//, '');
  const open = plain.indexOf('(');
  const text = open < 0 ? plain : plain.slice(0, open);
  const at = text.indexOf('@', 1);
  const slash = text.indexOf('/', text.startsWith('@') ? text.indexOf('/') + 1 : 0);
  if (at > 0 && (slash < 0 || at < slash)) return text;
  if (slash < 0) return undefined;
  const version = text.slice(slash + 1).split('_', 1)[0];
  return version ? `${text.slice(0, slash)}@${version}` : undefined;
}

function namesOf(value: unknown): string[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((name) => name.length <= 256)
    .slice(0, mostNeeded);
}

/** `license` as text; the older object and list forms are read too. */
function licenceOf({ license, licenses }: Record<string, unknown>): string | undefined {
  const one = (value: unknown) => word(isObject(value) ? value['type'] : value);
  if (Array.isArray(license)) return anyOf(license.slice(0, 16).map(one));
  return one(license) ?? (Array.isArray(licenses) ? anyOf(licenses.slice(0, 16).map(one)) : one(licenses));
}
