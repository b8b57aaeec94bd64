import { existsSync, readFileSync } from 'node:fs';
import { corpus } from '../support/corpus.ts';
import { countFilesystem, type FactsImage, type Filesystem, readTable } from './facts.ts';
import type { Scanned } from './images.ts';

/** Package types that this version reads; the corpus lists others too. */
const read: Record<string, string> = {
  dpkg: 'deb',
  'dpkg-status.d': 'deb',
  apk: 'apk',
  rpm: 'rpm',
  'npm-node_modules': 'npm',
};

/**
 * Where our reading of a medium is not that of the corpus' script. Images are paired by the diffIDs of their layers,
 * computed by both. The script lists an image twice where an archive holds both kinds of index.
 */
export function differences(name: string, scanned: Scanned[]): string[] {
  const file = corpus('images', 'facts', `${name}.json`);
  if (!existsSync(file)) return ['the corpus has no facts'];
  const facts = (JSON.parse(readFileSync(file, 'utf8')) as { images?: FactsImage[] }).images ?? [];
  const said: string[] = [];
  const unpaired = new Set(facts.filter((image) => image.layers && image.filesystem));
  for (const [position, ours] of scanned.entries()) {
    const key = ours.image.layers.map((layer) => layer.diffID).join();
    const pairs = facts.filter((image) => (image.layers ?? []).map((layer) => layer.diffID).join() === key);
    const pair = pairs.find((image) => unpaired.has(image)) ?? pairs[0];
    // The same image again: named by the other kind of index, or twice in one.
    for (const image of pairs)
      if (image === pair || image.from !== pair?.from || image.digest === pair?.digest) unpaired.delete(image);
    if (!pair) said.push(`image ${position}: no image of the script's has its layers`);
    else for (const difference of compare(ours, pair)) said.push(`image ${position}: ${difference}`);
  }
  for (const image of unpaired) said.push(`not read: ${image.digest ?? image.configSha256 ?? 'an image'}`);
  return said;
}

function compare(ours: Scanned, theirs: FactsImage): string[] {
  const said: string[] = [];
  const differ = (what: string, mine: unknown, other: unknown) => {
    if (JSON.stringify(mine) !== JSON.stringify(other))
      said.push(`${what} ${JSON.stringify(mine)}, script ${JSON.stringify(other)}`);
  };
  const { image, report } = ours;
  for (const [i, layer] of (theirs.layers ?? []).entries()) {
    const record = image.records[i];
    const whiteouts = record?.entries.filter((entry) => entry.whiteout === 'file').length;
    const opaque = record?.entries.filter((entry) => entry.whiteout === 'opaque').length;
    differ(`layer ${i} digest`, record?.digest, layer.sha256);
    differ(`layer ${i} entries`, record?.entries.length, layer.entries);
    differ(`layer ${i} whiteouts`, [whiteouts, opaque], [layer.whiteouts, layer.opaque]);
  }
  const counted = countFilesystem(
    image.rootfs,
    image.records.flatMap((record) => record.entries),
  );
  const filesystem = theirs.filesystem;
  if (!filesystem) return said;
  for (const key of ['regularFiles', 'symlinks', 'totalBytes'] as const) differ(key, counted[key], filesystem[key]);
  for (const key of ['setuid', 'setgid'] as const)
    differ(key, counted[key], [...(filesystem as Filesystem)[key]].sort());
  differ('packages', packagesOf(report), listed(filesystem.packagesFile));
  return said;
}

function packagesOf(report: Scanned['report']): string[] {
  const compared = new Set(Object.values(read));
  const ours = report.packages.filter(({ type }) => compared.has(type));
  // The script knows no layers: a version that lies in two of them is one to it.
  return [...new Set(ours.map(({ type, name, version }) => `${type} ${name} ${version}`))].sort();
}

/** Installed packages of the types that we read. */
function listed(file: string | undefined): string[] {
  if (!file) return [];
  const names = readTable(corpus('images', 'facts', file))
    .filter(
      (row) =>
        read[row['type'] ?? ''] &&
        // A key, not a package.
        row['name'] !== 'gpg-pubkey' &&
        (row['type'] !== 'dpkg' || (row['license_or_status'] ?? '').startsWith('install ok installed')),
    )
    .map((row) => `${read[row['type'] ?? '']} ${row['name']} ${row['version']}`);
  return [...new Set(names)].sort();
}
