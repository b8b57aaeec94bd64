import type { StageBaseFact } from '../types/dockerfile.ts';
import type { Edit, FixContext, Fixer } from './change.ts';
import { insertion } from './edits.ts';
import { instructionsAt } from './places.ts';

/** The base by the digest that is known for its tag. Nobody is asked for one. */
export const basePin: Fixer = (finding, context) => {
  const edits: Edit[] = [];
  for (const { stage } of instructionsAt(finding, context.dockerfile, 'FROM')) {
    const base = context.dockerfile.stages[stage]?.base;
    const digest = base && digestOf(context, base);
    if (!base || digest === undefined) return [];
    const bare = base.tag === undefined ? ':latest' : '';
    edits.push(insertion(base.end, `${bare}@${digest}`));
  }
  return edits.length === 0
    ? []
    : [{ description: 'Pin the base to the digest that is known', unsafe: false, edits, alters: ['base'] }];
};

/** Under the name as written, or in full. */
function digestOf(
  { pins }: FixContext,
  { written, reference, digest, open, stage, known }: StageBaseFact,
): string | undefined {
  if (!reference || digest || open.length > 0 || stage !== undefined || written.includes('$')) return undefined;
  const tag = reference.tag ?? 'latest';
  const short = reference.registry === 'docker.io' ? reference.repository.replace(/^library\//, '') : undefined;
  for (const name of [
    written,
    `${reference.registry}/${reference.repository}:${tag}`,
    ...(short === undefined ? [] : [`${short}:${tag}`]),
  ]) {
    const found = pins.get(name);
    if (found !== undefined && /^sha256:[0-9a-f]{64}$/.test(found)) return found;
  }
  return known;
}
