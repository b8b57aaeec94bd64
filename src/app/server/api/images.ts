/** Everything that is known of one digest. */
import { z } from 'zod';
import { digestFrom } from '../names.ts';
import type { ServerParts } from '../parts.ts';
import { Problem } from '../problem.ts';
import { reportFormats, reportsOfDigest, written } from '../reports.ts';
import { scanOf, scansOfDigest, tagsOfDigest } from '../store/scan-list.ts';
import type { Api } from './app.ts';
import * as s from './schemas.ts';

const params = z.object({ digest: s.text(200).describe('sha256:…, of the manifest or index that was pushed.') });

export async function imageRoutes(app: Api, { database: { query }, judge }: ServerParts): Promise<void> {
  app.get('/images/:digest', {
    config: { access: 'read' },
    schema: { summary: 'Verdict on an image', params, response: { 200: s.image, ...s.errors } },
    handler: async ({ params }) => {
      const digest = digestFrom(params.digest);
      const scans = await scansOfDigest(query, digest, judge);
      const [best] = scans;
      if (!best) throw new Problem(404, `Nothing is known of ${digest}`);
      const { verdict, platforms } = (await scanOf(query, best.id)) ?? { platforms: [] };
      return { digest, ...(verdict && { verdict }), platforms, scans, tags: await tagsOfDigest(query, digest) };
    },
  });

  app.get('/images/:digest/report', {
    config: { access: 'read' },
    schema: {
      summary: 'Report on an image, in the formats of tare scan',
      params,
      querystring: z.object({
        format: z.enum(reportFormats).default('json'),
        platform: s.text(100).optional().describe('linux/arm64; every platform where it is absent.'),
      }),
    },
    handler: async ({ params, query: { format, platform } }, reply) => {
      const reports = await reportsOfDigest(query, digestFrom(params.digest), judge, platform);
      const { type, body, policy } = await written(reports, format);
      if (policy !== undefined) reply.header('content-security-policy', policy);
      return reply.type(type).send(body);
    },
  });
}
