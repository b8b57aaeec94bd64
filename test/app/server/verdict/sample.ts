import type { IncomingHttpHeaders } from 'node:http';
import type { Verdict } from '../../../../src/app/server/types.ts';
import type { Digest } from '../../../../src/types.ts';
import { startServer } from '../../../support/http-server.ts';

/** A verdict on an image that failed, with changes. */
export function verdict(change: Partial<Verdict> = {}): Verdict {
  return {
    registry: 'registry.example.com',
    repository: 'team/api',
    tag: '1.4.2',
    digest: `sha256:${'4f'.repeat(32)}` as Digest,
    passed: false,
    reason: 'It failed: 1 finding of high severity.',
    score: 71.3,
    grade: 'C',
    counts: { critical: 0, high: 1, medium: 2, low: 3, info: 0 },
    worst: [{ rule: 'run-as-root', severity: 'high', title: 'runs as root', message: 'It runs as root.' }],
    ruleset: { name: 'baseline', version: '1' },
    gradedAt: '2026-11-23T09:15:02.000Z',
    ...change,
  };
}

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server that answers as told and remembers what it got. */
export async function receiver(answer: () => { status: number; headers?: Record<string, string> }) {
  const seen: Seen[] = [];
  const server = await startServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
    const { status, headers: also = {} } = answer();
    response.writeHead(status, also).end('a body that nobody needs');
  });
  return { ...server, seen };
}
