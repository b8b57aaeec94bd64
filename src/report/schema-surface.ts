/** The part of the report's schema that says what the run user may change. */
import * as z from 'zod';
import { evidence, index } from './schema-parts.ts';

const size = z.int().min(0);
const kinds = ['code', 'path', 'library', 'config', 'data', 'temporary'] as const;
const kind = z.enum(kinds).meta({ id: 'SurfaceKind', description: 'Most dangerous first.' });
const count = z.object({ files: size, bytes: size });

/** The user that the container starts as. */
export const runUser = z
  .object({
    spec: z.string().describe('As the image config says it.'),
    defaulted: z.boolean().describe('It says nothing, which is root.'),
    uid: z.exactOptional(size),
    gid: z.exactOptional(size),
    name: z.exactOptional(z.string()),
    numeric: z.boolean(),
    missing: z.exactOptional(z.enum(['user', 'group'])).describe('The image has none of this name.'),
    groups: z.array(size).describe('Supplementary ones.'),
    dropsPrivilegeBy: z.exactOptional(z.string()).describe('A helper of the entrypoint that changes the user.'),
  })
  .meta({ id: 'RunUser', title: 'Run user' });

/** A declared port or range. */
export const exposedPort = z.object({ from: size, to: size, protocol: z.string(), spec: z.string() });

/** The writable surface. */
export const writableSurface = z
  .object({
    everything: z.boolean().describe('uid 0: paths is empty, and the counts are those of all files.'),
    counts: z.object({ code: count, path: count, library: count, config: count, data: count, temporary: count }),
    paths: z
      .array(
        z.object({
          path: z.string(),
          layer: index,
          kind,
          by: z.enum(['own', 'world', 'parent']).describe('parent: it is not there, and can be made.'),
          files: size,
          bytes: size,
        }),
      )
      .describe('Of a folder that may be changed as a whole only the folder is named.'),
    more: size.describe('Paths left out.'),
    mounts: z
      .array(
        z.object({
          path: z.string(),
          kind: z.enum(['tmpfs', 'volume']),
          why: z.string(),
          need: z
            .enum(['must', 'may', 'declared'])
            .describe('must: known to fail without it. declared: a VOLUME of the image.'),
          files: size.describe('Files of the image that an empty mount hides.'),
          code: size.describe('Of those: code, programs and libraries.'),
          evidence,
        }),
      )
      .describe('What a read-only root filesystem needs.'),
    mountsComplete: z.boolean().describe('The start command was followed to its end.'),
    spareUser: z.exactOptional(
      z.object({
        name: z.string(),
        uid: size,
        gid: size,
        via: z.enum(['drops', 'workload', 'only']),
      }),
    ),
  })
  .meta({ id: 'WritableSurface', title: 'What the run user may change' });
