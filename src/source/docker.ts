import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { OpenedSource, SourceContext } from '../image/model.ts';
import { platformRank } from '../image/platform.ts';
import { familiar, formatReference, parseReference } from '../image/reference.ts';
import type { Reference } from '../types/facts.ts';
import { SourceError } from '../types.ts';
import { type DaemonAddress, daemonAddresses, formatAddress, isSocket } from './docker-address.ts';
import type { DockerClient, InspectedImage, TcpAddress } from './docker-client.ts';
import { explainDocker, guarded } from './docker-guard.ts';

/** Which daemon is asked, and how patiently. */
export interface DockerOptions {
  /** No daemon, or no such image there, is an error. */
  required?: boolean;
  /** In place of DOCKER_HOST. */
  host?: string;
  /** In place of DOCKER_CONTEXT. */
  context?: string;
  /** ms for the daemon's answer to a question; default 30 s. */
  answerMs?: number;
  /** ms of silence while the image comes; default 10 min, since the daemon may write it out before it sends. */
  silenceMs?: number;
}

/**
 * Opens an image of a Docker daemon (Docker Engine API, "Inspect an image", "Export an image"): by name or id, read as
 * `docker save` would write it. Undefined where no daemon answers or none has the image for the platform asked for.
 * @throws UsageError for a reference that does not parse; SourceError with `required`, or where the export fails.
 */
export async function openDocker(
  reference: string,
  context: SourceContext,
  options: DockerOptions,
): Promise<OpenedSource | undefined> {
  const name = imageName(reference);
  const problems: string[] = [];
  for (const address of await addresses(context, options)) {
    const answer = await ask(name, address, context, options);
    if (typeof answer === 'string') problems.push(answer);
    else if (options.required || fits(answer.found, context)) return read(name, answer, context, options);
    else answer.agent.destroy();
  }
  if (!options.required) return undefined;
  throw new SourceError(
    problems[0] ?? `No Docker daemon was found for ${name}; start one, set DOCKER_HOST, or write registry:${name}`,
  );
}

interface Answer {
  client: DockerClient;
  /** Holds every connection to the daemon: destroyed, nothing of it lives on. */
  agent: Agent;
  found: InspectedImage;
  /** Of the daemon, for messages. */
  at: string;
}

/** Names go to the daemon in their short form, so that a short id finds its image too; a digest wins over a tag, as in a pull. */
function imageName(text: string): string {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(text)) return text;
  const reference = parseReference(text);
  if (reference.digest) delete reference.tag;
  return familiar(reference);
}

async function addresses(context: SourceContext, options: DockerOptions): Promise<DaemonAddress[]> {
  try {
    return await daemonAddresses(context.env, options);
  } catch (error) {
    if (options.required) throw error;
    return [];
  }
}

/** The image and the client that knows it, or a sentence on why not. */
async function ask(
  name: string,
  address: DaemonAddress,
  context: SourceContext,
  options: DockerOptions,
): Promise<Answer | string> {
  const at = formatAddress(address);
  if (address.kind === 'socket' && !(await isSocket(address.path))) {
    return `No Docker daemon listens at ${at} (${address.from}); start it, or set DOCKER_HOST`;
  }
  let connected: Pick<Answer, 'client' | 'agent'> | undefined;
  try {
    connected = await connect(address, context);
    const { client, agent } = connected;
    const found = await guarded(client.getImage(name).inspect(), options.answerMs ?? 30_000, context.signal);
    return { client, agent, found, at };
  } catch (error) {
    connected?.agent?.destroy();
    if (context.signal.aborted) throw context.signal.reason;
    return explainDocker(error, name, at);
  }
}

async function connect(address: DaemonAddress, context: SourceContext): Promise<Pick<Answer, 'client' | 'agent'>> {
  const { dockerClient } = await import('./docker-client.ts');
  if (address.kind === 'ssh') {
    const { sshAgent } = await import('./docker-ssh.ts');
    const agent = sshAgent(address, context.env);
    return { client: dockerClient({ host: 'docker', port: 80, protocol: 'http', agent }), agent };
  }
  const secure = address.kind === 'tcp' && address.tls !== undefined;
  const { Agent } = secure ? await import('node:https') : await import('node:http');
  const agent = new Agent({ keepAlive: false });
  if (address.kind === 'socket') return { client: dockerClient({ socketPath: address.path, agent }), agent };
  const { host, port, tls } = address;
  const client: TcpAddress = { host, port, protocol: secure ? 'https' : 'http', agent };
  if (typeof tls === 'string') {
    for (const part of ['ca', 'cert', 'key'] as const) {
      const bytes = await readFile(join(tls, `${part}.pem`)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw new SourceError(`Cannot read ${join(tls, `${part}.pem`)} (${error.code}); check its permissions`);
      });
      if (bytes) client[part] = bytes;
    }
  }
  return { client: dockerClient(client), agent };
}

/** Whether the daemon's image is for a platform that was asked for: if not, a registry may have it. */
function fits(found: InspectedImage, context: SourceContext): boolean {
  if (!context.platform || !found.Os || !found.Architecture) return true;
  const variant = (found as { Variant?: string }).Variant;
  const offered = { os: found.Os, architecture: found.Architecture, ...(variant ? { variant } : {}) };
  return platformRank(context.platform, offered) !== undefined;
}

async function read(
  name: string,
  { client, agent, found, at }: Answer,
  context: SourceContext,
  options: DockerOptions,
): Promise<OpenedSource> {
  const { openArchiveStream } = await import('./archive-stream.ts');
  const silence = options.silenceMs ?? 600_000;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    let stream: Readable | undefined;
    try {
      stream = (await guarded(client.getImage(name).get(), silence, context.signal)) as Readable;
      const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      for (;;) {
        const next = await guarded(chunks.next(), silence, context.signal);
        if (next.done) return;
        yield next.value;
      }
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      throw new SourceError(explainDocker(error, name, at));
    } finally {
      stream?.destroy();
    }
  };
  try {
    const source = await openArchiveStream(bytes(), context, { name, kind: 'docker', again: bytes });
    const references = referencesOf(found);
    for (const image of source.images) {
      if (references.length > 0) image.origin = { ...image.origin, references };
    }
    return source;
  } finally {
    agent.destroy();
  }
}

/** Every name that the daemon knows for the image; it writes some for images without a name that are none. */
function referencesOf(found: InspectedImage): Reference[] {
  const named = new Map<string, Reference>();
  for (const text of [...(found.RepoTags ?? []), ...(found.RepoDigests ?? [])].slice(0, 100)) {
    try {
      const reference = parseReference(text);
      named.set(formatReference(reference), reference);
    } catch {
      // `<none>:<none>`
    }
  }
  return [...named.values()];
}
