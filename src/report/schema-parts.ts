/** Schemas that the reports of images and of Dockerfiles share. */
import * as z from 'zod';
import { categoryNames } from '../types/category.ts';

/** Points of a hundred. */
export const share = z.number().min(0).max(100);
/** Of a score (docs/scoring.md). */
export const grade = z.enum(['A', 'B', 'C', 'D', 'F']);
/** Of a layer. */
export const index = z.int().min(0).describe('Index of a layer, 0 = lowest.');
/** Harm at run time. */
export const severity = z
  .enum(['critical', 'high', 'medium', 'low', 'info'])
  .meta({ id: 'Severity', description: 'Harm at run time.' });
/** Where a rule belongs. */
export const category = z
  .enum(categoryNames)
  .meta({ id: 'Category', description: 'hygiene is Dockerfile quality and never scores.' });
/** A rule's id. */
export const rule = z.string().min(1).describe('Id of a rule: kebab-case, names the fault.');

const position = z.object({ line: z.int().min(1), column: z.int().min(1) }).meta({
  id: 'Position',
  description: 'Counted from one.',
});
const note = z.exactOptional(z.string());
/** Where something was seen. */
export const evidence = z
  .discriminatedUnion('at', [
    z.object({
      at: z.literal('file'),
      path: z.string().describe('In the root filesystem, without a leading slash.'),
      layer: index,
      line: z.exactOptional(z.int().min(1)),
      column: z.exactOptional(z.int().min(1)),
      note,
    }),
    z.object({
      at: z.literal('config'),
      pointer: z.string().describe('JSON pointer (RFC 6901) into the document.'),
      document: z
        .exactOptional(z.enum(['config', 'manifest', 'index', 'reference']))
        .describe('Absent: the image config.'),
      note,
    }),
    z.object({
      at: z.literal('instruction'),
      file: z.string(),
      stage: z.int(),
      range: z.object({ start: position, end: position }),
      note,
    }),
  ])
  .meta({
    id: 'Evidence',
    description: 'Where something was seen: a file of a layer, a document of the image, an instruction.',
  });

const edit = z.object({
  file: z.string(),
  range: z.object({ start: position, end: position }).describe('What goes; an empty range inserts.'),
  text: z.string(),
});
const fix = z
  .object({
    description: z.string(),
    unsafe: z.exactOptional(z.boolean()).describe('Changes more than the fault.'),
    edits: z.tuple([edit], edit),
  })
  .meta({ id: 'Fix', description: 'A change to a Dockerfile that mends the finding.' });

/** Joined to a Dockerfile: whose it is. */
export const origin = z.exactOptional(z.enum(['base', 'own']));
/** A line of a Dockerfile. */
export const line = z.exactOptional(z.int().min(1));

/** A finding with its gain: what an image's report lists. */
export const finding = z
  .object({
    rule,
    category,
    outcome: z.enum(['fail', 'unknown']).describe('unknown: evidence is missing; counts as failed.'),
    severity,
    confidence: z
      .enum(['high', 'medium', 'low'])
      .describe('Low neither scores nor gates; a critical below high counts as high.'),
    weight: z.exactOptional(z.number().min(0).max(1)).describe('Of a measured finding; absent: by severity.'),
    message: z.string().describe('What is wrong, without any secret.'),
    remediation: z.string().describe('What to change; for an unknown, what would make it known.'),
    data: z.record(z.string(), z.union([z.string(), z.number()])),
    evidence: z.tuple([evidence], evidence),
    fingerprint: z.string().min(1).describe('The same after a rebuild.'),
    suppression: z
      .exactOptional(z.object({ reason: z.string(), expires: z.exactOptional(z.string()) }))
      .describe('Moves the gate, never the score.'),
    fix: z.exactOptional(fix),
    gateOnly: z
      .exactOptional(z.literal(true))
      .describe("Found by a rule of the user's own: it gates and never scores."),
    origin: origin.describe('Joined to a Dockerfile: base where every place lies below its own instructions.'),
    gain: share.describe('Score without this finding minus the score now.'),
  })
  .meta({ id: 'Finding', title: 'Finding' });

/** What did not go the ordinary way. */
export const statusEntry = z.object({
  part: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
  layer: z.exactOptional(index),
});
/** Who wrote the document. */
export const tool = z.object({ name: z.literal('tare'), version: z.string() });

/** Whether a pipeline may go on, and why. */
export const gate = z.object({
  passed: z.boolean(),
  reason: z.string(),
  failOn: z.enum(['critical', 'high', 'medium', 'low', 'info', 'none']),
  minScore: z.exactOptional(z.number()),
  failing: z.exactOptional(z.array(z.string())).describe('Fingerprints of the findings that fail it.'),
});

/** A document's schema, draft 2020-12. Later minor versions may add fields, so unknown ones are allowed. */
export function published(
  document: z.ZodType,
  name: string,
  title: string,
  description: string,
): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(document, { target: 'draft-2020-12', io: 'input' });
  return { $schema, $id: `urn:tare:schema:${name}:1`, title, description, ...schema };
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Resolved to plain properties, so that equal shapes compare as equal however they were written. */
type Plain<T> = T extends string | number | boolean | null ? T : { [K in keyof T]: Plain<T[K]> };
/** Holds a schema to its type in src/types: `true` where each has every field of the other. */
export type Alike<A, B> = Same<Plain<A>, Plain<B>>;
