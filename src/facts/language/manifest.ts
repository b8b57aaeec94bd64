/** What a layer's pass keeps of a manifest. Short keys: an application has thousands. */
import type { Ecosystem } from '../../types/inventory.ts';
import { detach } from '../text.ts';

/** One package as its manifest names it. */
export interface ManifestPackage {
  /** Name, with its scope, group or vendor as the ecosystem writes it. */
  n: string;
  /** Version; '' where the manifest states none. */
  v: string;
  /** Licence in the manifest's words. */
  l?: string;
  /** Platform that it was built for (gems). */
  a?: string;
  /** Where inside the archive it lies: `WEB-INF/lib/b.jar`, with `!/` between archives. */
  i?: string;
  /** Bytes, where the archive is the package. */
  s?: number;
  /** For development only, by the same manifest. */
  d?: true;
  /** Names of packages that it needs (npm). */
  r?: string[];
}

/** What one file says. */
export interface Manifest {
  /** Ecosystem of its packages, or of those that it marks. */
  e: Ecosystem;
  /** Packages that stand where the file is. */
  p?: ManifestPackage[];
  /** Bytes that the file says its package has (RECORD). */
  s?: number;
  /** Packages of an application that it needs for development only: by folder (npm), or by name and version. */
  dev?: DevMarks;
  /** More packages than are kept, or a file that is longer than is read. */
  cut?: true;
}

/** How a lock file marks packages. */
export interface DevMarks {
  /** Folders below the one that holds the lock file: `node_modules/mocha`. */
  paths?: string[];
  /** `name@version`, or a name alone where any version is meant; normalised. */
  names?: string[];
  /** Direct dependencies of an application's own manifest, by name: the ones that it runs with, and the others. */
  direct?: { run: string[]; dev: string[] };
  /** Locked packages: name, version, and the names of what each needs. */
  graph?: string[][];
}

/** Packages and marks kept of one file. */
export const mostPackages = 20_000;

/** A text of a manifest, cut to a length; undefined where it is none or is empty. */
export function word(value: unknown, most = 256): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.length > most ? undefined : detach(text);
}

/** Whether a name that becomes part of a path would lead out of its folder: no package has such a name. */
export function leadsOut(name: string): boolean {
  return name.split('/').includes('..');
}

/** The document, where it is a JSON object. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object that is no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Several licences of which one may be chosen; a single one as it is. */
export function anyOf(licences: readonly (string | undefined)[]): string | undefined {
  const known = [...new Set(licences.filter((licence): licence is string => licence !== undefined))].slice(0, 16);
  if (known.length < 2) return known[0];
  return known.map((licence) => (/ (AND|OR|WITH) /i.test(licence) ? `(${licence})` : licence)).join(' OR ');
}
