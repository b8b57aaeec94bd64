/** What a gate can be told, in profiles and in users' options alike. Heavy (loads `zod`). */
import { z } from 'zod';
import { categoryNames } from '../types/category.ts';
import { failOns, thresholds } from '../types/severity.ts';
import { kebab, text } from './schema.ts';
import { shellcheckId } from './shellcheck.ts';

/** `any` fails on whatever the rule finds. */
const thresholdSchema = z.enum(thresholds);

/** A rule of ours, or a check of ShellCheck's, which goes by its own id. */
export const ruleId = z.union([kebab, z.string().regex(shellcheckId)], {
  error: 'must be the id of a rule, such as run-as-root or SC2086',
});

export const gateSchema = z.strictObject({
  'fail-on': z.enum(failOns).optional().describe('The least severity that fails.'),
  'min-score': z.number().min(0).max(100).optional().describe('The least score that passes.'),
  categories: z
    .partialRecord(z.enum(categoryNames), thresholdSchema)
    .optional()
    .describe('Thresholds of categories, in place of fail-on.'),
  rules: z.record(ruleId, thresholdSchema).optional().describe('Thresholds of rules, in place of their categories’.'),
});

/** A profile: rulesets/<name>.yaml. It moves the gate and never the score. */
export const profileSchema = z.strictObject({
  name: kebab,
  title: text.max(100),
  gate: gateSchema,
  references: z.array(z.strictObject({ title: text, section: text.optional(), url: z.url().optional() })).min(1),
});

export type Gate = z.output<typeof gateSchema>;
export type Profile = z.output<typeof profileSchema>;
