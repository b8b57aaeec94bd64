/**
 * The shape of the JSON of `tare lint` as a schema: published as schema/lint.schema.json, and loaded by nothing that lints.
 * The last lines hold it to src/types.
 */
import * as z from 'zod';
import type { DockerfileReport } from '../types/report.ts';
import {
  type Alike,
  category,
  finding,
  gate,
  grade,
  published,
  rule,
  share,
  statusEntry,
  tool,
} from './schema-parts.ts';

const forecast = z
  .object({
    low: share.describe('Everything that the file leaves open counts as failed.'),
    high: share.describe('Everything that the file leaves open passes.'),
    grades: z.object({ low: grade, high: grade }),
    holding: z
      .array(
        z.object({
          rule,
          category,
          points: z.number().gt(0).describe('What mending it alone adds to its end of the range.'),
          certain: z.boolean().describe('False where only the built image can tell.'),
        }),
      )
      .describe('Certain ones first, heaviest first.'),
  })
  .meta({ id: 'Forecast', description: 'The scores that an image from the file can reach: a range, and no grade.' });

/** One Dockerfile's report. */
export const dockerfileReportSchema = z
  .object({
    schemaVersion: z.literal(1),
    tool,
    target: z.object({
      name: z.string(),
      kind: z.literal('dockerfile'),
      stages: z.int().min(0),
      stage: z.exactOptional(z.string()).describe('Name or number of the stage that the build ends with.'),
      base: z.exactOptional(z.string()).describe('The image at the bottom of it, or scratch.'),
    }),
    ruleset: z.object({ name: z.string(), version: z.string(), asOf: z.string().describe('YYYY-MM-DD') }),
    forecast,
    findings: z.array(finding.omit({ gain: true })).describe('In the order of the file.'),
    status: z.array(statusEntry).describe('What did not go the ordinary way.'),
    gate,
  })
  .meta({ id: 'DockerfileReport', title: 'Report of one Dockerfile' });

const lintSchema = z.union([
  dockerfileReportSchema,
  z
    .object({ schemaVersion: z.literal(1), tool, reports: z.array(dockerfileReportSchema).min(1) })
    .meta({ id: 'DockerfileReportSet', title: 'Reports of one run' }),
]);

/** JSON Schema, as it is published. */
export function lintJsonSchema(): Record<string, unknown> {
  return published(
    lintSchema,
    'lint',
    'tare lint report',
    'The JSON report of tare lint, schemaVersion 1: what to change in a Dockerfile before it is built.',
  );
}

const matchesTypes: Alike<z.infer<typeof dockerfileReportSchema>, DockerfileReport> = true;
void matchesTypes;
