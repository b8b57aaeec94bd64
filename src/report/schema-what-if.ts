/** The part of the report's schema on another base. */
import * as z from 'zod';
import { grade, share } from './schema-parts.ts';

const amount = z.number().min(0);

/** An estimate of the same image on another base (docs/smallest-base.md). */
export const whatIf = z
  .object({
    estimate: z.literal(true),
    base: z.string().describe('Name of the base family.'),
    image: z.string().describe('The image to write in FROM.'),
    asked: z.boolean().describe('Asked for by --what-if; else the smallest family that would serve.'),
    serves: z.enum(['yes', 'no', 'unknown']).describe('Whether the workload would run on it.'),
    same: z.boolean().describe("The image's base is no larger than that family's: nothing would change."),
    score: z.object({ before: share, after: share }),
    grade: z.object({ before: grade, after: grade }),
    size: z.object({ before: amount, after: amount }).describe('Bytes unpacked.'),
    osBytes: z.object({ before: amount, after: amount }),
    osPackages: z.object({ before: amount, after: amount }),
  })
  .meta({ id: 'WhatIf', title: 'The image on another base, as an estimate' });
