/** PHP's composer: vendor/composer/installed.json, which lists all that is installed (composer 1: a bare list; 2: an object). */
import { anyOf, isObject, type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

export function readInstalled(text: string): Manifest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list = Array.isArray(json) ? json : isObject(json) ? json['packages'] : undefined;
  if (!Array.isArray(list)) return undefined;
  const marked = isObject(json) ? json['dev-package-names'] : undefined;
  const dev = new Set(Array.isArray(marked) ? marked : []);
  const packages: ManifestPackage[] = [];
  for (const item of list.slice(0, mostPackages)) {
    const name = isObject(item) ? word(item['name']) : undefined;
    const version = isObject(item) ? word(item['version']) : undefined;
    if (!name || !version) continue;
    const one: ManifestPackage = { n: name, v: version };
    const { license } = item as Record<string, unknown>;
    const licence = Array.isArray(license) ? anyOf(license.slice(0, 16).map((value) => word(value))) : word(license);
    if (licence) one.l = licence;
    if (dev.has(name)) one.d = true;
    packages.push(one);
  }
  if (packages.length === 0) return undefined;
  return { e: 'composer', p: packages, ...(list.length > mostPackages && { cut: true as const }) };
}
