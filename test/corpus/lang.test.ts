/** Every manifest and archive of the corpus whose name and version an independent script read, put where it would lie in an image. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, corpusDir } from '../support/corpus.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';
import { readTable } from './facts.ts';

/** Rows of the script's that name no package: what an archive's manifest says beside Maven's own words. */
const passedOver = (name: string) => name === '' || name.startsWith('MANIFEST');

describe.skipIf(!corpusDir)('manifests and archives of the corpus', () => {
  const rows = corpusDir ? readTable(corpus('lang', 'expected.tsv')) : [];
  // A wheel is what a package is installed from.
  const files = [...new Set(rows.map((row) => row['file']!))].filter((file) => !file.endsWith('.whl'));

  it.each(files)('%s', async (file) => {
    const { facts } = await factsOf({ layers: [layerOf(file)] });
    const found = valueIn(facts.languagePackages).map(({ name, version }) => `${name} ${version}`);
    for (const row of rows.filter((one) => one['file'] === file && !passedOver(one['name']!)))
      expect(found).toContain(`${row['name']!.replace(/^:/, '')} ${row['version']}`);
    expect(found.filter((one) => /undefined|\$\{/.test(one))).toEqual([]);
  });
});

/** Loose metadata files go into a folder of the kind that they come from. */
function layerOf(file: string): TestLayer {
  const real = corpus(file);
  const path = statSync(real).isDirectory() ? `${real}/METADATA` : real;
  const content = readFileSync(path);
  if (/METADATA$|dist-info$/.test(path))
    return { [`site-packages/${basename(dirname(path))}.dist-info/METADATA`]: content };
  if (/PKG-INFO$/.test(path)) return { 'site-packages/x.egg-info/PKG-INFO': content };
  if (/\.egg$/.test(path)) return { [`site-packages/${basename(path)}`]: content };
  return { [`app/${basename(path)}`]: content };
}
