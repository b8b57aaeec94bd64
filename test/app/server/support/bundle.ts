/** Programs of a suite's own, in processes of their own: Node 20 runs no TypeScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../../../..');

/** Bundles one file but for its packages, which is why it lies where they are found. */
export async function bundle(file: string): Promise<{ path: string; remove(): void }> {
  const folder = mkdtempSync(join(root, 'node_modules/.tare-test-'));
  const path = join(folder, `${basename(file, '.ts')}.mjs`);
  await build({
    ...{ entryPoints: [file], outfile: path, bundle: true, platform: 'node', format: 'esm', target: 'node20.19' },
    ...{ packages: 'external', logLevel: 'error', define: { __TARE_VERSION__: '"0.0.0-test"' } },
  });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
