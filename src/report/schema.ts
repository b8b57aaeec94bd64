/**
 * The shape of the JSON report as a schema: published as schema/report.schema.json, and loaded by nothing that scans.
 * The last lines hold it to src/types: a field that is in one and not in the other does not compile.
 */
import * as z from 'zod';
import type { ImageReport } from '../types/report.ts';
import type { Digest } from '../types.ts';

const digest = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]).meta({
  id: 'Digest',
  description: 'Content address (OCI image-spec, descriptor.md, "Digests").',
}) as z.ZodType<Digest>;
const size = z.int().min(0);
const index = z.int().min(0).describe('Index of a layer, 0 = lowest.');
const share = z.number().min(0).max(100);
const severity = z
  .enum(['critical', 'high', 'medium', 'low', 'info'])
  .meta({ id: 'Severity', description: 'Harm at run time.' });
const category = z
  .enum([
    'minimal-base',
    'unnecessary-software',
    'least-privilege',
    'secrets-and-data',
    'trusted-source',
    'immutability',
    'hygiene',
  ])
  .meta({ id: 'Category', description: 'hygiene is Dockerfile quality and never scores.' });
const rule = z.string().min(1).describe('Id of a rule: kebab-case, names the fault.');

const position = z.object({ line: z.int().min(1), column: z.int().min(1) }).meta({
  id: 'Position',
  description: 'Counted from one.',
});
const note = z.exactOptional(z.string());
const evidence = z
  .discriminatedUnion('at', [
    z.object({
      at: z.literal('file'),
      path: z.string().describe('In the root filesystem, without a leading slash.'),
      layer: index,
      line: z.exactOptional(z.int().min(1)),
      column: z.exactOptional(z.int().min(1)),
      note,
    }),
    z.object({
      at: z.literal('config'),
      pointer: z.string().describe('JSON pointer (RFC 6901) into the document.'),
      document: z
        .exactOptional(z.enum(['config', 'manifest', 'index', 'reference']))
        .describe('Absent: the image config.'),
      note,
    }),
    z.object({
      at: z.literal('instruction'),
      file: z.string(),
      stage: z.int(),
      range: z.object({ start: position, end: position }),
      note,
    }),
  ])
  .meta({
    id: 'Evidence',
    description: 'Where something was seen: a file of a layer, a document of the image, an instruction.',
  });

const edit = z.object({
  file: z.string(),
  range: z.object({ start: position, end: position }).describe('What goes; an empty range inserts.'),
  text: z.string(),
});
const fix = z
  .object({
    description: z.string(),
    unsafe: z.exactOptional(z.boolean()).describe('Changes more than the fault.'),
    edits: z.tuple([edit], edit),
  })
  .meta({ id: 'Fix', description: 'A change to a Dockerfile that mends the finding.' });

const origin = z.exactOptional(z.enum(['base', 'own']));
const line = z.exactOptional(z.int().min(1));

const finding = z
  .object({
    rule,
    category,
    outcome: z.enum(['fail', 'unknown']).describe('unknown: evidence is missing; counts as failed.'),
    severity,
    confidence: z
      .enum(['high', 'medium', 'low'])
      .describe('Low neither scores nor gates; a critical below high counts as high.'),
    weight: z.exactOptional(z.number().min(0).max(1)).describe('Of a measured finding; absent: by severity.'),
    message: z.string().describe('What is wrong, without any secret.'),
    remediation: z.string().describe('What to change; for an unknown, what would make it known.'),
    data: z.record(z.string(), z.union([z.string(), z.number()])),
    evidence: z.tuple([evidence], evidence),
    fingerprint: z.string().min(1).describe('The same after a rebuild.'),
    suppression: z
      .exactOptional(z.object({ reason: z.string(), expires: z.exactOptional(z.string()) }))
      .describe('Moves the gate, never the score.'),
    fix: z.exactOptional(fix),
    origin: origin.describe('Joined to a Dockerfile: base where every place lies below its own instructions.'),
    gain: share.describe('Score without this finding minus the score now.'),
  })
  .meta({ id: 'Finding', title: 'Finding' });

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
    grade: z.enum(['A', 'B', 'C', 'D', 'F']),
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
});
const statusEntry = z.object({
  part: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
  layer: z.exactOptional(index),
});
const tool = z.object({ name: z.literal('tare'), version: z.string() });

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
    findings: z.array(finding).describe('Fix-first: by gain, then severity, then rule.'),
    packages: z.array(inventoryEntry),
    status: z.array(statusEntry).describe('What did not go the ordinary way.'),
    gate: z.object({
      passed: z.boolean(),
      reason: z.string(),
      failOn: z.enum(['critical', 'high', 'medium', 'low', 'info', 'none']),
      minScore: z.exactOptional(z.number()),
    }),
  })
  .meta({ id: 'ImageReport', title: 'Report of one image' });

/** What `--format json` prints: one report, or several in one document. */
export const reportSchema = z.union([
  imageReportSchema,
  z
    .object({ schemaVersion: z.literal(1), tool, reports: z.array(imageReportSchema).min(1) })
    .meta({ id: 'ReportSet', title: 'Reports of one run' }),
]);

/** JSON Schema, draft 2020-12. Later minor versions may add fields, so unknown ones are allowed. */
export function reportJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: 'urn:tare:schema:report:1',
    title: 'tare report',
    description: 'The JSON report of tare, schemaVersion 1: how hardened a container image is, and what to change.',
    ...schema,
  };
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Resolved to plain properties, so that equal shapes compare as equal however they were written. */
type Plain<T> = T extends string | number | boolean | null ? T : { [K in keyof T]: Plain<T[K]> };
const matchesTypes: Same<Plain<z.infer<typeof imageReportSchema>>, Plain<ImageReport>> = true;
void matchesTypes;
