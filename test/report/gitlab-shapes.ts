/**
 * What GitLab asks of the two reports that it takes from us, restated: the container scanning report of its security
 * report schemas, version 15.0.7, and Code Quality as docs.gitlab.com describes it. Unknown fields are allowed there
 * and refused here, so that a field is not written by mistake.
 */
import * as z from 'zod';

const filled = z.string().min(1);
const url = z.string().regex(/^(?:https?|ftp):\/\/.+/);
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/);
const tool = z.strictObject({
  id: filled,
  name: filled,
  version: filled,
  vendor: z.strictObject({ name: filled }),
});

const detail = z.discriminatedUnion('type', [
  z.strictObject({ name: filled, type: z.literal('value'), value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.strictObject({
    name: filled,
    type: z.literal('list'),
    items: z.array(z.strictObject({ type: z.literal('markdown'), value: z.string() })),
  }),
]);

const vulnerability = z.strictObject({
  id: filled,
  name: z.string().max(255),
  description: z.string().max(1_048_576),
  severity: z.enum(['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical']),
  solution: z.string().max(7000),
  identifiers: z.array(z.strictObject({ type: filled, name: filled, value: filled, url: url.optional() })).min(1),
  links: z.array(z.strictObject({ name: z.string().optional(), url })).optional(),
  details: z.record(z.string(), detail),
  location: z.strictObject({
    image: filled,
    operating_system: filled,
    dependency: z.strictObject({ package: z.strictObject({ name: z.string() }), version: z.string() }),
  }),
});

export const containerScanningShape = z.strictObject({
  version: z.literal('15.0.7'),
  scan: z.strictObject({
    analyzer: tool,
    scanner: tool,
    type: z.literal('container_scanning'),
    start_time: time,
    end_time: time,
    status: z.enum(['success', 'failure']),
    messages: z.array(z.strictObject({ level: z.enum(['info', 'warn', 'fatal']), value: filled })).optional(),
  }),
  vulnerabilities: z.array(vulnerability),
  remediations: z.array(z.never()),
});

const location = z.strictObject({
  // Without ./ in front: GitLab compares it with the paths of the repository.
  path: z.string().regex(/^(?!\.\/)[^\0]+$/),
  lines: z.strictObject({ begin: z.int().min(1), end: z.int().min(1).optional() }),
});

export const codeQualityShape = z.array(
  z.strictObject({
    type: z.literal('issue'),
    check_name: filled,
    description: filled,
    content: z.strictObject({ body: z.string() }),
    categories: z.array(z.enum(['Security', 'Style'])).length(1),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    fingerprint: filled,
    location,
    other_locations: z.array(location).optional(),
  }),
);
