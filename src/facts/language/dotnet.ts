/** .NET's *.deps.json: the libraries that an application or a shared framework was built with (runtime-configuration-file). */
import { isObject, jsonObject, type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

export function readDepsJson(text: string): Manifest | undefined {
  const json = jsonObject(text);
  if (!json || !isObject(json['libraries'])) return undefined;
  const packages: ManifestPackage[] = [];
  let cut = false;
  for (const [key, value] of Object.entries(json['libraries'])) {
    // `project` is the application's own code, `reference` a file of the framework.
    if (!isObject(value) || value['type'] !== 'package') continue;
    const slash = key.lastIndexOf('/');
    const name = word(key.slice(0, Math.max(0, slash)));
    const version = word(key.slice(slash + 1));
    if (!name || !version) continue;
    cut = packages.length >= mostPackages;
    if (cut) break;
    packages.push({ n: name, v: version });
  }
  return packages.length > 0 ? { e: 'nuget', p: packages, ...(cut && { cut: true as const }) } : undefined;
}
