/** Databases of installed packages as the package managers write them (deb-control(5), dpkg(1); apk-tools, "APK spec"). */
import { createHash } from 'node:crypto';

interface PackageFields {
  name: string;
  version: string;
  arch?: string;
  /** Source package; `name (version)` where the version differs. */
  source?: string;
  /** Absolute paths that it owns. */
  files?: string[];
  depends?: string[];
}

/** A package of Debian’s database. */
export interface DpkgPackage extends PackageFields {
  /** `install ok installed` where absent. */
  status?: string;
  essential?: 'yes' | 'no';
  section?: string;
  priority?: string;
  /** KiB. */
  installedSize?: number;
}

/** A package of Alpine’s database. */
export interface ApkPackage extends PackageFields {
  licence?: string;
  /** Bytes. */
  installedSize?: number;
}

/** `/var/lib/dpkg/status` and one file list per package; nothing for no package. */
export function* dpkgDatabase(packages: DpkgPackage[]): Generator<[path: string, content: string]> {
  if (packages.length === 0) return;
  yield ['/var/lib/dpkg/status', packages.map(dpkgParagraph).join('')];
  for (const entry of packages) {
    yield [
      `/var/lib/dpkg/info/${entry.name}.list`,
      ['/.', ...withFolders(entry.files ?? [])].map((path) => `${path}\n`).join(''),
    ];
  }
}

/** `/lib/apk/db/installed`; nothing for no package. */
export function apkDatabase(packages: ApkPackage[]): [path: string, content: string][] {
  if (packages.length === 0) return [];
  return [['/lib/apk/db/installed', packages.map(apkRecord).join('')]];
}

function dpkgParagraph(entry: DpkgPackage): string {
  const lines = [
    `Package: ${entry.name}`,
    ...(entry.essential ? [`Essential: ${entry.essential}`] : []),
    `Status: ${entry.status ?? 'install ok installed'}`,
    `Priority: ${entry.priority ?? 'optional'}`,
    `Section: ${entry.section ?? 'misc'}`,
    ...(entry.installedSize === undefined ? [] : [`Installed-Size: ${entry.installedSize}`]),
    'Maintainer: Package Maintainers <packages@example.org>',
    `Architecture: ${entry.arch ?? 'amd64'}`,
    ...(entry.source ? [`Source: ${entry.source}`] : []),
    `Version: ${entry.version}`,
    ...(entry.depends?.length ? [`Depends: ${entry.depends.join(', ')}`] : []),
    `Description: ${entry.name}`,
  ];
  return `${lines.join('\n')}\n\n`;
}

function apkRecord(entry: ApkPackage): string {
  const lines = [
    `C:${checksum(`${entry.name}-${entry.version}`)}`,
    `P:${entry.name}`,
    `V:${entry.version}`,
    `A:${entry.arch ?? 'x86_64'}`,
    'S:1024',
    `I:${entry.installedSize ?? 4096}`,
    `T:${entry.name}`,
    ...(entry.licence ? [`L:${entry.licence}`] : []),
    `o:${entry.source ?? entry.name}`,
    ...(entry.depends?.length ? [`D:${entry.depends.join(' ')}`] : []),
  ];
  const folders = new Map<string, string[]>();
  for (const path of entry.files ?? []) {
    const cut = path.lastIndexOf('/');
    const folder = path.slice(1, Math.max(1, cut));
    folders.set(folder, [...(folders.get(folder) ?? []), path.slice(cut + 1)]);
  }
  for (const [folder, names] of folders) {
    lines.push(`F:${folder}`);
    for (const name of names) lines.push(`R:${name}`, 'a:0:0:755', `Z:${checksum(`${folder}/${name}`)}`);
  }
  return `${lines.join('\n')}\n\n`;
}

/** apk's notation of a SHA-1: `Q1` and base64. */
function checksum(text: string): string {
  return `Q1${createHash('sha1').update(text).digest('base64')}`;
}

/** dpkg lists every folder before what is in it. */
function withFolders(paths: string[]): string[] {
  const all = new Set<string>();
  for (const path of paths) {
    for (let cut = path.indexOf('/', 1); cut > 0; cut = path.indexOf('/', cut + 1)) all.add(path.slice(0, cut));
    all.add(path);
  }
  return [...all];
}
