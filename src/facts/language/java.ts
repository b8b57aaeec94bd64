/** What a Java archive says of itself: Maven's pom.properties, else its manifest (JAR file specification, "JAR Manifest"), else its name. */
import { cleanPath } from '../../image/paths.ts';
import { baseName, lines, utf8 } from '../text.ts';
import { type ZipEntry, zipContents, zipEntries } from '../zip.ts';
import { type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

/** How far an archive is looked into. */
export interface ArchiveBudget {
  /** Bytes that may still be unpacked, of this archive and of its layer. */
  archive: number;
  layer: number;
}

/** Archives within archives: an ear holds wars, which hold jars, which may hold others. */
const mostDepth = 4;
const mostMembers = 20_000;
const mostText = 1 << 20;
const javaArchive = /\.(jar|war|ear|sar|par|nar|kar|hpi|jpi)$/i;

/** Whether a name is that of a Java archive. */
export function isJavaArchive(path: string): boolean {
  return javaArchive.test(path);
}

/** An archive's packages and those of the archives inside; `cut` where some were not looked into. */
export function readJavaArchive(path: string, bytes: Buffer, budget: ArchiveBudget): Manifest | undefined {
  const found: Manifest = { e: 'maven', p: [] };
  look({ path, inside: '', size: bytes.length, depth: 0 }, bytes, budget, found);
  return found.p!.length > 0 || found.cut ? found : undefined;
}

/** By its name alone, for an archive that is too large to open. */
export function namedArchive(path: string, size: number): Manifest {
  const { artifact, version } = fromName(path);
  return { e: 'maven', ...(version && { p: [{ n: artifact, v: version, s: size }] }), cut: true };
}

interface Archive {
  path: string;
  /** Archives on the way to it, each as a path in the one before. */
  inside: string;
  size: number;
  depth: number;
}

function look(archive: Archive, bytes: Buffer, budget: ArchiveBudget, found: Manifest): void {
  const listed = zipEntries(bytes, mostMembers);
  if (!listed) return;
  if (listed.cut) found.cut = true;
  const texts: ZipEntry[] = [];
  const nested: ZipEntry[] = [];
  for (const entry of listed.entries) {
    const { path, size } = entry;
    if (path === 'META-INF/MANIFEST.MF' || path.endsWith('pom.properties')) {
      if (size <= mostText) texts.push(entry);
    } else if (javaArchive.test(path)) nested.push(entry);
  }
  identify(archive, zipContents(bytes, affordable(texts, budget, found)), found);
  if (archive.depth + 1 >= mostDepth) {
    if (nested.length > 0) found.cut = true;
    return;
  }
  for (const entry of nested) {
    // One at a time: what is unpacked of one is let go before the next.
    const [content] = zipContents(bytes, affordable([entry], budget, found));
    if (!content) continue;
    const path = cleanPath(entry.path).path;
    const inside = archive.inside === '' ? path : `${archive.inside}!/${path}`;
    look({ path: entry.path, inside, size: entry.size, depth: archive.depth + 1 }, content.content, budget, found);
  }
}

/** Entries that the budget allows, booked. */
function affordable(entries: readonly ZipEntry[], budget: ArchiveBudget, found: Manifest): ZipEntry[] {
  return entries.filter(({ size }) => {
    if (size > budget.archive || size > budget.layer) {
      found.cut = true;
      return false;
    }
    budget.archive -= size;
    budget.layer -= size;
    return true;
  });
}

function identify(archive: Archive, texts: readonly { entry: ZipEntry; content: Buffer }[], found: Manifest): void {
  const packages = new Map<string, ManifestPackage>();
  let manifest = new Map<string, string>();
  for (const { entry, content } of texts) {
    if (entry.path === 'META-INF/MANIFEST.MF') manifest = mainSection(utf8(content));
    else {
      const one = fromPom(entry.path, utf8(content));
      if (one) packages.set(`${one.n} ${one.v}`, one);
    }
  }
  if (packages.size === 0) {
    const one = fromManifest(archive.path, manifest);
    if (one) packages.set('', one);
  }
  const licence = packages.size === 1 ? word(manifest.get('bundle-license'), 128) : undefined;
  for (const one of packages.values()) {
    if (found.p!.length >= mostPackages) {
      found.cut = true;
      return;
    }
    if (archive.inside !== '') one.i = archive.inside;
    // What was shaded into another archive has no size of its own.
    if (packages.size === 1) one.s = archive.size;
    if (licence) one.l = licence;
    found.p!.push(one);
  }
}

/** META-INF/maven/GROUP/ARTIFACT/pom.properties; the folders speak where a line is missing. */
function fromPom(path: string, text: string): ManifestPackage | undefined {
  const [, maven, groupFolder, artifactFolder] = path.split('/');
  const values = new Map<string, string>();
  for (const line of lines(text)) {
    const cut = line.indexOf('=');
    if (cut > 0 && line.length < 1024 && !line.startsWith('#'))
      values.set(line.slice(0, cut).trim(), line.slice(cut + 1).trim());
  }
  const inFolder = maven === 'maven' && path.split('/').length === 5;
  const group = stated(values.get('groupId')) ?? (inFolder ? stated(groupFolder) : undefined);
  const artifact = stated(values.get('artifactId')) ?? (inFolder ? stated(artifactFolder) : undefined);
  const version = stated(values.get('version'));
  if (!artifact || !version) return undefined;
  return { n: group ? `${group}:${artifact}` : artifact, v: version };
}

/** Neither empty nor a variable that the build was to replace. */
function stated(value: string | undefined): string | undefined {
  const text = word(value);
  return text && !/[\s${}]/.test(text) ? text : undefined;
}

function fromManifest(path: string, manifest: ReadonlyMap<string, string>): ManifestPackage | undefined {
  const name = fromName(path);
  const symbolic = stated(manifest.get('bundle-symbolicname')?.split(';', 1)[0]);
  const title = stated(manifest.get('implementation-title'));
  const artifact = name.version ? name.artifact : (symbolic ?? title ?? name.artifact);
  const version =
    versionOf(manifest.get('implementation-version')) ??
    name.version ??
    versionOf(manifest.get('plugin-version')) ??
    versionOf(manifest.get('bundle-version')) ??
    versionOf(manifest.get('specification-version'));
  if (!version || !artifact) return undefined;
  const vendor = stated(manifest.get('implementation-vendor-id'));
  const group = vendor?.includes('.') ? vendor : groupOf(symbolic, artifact);
  return { n: group ? `${group}:${artifact}` : artifact, v: version };
}

/** A bundle's name is mostly group and artifact; where the group does not speak of the artifact, it is something else. */
function groupOf(symbolic: string | undefined, artifact: string): string | undefined {
  if (!symbolic?.endsWith(`.${artifact}`)) return undefined;
  const group = symbolic.slice(0, -artifact.length - 1);
  return group.split('.').includes(artifact.split('-', 1)[0]!) ? group : undefined;
}

function versionOf(value: string | undefined): string | undefined {
  const text = stated(value);
  return text && /^v?\d/.test(text) ? text : undefined;
}

/** `log4j-1.2-api-2.17.1.jar`: the version begins with the last part that is a number with a dot, or else with the first number. */
function fromName(path: string): { artifact: string; version?: string } {
  const stem = baseName(path).replace(javaArchive, '').slice(0, 256);
  const parts = stem.split(/(?<=[-_])/);
  const isNumber = (part: string | undefined) => part !== undefined && /^v?\d/.test(part);
  let first = parts.findLastIndex((part) => isNumber(part) && part.includes('.'));
  // `1.0-20240101.120000-3` is one version.
  while (first > 1 && isNumber(parts[first - 1])) first--;
  if (first < 0) first = parts.findIndex(isNumber);
  if (first <= 0) return { artifact: stem };
  return { artifact: parts.slice(0, first).join('').slice(0, -1), version: parts.slice(first).join('') };
}

/** Headers up to the first empty line, names in lower case; a line that begins with a space goes on with the one before. */
function mainSection(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let last: string | undefined;
  let count = 0;
  for (const line of lines(text)) {
    if (line === '' || ++count > 2000) break;
    if (line.startsWith(' ')) {
      const before = last === undefined ? undefined : values.get(last);
      if (before !== undefined && before.length < 4096) values.set(last!, before + line.slice(1));
      continue;
    }
    const cut = line.indexOf(':');
    if (cut <= 0) continue;
    last = line.slice(0, cut).toLowerCase();
    values.set(last, line.slice(cut + 1).trim());
  }
  return values;
}
