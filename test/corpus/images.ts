import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { layerCollectors } from '../../src/facts/collectors.ts';
import { analyseImage } from '../../src/image/analyse.ts';
import { LayerReader } from '../../src/image/layer-reader.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import type { AnalysedImage, SourceContext } from '../../src/image/model.ts';
import { loadRuleset } from '../../src/rules/load.ts';
import { gradeImage, type ScanOptions } from '../../src/scan.ts';
import { openTarget } from '../../src/source/target.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { corpus } from '../support/corpus.ts';

/** The day on which the table of results is judged: support periods must not change it. */
export const asOf = '2026-11-01';

export interface Scanned {
  report: ImageReport;
  image: AnalysedImage;
}

/** Every image of the corpus: path below images/, files and layout folders. */
export function corpusImages(): string[] {
  const folders = readdirSync(corpus('images')).filter((folder) => folder !== 'facts');
  return folders.flatMap((folder) => readdirSync(corpus('images', folder)).map((name) => join(folder, name))).sort();
}

/** Every image of one medium, graded, with what the report leaves out. The same steps as `scanTarget`. */
export async function scanAll(target: string): Promise<Scanned[]> {
  const signal = new AbortController().signal;
  const reader = new LayerReader({ collectors: layerCollectors, limits: defaultLimits, signal });
  const context: SourceContext = {
    limits: defaultLimits,
    allPlatforms: true,
    verify: 'report',
    analyse: (bytes, hint) => reader.streamed(bytes, hint.name, hint.digest),
    progress: () => {},
    env: {},
    stdin: () => empty(),
    signal,
  };
  const options: ScanOptions = {
    ...{
      allPlatforms: true,
      verify: 'report',
      asOf,
      trusted: [],
      ruleset: await loadRuleset([]),
      gate: { failOn: 'none' },
    },
    ...{
      limits: defaultLimits,
      cache: null,
      concurrency: 1,
      workers: 1,
      source: {},
      env: {},
      stdin: () => empty(),
      signal,
      version: '0',
    },
  };
  const source = await openTarget(target, context, {});
  try {
    const scanned: Scanned[] = [];
    for (const handle of source.images) {
      const image = await analyseImage(handle, { reader, limits: defaultLimits, concurrency: 1 });
      scanned.push({ image, report: gradeImage(image, source.status, options) });
    }
    return scanned;
  } finally {
    await source.close();
  }
}

async function* empty(): AsyncGenerator<Uint8Array> {}
