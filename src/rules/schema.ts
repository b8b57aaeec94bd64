/** The one definition of what a rule, a data file and a user's ruleset may hold. Heavy (loads `zod`). */
import { z } from 'zod';
import { categoryNames } from '../types/category.ts';
import type {
  EndOfLife,
  EndOfLifeRuntimes,
  EscalationBinaries,
  KnownBases,
  ManagementPorts,
  Peers,
  TrustedRegistries,
} from './data.ts';
import { expressionProblem } from './expression.ts';
import type { Loose } from './loose.ts';
import { ownRuleSchema } from './own-schema.ts';
import { patternProblem } from './pattern.ts';
import { templateProblem } from './template.ts';

export const text = z.string().trim().min(1);
export const kebab = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must be words of a-z and 0-9 joined by hyphens, such as shell-present');
const camel = z
  .string()
  .max(64)
  .regex(/^[a-z][A-Za-z0-9]*$/, 'must be a camelCase name, such as maximumBytes');
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a digest such as sha256:… with 64 hex digits');
export const date = z.iso.date('must be a date such as 2028-06-30');
export const pattern = z.string().superRefine((value, context) => {
  const problem = patternProblem(value);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});
const template = text.superRefine((value, context) => {
  const problem = templateProblem(value);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});
const templates = z.union([template, z.object({ default: template }).catchall(template)], {
  error:
    'must be a text, or texts by variant with one named default; each with placeholders such as {name}, {name:bytes} or {name:one|many}',
});

/** A rule of the baseline: rulesets/baseline/<category>/<id>.yaml. */
export const ruleSchema = z.strictObject({
  id: kebab.describe('Names the fault, never the cure.'),
  title: text.max(100).describe('The fault as a short statement.'),
  category: z.enum(categoryNames),
  severity: z
    .enum(['critical', 'high', 'medium', 'low', 'info', 'measured'])
    .describe('Harm at run time; `measured` where the check weighs what it finds.'),
  confidence: z.enum(['high', 'medium', 'low']).default('high'),
  on: z.array(z.enum(['image', 'dockerfile'])).min(1),
  why: text.describe('What goes wrong when the fault is there.'),
  message: templates.describe(
    'What is wrong, with {placeholders} from the hit; by variant where there are several cases.',
  ),
  remediation: templates.describe('What to change.'),
  references: z
    .array(z.strictObject({ title: text, section: text.optional(), url: z.url({ protocol: /^https$/ }).optional() }))
    .min(1),
  parameters: z
    .record(camel, z.unknown())
    .default({})
    .describe('Values that the check reads and that a ruleset may set.'),
  data: z.array(kebab).default([]).describe('Names of the files in rulesets/data that the check reads.'),
});

const expression = text.max(500).superRefine((value, context) => {
  const problem = expressionProblem(value);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});

/** One secret, or kind of secret, that a user knows to be none. */
const secretAllow = z
  .strictObject({
    reason: text.max(300).describe('Why it is no secret; shown in the report.'),
    path: text.max(500).optional().describe('Path pattern: * within a segment, ** across.'),
    pattern: expression.optional().describe('Regular expression that the whole value fits.'),
    stopWord: text.max(200).optional().describe('Text in the value, in any case.'),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/, 'must be the 16 hex digits that the report shows')
      .optional(),
    detector: kebab.optional().describe('What found it, as the report names it.'),
    expires: date.optional().describe('Last day on which this holds.'),
  })
  .refine(({ reason: _, expires: __, ...rest }) => Object.values(rest).some((value) => value !== undefined), {
    message: 'needs a path, pattern, stopWord, fingerprint or detector to say which secret it means',
  });

/** What a ruleset may say of a rule of the baseline. */
const change = z.strictObject({
  parameters: z.record(camel, z.unknown()).describe('New values, of the same shape as the defaults.'),
});

function rulesetOf<S extends z.ZodType>(rule: S) {
  return z
    .strictObject({
      name: kebab.optional().describe('Shown in reports beside the baseline.'),
      description: text.optional(),
      trusted: z
        .array(pattern)
        .optional()
        .describe(
          'Image patterns to trust beside the baseline: registry/namespace/repository[:tag|@digest], with * and **.',
        ),
      disable: z
        .array(kebab)
        .optional()
        .describe('Rules not to judge. Each counts as unknown, so that the score does not rise.'),
      rules: z
        .record(kebab, rule)
        .optional()
        .describe('Changes to rules of the baseline, and rules of your own, by id.'),
      secrets: z
        .strictObject({ allow: z.array(secretAllow).max(1000) })
        .optional()
        .describe(
          'What to let be of the secrets that are found. They are reported as suppressed and cost their points.',
        ),
    })
    .describe('A ruleset for tare: what to change of the baseline, and what to ask beside it.');
}

/** A user's ruleset without the rules of its own, which are held to `ownRuleSchema` one by one. */
export const userRulesetSchema = rulesetOf(change);

/** Every data file says when it was last gone through. */
const dated = { version: z.literal(1), asOf: date };
const shellDialect = z.enum(['sh', 'bash', 'dash', 'ksh', 'busybox']);
const named = z.array(z.strictObject({ name: text, why: text }));

/** Shapes of the data files that have one; others are free. */
export const dataSchemas: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  [
    'trusted-registries',
    z.strictObject({
      ...dated,
      patterns: z.array(z.strictObject({ pattern, why: text })),
    }) satisfies z.ZodType<TrustedRegistries>,
  ],
  [
    'end-of-life',
    z.strictObject({
      ...dated,
      distros: z.array(
        z.strictObject({
          ids: z.array(text).min(1),
          name: text,
          support: text,
          source: z.url(),
          rolling: z.boolean().optional(),
          releases: z.array(
            z.strictObject({
              version: text.optional(),
              codename: text.optional(),
              end: date.optional(),
              note: text.optional(),
            }),
          ),
        }),
      ),
    }) satisfies z.ZodType<Loose<EndOfLife>>,
  ],
  [
    'end-of-life-runtimes',
    z.strictObject({
      ...dated,
      runtimes: z.array(
        z.strictObject({
          name: text,
          title: text,
          source: z.url(),
          tool: z.boolean().optional(),
          releases: z.array(z.strictObject({ version: text, end: date })),
        }),
      ),
    }) satisfies z.ZodType<Loose<EndOfLifeRuntimes>>,
  ],
  [
    'management-ports',
    z.strictObject({
      ...dated,
      ports: z.array(
        z.strictObject({ port: z.int().min(1).max(65535), protocol: z.enum(['tcp', 'udp']), name: text, why: text }),
      ),
    }) satisfies z.ZodType<ManagementPorts>,
  ],
  [
    'shellcheck',
    z.strictObject({
      ...dated,
      sh: z.array(z.strictObject({ dialect: shellDialect, distros: z.array(text), managers: z.array(text) })),
      leftOut: z.array(
        z.strictObject({ code: z.int().min(1000).max(9999), shells: z.array(shellDialect).optional(), why: text }),
      ),
    }),
  ],
  [
    'peers',
    z.strictObject({
      ...dated,
      checks: z.array(
        z
          .strictObject({
            tool: z.enum(['hadolint', 'buildkit', 'trivy', 'checkov', 'kics']),
            id: text,
            title: text,
            rules: z.array(kebab),
            refused: text.optional(),
          })
          .refine(({ rules, refused }) => (rules.length === 0) === (refused !== undefined), {
            error: 'names rules, or says in `refused` why there is none',
          }),
      ),
    }) satisfies z.ZodType<Loose<Peers>>,
  ],
  [
    'known-bases',
    z.strictObject({
      ...dated,
      bases: z.array(
        z
          .strictObject({
            image: z
              .string()
              .regex(/^[a-z0-9.:-]+(?:\/[a-z0-9._-]+)+:[A-Za-z0-9._-]+$/, 'must be a full name with its tag'),
            line: text,
            platform: z.string().regex(/^[a-z]+\/[a-z0-9]+$/, 'must be os/architecture'),
            created: date,
            diffIDs: z.array(digest).min(1).optional(),
            digests: z.array(digest).min(1).optional(),
            distro: text.optional(),
            version: z
              .string()
              .regex(/^[0-9]+(?:\.[0-9]+)*$/, 'must be numbers and dots')
              .optional(),
            source: text,
          })
          .refine(({ diffIDs, digests }) => diffIDs !== undefined || digests !== undefined, {
            error: 'needs diffIDs or digests',
          }),
      ),
    }) satisfies z.ZodType<Loose<KnownBases>>,
  ],
  [
    'escalation-binaries',
    z.strictObject({ ...dated, escalates: named, ordinary: named }) satisfies z.ZodType<EscalationBinaries>,
  ],
]);

/** JSON Schema (draft 2020-12) of users' rulesets, for editors. */
export function rulesetJsonSchema(): object {
  return { title: 'tare ruleset', ...z.toJSONSchema(rulesetOf(z.union([change, ownRuleSchema])), { io: 'input' }) };
}
