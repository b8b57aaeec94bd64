import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import type { Docker } from './docker.ts';
import { must } from './run.ts';

/** Builds a folder with the classic builder. */
export async function buildClassic(
  docker: Docker,
  context: string,
  name: string,
  options: { timeout?: number } = {},
): Promise<void> {
  await docker.cli(['build', '--network=host', '-t', name, context], { ...options, env: { DOCKER_BUILDKIT: '0' } });
}

/** Builds a folder with the BuildKit that Docker Engine embeds: its API takes the context as a tar, no client is needed. */
export async function buildWithBuildKit(
  docker: Docker,
  context: string,
  name: string,
  options: { target?: string; buildargs?: Record<string, string> } = {},
): Promise<void> {
  const archive = `${context}.context.tar`;
  await must('tar', ['-C', context, '-cf', archive, '.']);
  const query = new URLSearchParams({ version: '2', networkmode: 'host', t: name, target: options.target ?? '' });
  if (options.buildargs) query.set('buildargs', JSON.stringify(options.buildargs));
  const said = await new Promise<string>((resolve, reject) => {
    const sent = request(
      {
        socketPath: docker.host.slice('unix://'.length),
        method: 'POST',
        path: `/v1.41/build?${query}`,
        headers: { 'Content-Type': 'application/x-tar' },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => resolve(Buffer.concat(parts).toString()));
      },
    );
    sent.on('error', reject);
    createReadStream(archive).on('error', reject).pipe(sent);
  });
  if (!said.includes('Successfully tagged')) throw new Error(`BuildKit did not build ${name}:\n${said.slice(-2000)}`);
}
