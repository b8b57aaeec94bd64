/** Shape of rulesets/data/secrets/*.yaml. Build time only: neither zod nor YAML is there when a scan runs. */
import { z } from 'zod';

const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
const confidence = z.enum(['high', 'medium', 'low']);
const rule = z.enum(['api-token', 'cloud-credential', 'registry-credential', 'private-key', 'password-in-file']);
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'kebab-case');

const format = z
  .strictObject({
    id,
    /** Where it differs from the group's. */
    provider: z.string().min(1).optional(),
    title: z.string().min(3),
    rule: rule.optional(),
    severity: severity.optional(),
    confidence: confidence.optional(),
    rotate: z.string().min(8).optional(),
    /** Left out where the pattern begins with a literal of at least three characters. */
    keywords: z.array(z.string().min(3)).optional(),
    /** One of the three. */
    pattern: z.string().optional(),
    value: z.string().optional(),
    reader: z.string().optional(),
    before: z.string().optional(),
    /** The pattern reads no more than it needs to be sure; the value goes on. */
    open: z.boolean().optional(),
    left: z.literal('any').optional(),
    name: z.string().optional(),
    check: z.string().optional(),
    entropy: z.number().min(0).max(6).optional(),
    repeats: z.boolean().optional(),
    wrapped: z.boolean().optional(),
    binary: z.boolean().optional(),
    /** The field that examples assign to. */
    field: z.string().optional(),
    ng: z.array(z.string()),
    ok: z.array(z.string()).default([]),
  })
  .refine((given) => [given.pattern, given.value, given.reader].filter((way) => way !== undefined).length === 1, {
    message: 'wants one of pattern, value and reader',
  });

export const fileSchema = z.strictObject({
  rule,
  severity,
  confidence: confidence.optional(),
  groups: z.array(
    z.strictObject({
      provider: z.string().min(1),
      severity: severity.optional(),
      rotate: z.string().min(8),
      formats: z.array(format).min(1),
    }),
  ),
});

export const knownSchema = z.strictObject({
  public: z.array(z.strictObject({ value: z.string().min(4), of: z.string().min(4) })),
  placeholders: z.array(z.string().regex(/^[a-z0-9]+$/)),
});

export type FormatEntry = z.infer<typeof format>;
export type FormatFile = z.infer<typeof fileSchema>;
export type KnownFile = z.infer<typeof knownSchema>;
