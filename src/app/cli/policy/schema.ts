/** What tare.yaml may hold. schema/options.schema.json is made from it. Heavy (loads `zod`). */
import { z } from 'zod';
import { formatNames } from '../../../report/formats.ts';
import { pathPatternProblem } from '../../../rules/path-pattern.ts';
import { gateSchema, ruleId } from '../../../rules/profile-schema.ts';
import { date, kebab, pattern, text } from '../../../rules/schema.ts';

const path = text.superRefine((value, context) => {
  const problem = pathPatternProblem(value);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});

const suppression = z.strictObject({
  rule: ruleId.describe('Id of the rule.'),
  path: path.optional().describe('Path in the image, or of the Dockerfile, with * and **.'),
  package: text.max(256).optional().describe('Name of a package that the finding names.'),
  fingerprint: text.max(128).optional().describe('Of one finding, as the JSON report shows it.'),
  reason: text.max(1000).describe('Why it is let be. Shown in every report.'),
  expires: date.optional().describe('Last day on which it counts, YYYY-MM-DD.'),
});

const severities = z.record(ruleId, z.enum(['critical', 'high', 'medium', 'low', 'info']));

const judged = {
  profile: kebab.optional().describe('Ready-made gate: strict, cis-docker, nist-800-190, pss-restricted, or baseline.'),
  gate: gateSchema.optional().describe('What fails. Stands over the profile.'),
  severity: severities
    .optional()
    .describe('Severities by which the gate reads findings, by rule. The score keeps its own.'),
  suppress: z.array(suppression).max(10_000).optional().describe('What is let be. It moves the gate, never the score.'),
  trusted: z.array(pattern).max(10_000).optional().describe('Image patterns to trust beside the baseline’s.'),
};

const target = z
  .strictObject({
    image: z
      .union([pattern, z.array(pattern).min(1)])
      .optional()
      .describe('Image patterns that this part is for.'),
    path: z
      .union([path, z.array(path).min(1)])
      .optional()
      .describe('Dockerfiles or archives, from the file’s own folder.'),
    ...judged,
  })
  .refine(({ image, path }) => image !== undefined || path !== undefined, {
    error: 'a part of targets needs image or path: what it is for',
  });

/** tare.yaml. What opens files, networks or programs is not in it: the file may come with somebody else's project. */
export const optionsSchema = z
  .strictObject({
    version: z.literal(1).optional(),
    ruleset: text
      .optional()
      .describe('Your ruleset on top of the baseline: a file or folder, from this file’s folder, or npm:PACKAGE.'),
    ...judged,
    baseline: text.optional().describe('File of tare baseline, from this file’s folder: only what is new fails.'),
    hygiene: z.boolean().optional().describe('Let findings of Dockerfile quality fail the gate too.'),
    format: z.enum(formatNames as [string, ...string[]]).optional(),
    all: z.boolean().optional().describe('Show findings of low confidence too.'),
    quiet: z.boolean().optional(),
    platform: text.max(100).optional(),
    'all-platforms': z.boolean().optional(),
    verify: z.enum(['report', 'strict']).optional(),
    'as-of': date.optional(),
    timeout: z.number().positive().max(604_800).optional().describe('Seconds.'),
    concurrency: z.int().min(1).max(64).optional(),
    'build-arg': z.record(text, z.string()).optional().describe('Build arguments of Dockerfiles.'),
    targets: z.array(target).max(1000).optional().describe('What differs for some targets; later parts win.'),
  })
  .describe('Options for tare.');

export type OptionsFile = z.output<typeof optionsSchema>;
export type TargetPart = z.output<typeof target>;

/** schema/options.schema.json. */
export function optionsJsonSchema(): Record<string, unknown> {
  return { title: 'tare options', ...z.toJSONSchema(optionsSchema, { io: 'input' }) };
}
