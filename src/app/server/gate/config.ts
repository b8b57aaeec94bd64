/** The section `gate` of the server's options: which registry it stands in front of, and what it lets through. */
import { z } from 'zod';
import { isLoopbackHost } from '../../../image/reference.ts';
import { UsageError } from '../../../types.ts';
import { secretSource } from '../secret-source.ts';
import type { SecretSource } from '../types.ts';
import { defaultGateLimits, type GateOptions } from './options.ts';

const repositories = z
  .string()
  .max(512)
  .regex(/^[a-z0-9*._/-]+$/, {
    error:
      'a pattern of repositories is made of a-z, 0-9, "/", ".", "_", "-" and the wildcards * and **, without a registry',
  });
const duration = z
  .string()
  .regex(/^\d{1,6}(?:ms|s|m|h)$/, { error: 'a time is a number with ms, s, m or h, such as 5m' })
  .transform(milliseconds);
const day = z.iso.date({ error: 'a day is written YYYY-MM-DD' });
const count = (most: number) => z.int().min(1).max(most);

/** `gate:` of the options. */
export const gateSchema = z
  .strictObject({
    upstream: z.url({ protocol: /^https?$/ }).describe('The registry behind the gate.'),
    credential: z
      .strictObject({ username: z.string().min(1).max(256), password: secretSource })
      .optional()
      .describe('For what the gate itself reads. Without it, each push is read with its own authorization.'),
    caFile: z.string().min(1).max(4096).optional().describe('Certificate authorities of the registry, PEM.'),
    insecure: z.boolean().default(false).describe('Allow plain HTTP to a registry that is not on this machine.'),
    tls: z
      .strictObject({ certificate: z.string().min(1), key: z.string().min(1) })
      .optional()
      .describe('Certificate and key that clients are shown, PEM files.'),
    timeLimit: duration.default(defaultGateLimits.gradingMs).describe('How long a push waits for its grade.'),
    undecided: z.enum(['open', 'closed']).default('closed').describe('What happens where the gate cannot tell.'),
    refusePulls: z.boolean().default(false).describe('Refuse pulls of images that fail, too.'),
    exceptions: z
      .array(
        z.strictObject({
          repository: repositories,
          tag: z.string().min(1).max(128).optional(),
          digest: z
            .string()
            .regex(/^sha256:[0-9a-f]{64}$/, { error: 'a digest is sha256: and 64 hex digits in lower case' })
            .optional(),
          reason: z.string().trim().min(1).max(300).describe('Why it may pass; kept with every decision.'),
          expires: day.optional().describe('The last day on which it counts.'),
        }),
      )
      .max(1000)
      .default([]),
    repositories: z
      .strictObject({
        include: z.array(repositories).min(1).max(1000).optional(),
        exclude: z.array(repositories).max(1000).default([]),
      })
      .prefault({})
      .describe('Which repositories are guarded; others pass unread.'),
    limits: z
      .strictObject({
        manifestBytes: count(64 << 20).default(defaultGateLimits.manifestBytes),
        children: count(512).default(defaultGateLimits.children),
        gradings: count(64).default(defaultGateLimits.gradings),
        waiting: count(10_000).default(defaultGateLimits.waiting),
      })
      .prefault({}),
  })
  .describe('A registry behind a gate.');
export type GateSection = z.infer<typeof gateSchema>;

/** What the section says of a gate; files of `tls` are the caller's to read. @param secretOf reads one secret; what it throws is passed on. @throws UsageError */
export function gateOptions(
  section: GateSection,
  secretOf: (source: SecretSource) => string,
): Pick<GateOptions, 'upstream' | 'policy' | 'registry'> & { limits: NonNullable<GateOptions['limits']> } {
  const upstream = upstreamOf(section);
  const { credential, caFile, undecided, refusePulls, exceptions, repositories: which, timeLimit, limits } = section;
  return {
    upstream,
    policy: { undecided, refusePulls, exceptions, include: which.include, exclude: which.exclude },
    limits: { ...limits, gradingMs: timeLimit },
    registry: {
      ...(caFile === undefined ? {} : { caFile }),
      ...(upstream.protocol === 'http:' ? { insecure: [upstream.host] } : {}),
      ...(credential ? { username: credential.username, password: secretOf(credential.password) } : {}),
    },
  };
}

function upstreamOf({ upstream, insecure }: GateSection): URL {
  const url = new URL(upstream);
  if (url.username || url.password)
    throw new UsageError('gate.upstream has a user or a password in its address; put them into gate.credential');
  if (url.pathname !== '/' || url.search || url.hash)
    throw new UsageError(`gate.upstream is ${url.origin} with a path behind it; give the registry's host alone`);
  if (url.protocol === 'http:' && !insecure && !isLoopbackHost(url.host))
    throw new UsageError(
      `gate.upstream is plain HTTP, and passwords would cross the network for all to read; use https://${url.host}, or allow it with insecure: true`,
    );
  return url;
}

/** ms of a time that was checked: `5m`. */
export function milliseconds(text: string): number {
  const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(text)!;
  return Number(digits) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
}
