/** The form of a rule in a user's ruleset. Heavy (loads `zod`). */
import { z } from 'zod';
import { categoryNames } from '../types/category.ts';
import { kinds } from './own-kinds.ts';
import { templateProblem } from './template.ts';

const text = z.string().trim().min(1);
const template = text.max(1000).superRefine((value, context) => {
  const problem = templateProblem(value);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});
function oneInput<S extends z.ZodType<{ dockerfile?: string | undefined; image?: unknown }>>(schema: S): S {
  return schema.refine(({ dockerfile, image }) => (dockerfile === undefined) !== (image === undefined), {
    message: 'needs a dockerfile or an image, and only one of them',
  });
}
const trial = {
  dockerfile: z.string().optional().describe('Text of a Dockerfile.'),
  image: z.record(z.string(), z.unknown()).optional().describe('An image, as a recipe writes it.'),
  asOf: z.iso.date('must be a date such as 2028-06-30').optional().describe('The day on which it is judged.'),
};

/** A rule of the user's own. */
export const ownRuleSchema = z.strictObject({
  title: text.max(100).describe('The fault as a short statement.'),
  for: z
    .enum(kinds.map(({ name }) => name) as [string, ...string[]])
    .describe('What the rule looks at, one after the other.'),
  on: z
    .array(z.enum(['image', 'dockerfile']))
    .min(1)
    .optional()
    .describe('What it is judged on; default: all that what it is for can be seen in.'),
  when: z.string().trim().min(1).describe('CEL: true for what is wrong.'),
  category: z.enum(categoryNames),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']).describe('Harm at run time.'),
  confidence: z.enum(['high', 'medium', 'low']).default('high'),
  message: template.describe('What is wrong, with {fields} of what it is for; {count} and {names} where it gathers.'),
  why: text.max(2000).describe('What goes wrong when the fault is there.'),
  remediation: template.describe('What to change.'),
  references: z
    .array(z.strictObject({ title: text, section: text.optional(), url: z.url({ protocol: /^https$/ }).optional() }))
    .max(20)
    .default([]),
  gather: z.boolean().default(false).describe('One finding with all places, in place of one for each.'),
  tests: z
    .strictObject({
      ok: z
        .array(oneInput(z.strictObject(trial)))
        .max(50)
        .default([])
        .describe('Nothing is found in these.'),
      ng: z
        .array(
          oneInput(
            z.strictObject({
              ...trial,
              findings: z.int().min(1).optional().describe('How many; default: one or more.'),
              messages: z.array(text).max(50).optional().describe('Parts of messages, each of which some finding has.'),
            }),
          ),
        )
        .max(50)
        .default([])
        .describe('Something is found in each of these.'),
    })
    .default({ ok: [], ng: [] })
    .describe('Run by `tare rules test FILE`.'),
});

/** As a file has it, once it is checked. */
export type OwnRule = z.output<typeof ownRuleSchema>;
