/** Python's installed packages: METADATA and PKG-INFO (core metadata specification), RECORD, and lock files with groups. */
import { lines } from '../text.ts';
import { anyOf, isObject, jsonObject, type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

/** Headers come first; what follows the first empty line is the description. */
export function readMetadata(text: string): Manifest | undefined {
  let name: string | undefined;
  let version: string | undefined;
  let expression: string | undefined;
  let licence: string | undefined;
  const classified: string[] = [];
  for (const line of lines(text)) {
    if (line === '') break;
    const colon = line.indexOf(': ');
    if (colon < 0 || colon > 32 || line.charCodeAt(0) === 0x20) continue;
    const value = line.slice(colon + 2).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case 'name':
        name ??= word(value);
        break;
      case 'version':
        version ??= word(value);
        break;
      case 'license-expression':
        expression ??= word(value);
        break;
      case 'license':
        if (value !== 'UNKNOWN') licence ??= word(value, 128);
        break;
      case 'classifier':
        if (value.startsWith('License :: ') && classified.length < 8) classified.push(value);
    }
  }
  if (!name || !version || interpreter.has(name.toLowerCase())) return undefined;
  const one: ManifestPackage = { n: name, v: version };
  const words = expression ?? licence ?? anyOf(classified.map(classifiedLicence));
  if (words) one.l = words;
  return { e: 'pypi', p: [one] };
}

/** Python 2 lists itself and a part of its library; neither is a package that an index has. */
const interpreter = new Set(['python', 'wsgiref']);

/** `License :: OSI Approved :: BSD License`: the last part, unless it is the heading itself. */
function classifiedLicence(classifier: string): string | undefined {
  const last = classifier.slice(classifier.lastIndexOf(' :: ') + 4);
  return last === 'OSI Approved' ? undefined : word(last, 128);
}

/** RECORD (PEP 376, PEP 627): the bytes that were installed; each line ends with a file's size, or with nothing. */
export function readRecord(text: string): Manifest | undefined {
  let sum = 0;
  for (const line of lines(text)) {
    const size = Number(line.slice(line.lastIndexOf(',') + 1));
    if (size > 0 && size < 2 ** 40) sum += size;
  }
  return sum > 0 ? { e: 'pypi', s: sum } : undefined;
}

/** Name as indexes compare it (PEP 503). */
export function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Pipfile.lock: what stands under `develop` and not under `default`. */
export function readPipfileLock(text: string): Manifest | undefined {
  const json = jsonObject(text);
  if (!json || !isObject(json['develop'])) return undefined;
  const run = new Set(isObject(json['default']) ? Object.keys(json['default']).map(pythonName) : []);
  const names: string[] = [];
  for (const [name, value] of Object.entries(json['develop'])) {
    if (names.length >= mostPackages) break;
    const version = isObject(value) ? word(value['version']) : undefined;
    if (version?.startsWith('==') && name.length <= 256 && !run.has(pythonName(name)))
      names.push(`${pythonName(name)}@${version.slice(2)}`);
  }
  return names.length > 0 ? { e: 'pypi', dev: { names } } : undefined;
}

/** Groups that a program is not run with. */
const devGroups = /^(dev|develop|development|test|tests|testing|lint|linting|typing|types|docs?|ci|format|checks?)$/;

/** poetry.lock and pdm.lock: packages whose groups (or, before poetry 1.5, whose category) are all for development. Read by the line. */
export function readGroupLock(text: string): Manifest | undefined {
  const names: string[] = [];
  let name: string | undefined;
  let version: string | undefined;
  let dev = false;
  let inside = false;
  const close = () => {
    if (dev && name && version && names.length < mostPackages) names.push(`${pythonName(name)}@${version}`);
    name = version = undefined;
    dev = false;
  };
  for (const line of lines(text)) {
    if (line.charCodeAt(0) === 0x5b) {
      // A table of a package (`[package.dependencies]`) holds keys of its own.
      inside = line.trim() === '[[package]]';
      if (inside || !line.startsWith('[package.')) close();
    }
    if (!inside || line.length > 1024) continue;
    const [key, value] = assignment(line);
    if (key === 'name') name = quoted(value);
    else if (key === 'version') version = quoted(value);
    else if (key === 'category') dev = quoted(value) === 'dev';
    else if (key === 'groups')
      dev = groupsOf(value).length > 0 && groupsOf(value).every((group) => devGroups.test(group));
  }
  close();
  return names.length > 0 ? { e: 'pypi', dev: { names } } : undefined;
}

function assignment(line: string): [string, string] {
  const cut = line.indexOf(' = ');
  return cut < 0 ? ['', ''] : [line.slice(0, cut), line.slice(cut + 3).trim()];
}

function quoted(value: string): string | undefined {
  return value.startsWith('"') && value.endsWith('"') ? word(value.slice(1, -1)) : undefined;
}

function groupsOf(value: string): string[] {
  return value
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((part) => part.trim().replace(/^"|"$/g, ''))
    .filter(Boolean);
}
