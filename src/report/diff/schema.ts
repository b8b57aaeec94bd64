/** The shape of the comparison as a schema: published as schema/diff.schema.json, and loaded by nothing that compares. */
import * as z from 'zod';
import type { ImageDiff } from '../../types/diff.ts';
import type { Digest } from '../../types.ts';
import { type Alike, category, grade, published, rule, severity, share, tool } from '../schema-parts.ts';

const digest = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]) as z.ZodType<Digest>;
const side = z
  .object({
    name: z.string(),
    digest: z.exactOptional(digest),
    score: share,
    grade,
    ruleset: z.object({ name: z.string(), version: z.string(), asOf: z.string().describe('YYYY-MM-DD') }),
  })
  .meta({ id: 'DiffSide', title: 'One of the two images' });
const figure = z
  .object({ old: z.number(), new: z.number(), change: z.number().describe('new less old.') })
  .meta({ id: 'DiffFigure', title: 'A figure before and after' });
const finding = z
  .object({
    rule,
    category,
    outcome: z.enum(['fail', 'unknown']),
    severity,
    confidence: z.enum(['high', 'medium', 'low']),
    message: z.string(),
    fingerprint: z.string().min(1).describe('What makes two findings the same.'),
    suppressed: z.exactOptional(z.literal(true)),
  })
  .meta({ id: 'DiffFinding', title: 'A finding of one of the two' });
const pkg = z.object({ name: z.string(), type: z.string().describe('purl type.'), version: z.string() });
const changed = z.object({
  name: z.string(),
  type: z.string(),
  old: z.string(),
  new: z.string(),
  direction: z.enum(['newer', 'older', 'same']).describe('By the order of its package manager.'),
});

/** One comparison. */
export const diffSchema = z.object({
  schemaVersion: z.literal(1),
  tool,
  old: side,
  new: side,
  worse: z.boolean().describe('The score fell, or a finding came that is as severe as --fail-on says.'),
  reasons: z.array(z.string()),
  score: figure,
  categories: z.array(z.object({ category, ...figure.shape })).describe('Points that are left of each.'),
  findings: z.object({ added: z.array(finding), gone: z.array(finding), kept: z.int().min(0) }),
  packages: z.object({
    added: z.array(pkg),
    removed: z.array(pkg),
    changed: z.array(changed),
    kept: z.int().min(0),
  }),
  size: z.object({ stored: figure, unpacked: figure }).describe('Bytes.'),
  notes: z.array(z.string()).describe('What makes the two hard to compare.'),
});

/** JSON Schema, as it is published. */
export function diffJsonSchema(): Record<string, unknown> {
  return published(
    diffSchema,
    'diff',
    'tare diff',
    'The comparison of two container images by tare diff, schemaVersion 1.',
  );
}

const matchesTypes: Alike<z.infer<typeof diffSchema>, ImageDiff> = true;
void matchesTypes;
