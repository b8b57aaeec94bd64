/** What cargo-auditable writes into a program: its crates, as zlib-packed JSON in the section `.dep-v0`. */
import { inflateSync } from 'node:zlib';
import { utf8 } from '../text.ts';
import { isObject, jsonObject, type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

const mostBytes = 8 << 20;

export function rustPackages(section: Buffer): Manifest | undefined {
  let json: Record<string, unknown> | undefined;
  try {
    json = jsonObject(utf8(inflateSync(section, { maxOutputLength: mostBytes })));
  } catch {
    return undefined;
  }
  const list = json?.['packages'];
  if (!Array.isArray(list)) return undefined;
  const packages: ManifestPackage[] = [];
  for (const item of list.slice(0, mostPackages)) {
    // What only the build ran is not in the program.
    if (!isObject(item) || item['kind'] === 'build') continue;
    const name = word(item['name']);
    const version = word(item['version']);
    if (name && version) packages.push({ n: name, v: version });
  }
  if (packages.length === 0) return undefined;
  return { e: 'cargo', p: packages, ...(list.length > mostPackages && { cut: true as const }) };
}
