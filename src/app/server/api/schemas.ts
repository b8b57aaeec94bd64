/** What goes in and out of the API. Routes check by these, and the description at /api/docs is made from them. */
import { z } from 'zod';
import { registryHost } from '../registry-host.ts';
import { scopes } from '../store/tokens.ts';

/** Best first. */
export const grades = ['A', 'B', 'C', 'D', 'F'] as const;
export const grade = z.enum(grades).describe('Grade, A best.');
/** Text that the database can hold: no NUL, and no half of a surrogate pair. */
export const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\0]*$/, { error: 'there is a NUL in it' })
    .refine((value) => value.isWellFormed(), { error: 'it is no Unicode text' });

export const limit = z.coerce.number().int().min(1).max(200).default(50).describe('Entries of one page.');
export const cursor = text(2000).optional().describe('`next` of the page before.');
export const flag = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .optional();
export const id = z.string().regex(/^[1-9]\d{0,17}$/, { error: 'an id is a number' });
const time = z.string().describe('ISO 8601, UTC.');

export const problem = z
  .object({ type: z.string(), title: z.string(), status: z.number(), detail: z.string() })
  .describe('RFC 9457.');

/** Answers that any route may give. */
export const errors = { '4xx': problem, '5xx': problem } as const;

export const scanRequest = z.union([
  z.strictObject({
    image: text(1024).describe('Reference: registry.example.com/team/app:1.2'),
    fresh: z.boolean().optional().describe('Ask the registry again, even where it was graded.'),
  }),
  z.strictObject({
    registry: registryHost,
    repository: text(255),
    tag: text(128).optional(),
    digest: text(71).optional(),
    fresh: z.boolean().optional(),
  }),
]);

export const accepted = z.object({
  push: z.string(),
  scan: z.string().optional().describe('Absent until the digest of the tag is known.'),
  outcome: z.enum(['queued', 'known', 'resolving']),
});

const scanFields = {
  id: z.string(),
  digest: z.string(),
  registry: z.string(),
  repository: z.string(),
  tag: z.string().optional(),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  reason: z.string().optional().describe('Why it failed, or is tried again.'),
  attempts: z.number(),
  queuedAt: time,
  startedAt: time.optional(),
  finishedAt: time.optional(),
  seconds: z.number().optional(),
  passed: z.boolean().optional(),
  score: z.number().optional(),
  grade: z.string().optional(),
  counts: z.record(z.string(), z.number()).optional().describe('Findings by severity.'),
};
const platforms = z.array(
  z.object({
    platform: z.string(),
    digest: z.string().optional(),
    score: z.number(),
    grade: z.string(),
    passed: z.boolean(),
  }),
);
const verdict = z.object({
  registry: z.string(),
  repository: z.string(),
  tag: z.string().optional(),
  digest: z.string(),
  passed: z.boolean(),
  reason: z.string(),
  score: z.number(),
  grade: z.string(),
  counts: z.record(z.string(), z.number()).describe('Findings by severity.'),
  worst: z.array(
    z.object({
      rule: z.string(),
      severity: z.string(),
      title: z.string(),
      message: z.string(),
      remediation: z.string().optional(),
    }),
  ),
  ruleset: z.object({ name: z.string(), version: z.string() }),
  gradedAt: time,
  reportUrl: z.string().optional(),
});

export const scan = z.object(scanFields);
export const scanDetail = z.object({ ...scanFields, verdict: verdict.optional(), platforms });
export const image = z.object({
  digest: z.string(),
  verdict: verdict.optional(),
  platforms,
  scans: z.array(scan),
  tags: z.array(z.object({ registry: z.string(), repository: z.string(), tag: z.string() })),
});

export const repository = z.object({
  registry: z.string(),
  repository: z.string(),
  pushedAt: time,
  tags: z.number(),
  failing: z.number().describe('Tags whose image fails the gate.'),
  worst: z.object({ grade: z.string(), score: z.number() }).optional().describe('Of the tags as they stand.'),
  latest: z
    .object({ grade: z.string(), score: z.number(), passed: z.boolean(), digest: z.string() })
    .optional()
    .describe('Of the last graded push.'),
});
export const tag = z.object({
  tag: z.string(),
  digest: z.string(),
  updatedAt: time,
  grade: z.string().optional(),
  score: z.number().optional(),
  passed: z.boolean().optional(),
});
export const trendPoint = z.object({
  at: time,
  tag: z.string().optional(),
  digest: z.string(),
  score: z.number(),
  grade: z.string(),
  passed: z.boolean(),
});

/** One page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().optional().describe('`cursor` of the next page.') });

export const decision = z.object({
  id: z.string(),
  at: time,
  action: z.enum(['push', 'pull']),
  registry: z.string(),
  repository: z.string(),
  tag: z.string().optional(),
  digest: z.string(),
  outcome: z.string(),
  reason: z.string(),
  score: z.number().optional(),
  grade: z.string().optional(),
});
export const outcome = z.enum(['allowed', 'denied', 'excepted', 'open', 'closed']);

export const queue = z.object({
  depth: z.record(z.string(), z.object({ waiting: z.number(), running: z.number() })),
  dead: z.array(z.object({ id: z.string(), at: time, data: z.unknown(), reason: z.string() })),
  workers: z.array(
    z.object({ id: z.string(), host: z.string(), pid: z.number(), startedAt: time, seenAt: time, holds: z.number() }),
  ),
});

const patterns = z.array(text(512)).max(200).default([]);
export const sweepRequest = z.strictObject({ registry: registryHost, include: patterns, exclude: patterns });
export const rescanRequest = z.strictObject({ fresh: z.boolean().default(false) });

export const tokenName = z.string().regex(/^[A-Za-z0-9][\w.@-]{0,99}$/, {
  error: 'a name is made of letters, digits, ".", "_", "@" and "-", up to 100 characters',
});
export const tokenRequest = z.strictObject({
  name: tokenName,
  scopes: z.array(z.enum(scopes)).min(1).max(3),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export const token = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdAt: time,
  expiresAt: time.optional(),
  usedAt: time.optional(),
});
