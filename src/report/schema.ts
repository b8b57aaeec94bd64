/**
 * The shape of the JSON report as a schema: published as schema/report.schema.json, and loaded by nothing that scans.
 * The last lines hold it to src/types: a field that is in one and not in the other does not compile.
 */
import * as z from 'zod';
import type { ImageReport } from '../types/report.ts';
import type { Digest } from '../types.ts';
import {
  type Alike,
  category,
  finding,
  gate,
  grade,
  index,
  line,
  origin,
  published,
  rule,
  share,
  statusEntry,
  tool,
} from './schema-parts.ts';
import { exposedPort, runUser, writableSurface } from './schema-surface.ts';
import { whatIf } from './schema-what-if.ts';

const brought = z.object({ findings: z.int().min(0), gain: share });

const digest = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]).meta({
  id: 'Digest',
  description: 'Content address (OCI image-spec, descriptor.md, "Digests").',
}) as z.ZodType<Digest>;
const size = z.int().min(0);

const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.exactOptional(z.string()),
  'os.version': z.exactOptional(z.string()),
});
const layer = z
  .object({
    index,
    digest: digest.describe('As stored.'),
    diffID: digest.describe('Of the uncompressed tar.'),
    storedSize: size.describe('Bytes as stored.'),
    size: size.describe('Bytes of file content that the layer adds.'),
    entries: size,
    mediaType: z.string(),
    createdBy: z.exactOptional(z.string()),
    origin: origin.describe('Joined to a Dockerfile: what the layer comes from.'),
    line: line.describe('Line of the Dockerfile that made it.'),
  })
  .meta({ id: 'Layer', title: 'Layer' });
const target = z.object({
  name: z.string(),
  kind: z.enum(['docker', 'docker-archive', 'oci-archive', 'oci-dir', 'registry', 'rootfs', 'recipe', 'dockerfile']),
  digest: z.exactOptional(digest).describe('Of the manifest, else of the config.'),
  platform: z.exactOptional(platform),
  size: size.describe('Bytes of all layers as stored.'),
  layers: z.array(layer),
});
const distro = z.object({
  id: z.string().describe('os-release ID, or scratch.'),
  idLike: z.array(z.string()),
  name: z.string(),
  versionId: z.string(),
  codename: z.exactOptional(z.string()),
  prettyName: z.string(),
  distroless: z.boolean(),
});

const score = z
  .object({
    value: share.describe('In tenths.'),
    ceiling: share.describe('The value if every unknown passed.'),
    grade,
    categories: z.array(z.object({ category, points: share, left: share })),
    ledger: z
      .array(
        z.object({
          category: z.exactOptional(category),
          rules: z.array(rule),
          points: z.number().gt(0).max(100).describe('Whole millionths of a point.'),
          kind: z.enum(['rule', 'cap', 'rounding']),
        }),
      )
      .describe('Rule lines sum to 100 less the raw score; all lines to 100 less the value.'),
  })
  .meta({ id: 'Score', title: 'Score' });

const dockerfile = z
  .object({
    file: z.string(),
    stage: z.string().describe('By name or index.'),
    match: z
      .enum(['same', 'drifted', 'other', 'unknown'])
      .describe('other: not built from this file. unknown: the history does not say.'),
    instructions: size.describe('That leave a step.'),
    matched: size,
    drift: z.array(
      z.object({
        kind: z
          .enum(['instruction', 'step', 'changed'])
          .describe('instruction: without a step. step: without an instruction. changed: they differ.'),
        keyword: z.string(),
        line,
        step: z.exactOptional(z.int().min(0)).describe('Index in the history.'),
        layer: z.exactOptional(index),
        createdBy: z.exactOptional(z.string()),
      }),
    ),
    base: z.object({
      image: z.string().describe('After FROM, expanded; scratch where there is none.'),
      layers: size,
      size,
      findings: size.describe('That lie in the base alone.'),
      gain: share.describe('Points that mending all of them would add.'),
      smaller: brought.describe('Of those: what a smaller base would not have.'),
      newer: brought.describe('Of those: what a newer base would mend.'),
    }),
  })
  .meta({ id: 'DockerfileJoin', title: 'The Dockerfile that the image was joined to' });

const inventoryEntry = z.object({
  name: z.string(),
  version: z.string(),
  type: z.string(),
  layer: index,
  size,
  purl: z.string(),
  licence: z.exactOptional(z.string()).describe("SPDX expression, or the package's own words."),
  dev: z.exactOptional(z.boolean()).describe("For development only, by the application's own manifest or lock file."),
});

/** One image's report. */
export const imageReportSchema = z
  .object({
    schemaVersion: z.literal(1),
    tool,
    target,
    ruleset: z.object({ name: z.string(), version: z.string(), asOf: z.string().describe('YYYY-MM-DD') }),
    distro: z.nullable(distro),
    dockerfile: z.exactOptional(dockerfile),
    score,
    whatIf: z.exactOptional(whatIf),
    findings: z.array(finding).describe('Fix-first: by gain, then severity, then rule.'),
    packages: z.array(inventoryEntry),
    user: z.exactOptional(runUser),
    ports: z.exactOptional(z.array(exposedPort)),
    surface: z.exactOptional(writableSurface),
    waste: z
      .exactOptional(z.object({ bytes: size, efficiency: z.number().min(0).max(1) }))
      .describe('Bytes that no container needs, and the share of all in the layers that is needed.'),
    status: z.array(statusEntry).describe('What did not go the ordinary way.'),
    gate,
  })
  .meta({ id: 'ImageReport', title: 'Report of one image' });

/** What `--format json` prints: one report, or several in one document. */
export const reportSchema = z.union([
  imageReportSchema,
  z
    .object({ schemaVersion: z.literal(1), tool, reports: z.array(imageReportSchema).min(1) })
    .meta({ id: 'ReportSet', title: 'Reports of one run' }),
]);

/** JSON Schema, as it is published. */
export function reportJsonSchema(): Record<string, unknown> {
  return published(
    reportSchema,
    'report',
    'tare report',
    'The JSON report of tare, schemaVersion 1: how hardened a container image is, and what to change.',
  );
}

const matchesTypes: Alike<z.infer<typeof imageReportSchema>, ImageReport> = true;
void matchesTypes;
