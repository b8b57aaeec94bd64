/** What a lint costs: one small Dockerfile, and all that the corpus has in one run. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { interleave, measureNode } from './measure.mjs';

const root = resolve(import.meta.dirname, '../..');
const tare = join(root, 'bin/tare.cjs');

/** A small file against an empty Node; and, where the corpus lies beside the project, every Dockerfile of it at once. */
export async function lintBench({ rounds, tick = () => {} }) {
  const small = join(root, 'samples/node-alpine.Dockerfile');
  const one = await interleave(Math.max(10, rounds * 2), {
    empty: () => measureNode(['-e', '0']),
    lint: () => measureNode([tare, 'lint', small, '--fail-on', 'none', '--shellcheck', 'off']),
    shellcheck: () => measureNode([tare, 'lint', small, '--fail-on', 'none']),
  });
  const folder = resolve(root, '../shared/corpus/dockerfiles');
  if (!existsSync(folder)) return { small: one };
  const files = readdirSync(folder).map((name) => join(folder, name));
  const all = await interleave(
    Math.min(3, rounds),
    {
      lint: () => measureNode([tare, 'lint', ...files, '--fail-on', 'none', '--shellcheck', 'off'], { codes: [0, 2] }),
    },
    tick,
  );
  return { small: one, files: files.length, all: all.lint };
}
