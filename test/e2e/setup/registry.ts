import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTool } from '../../../scripts/services.mjs';
import { freePort, type Home } from './home.ts';
import { must } from './run.ts';
import type { Authority } from './tls.ts';

/** A registry (the Distribution project's) of the suite's own, on loopback. */
export interface Registry {
  /** `127.0.0.1:PORT` */
  host: string;
  /** Path of a blob in its storage folder. */
  blob(digest: string): string;
  stop(): Promise<void>;
}

/** Starts a registry: plain, or with a user's password and TLS. */
export async function startRegistry(
  home: Home,
  name: string,
  secure?: { authority: Authority; user: string; password: string },
  /** Further sections of its configuration, or others in place of ours. */
  sections: Record<string, unknown> = {},
): Promise<Registry> {
  const port = await freePort();
  const root = home.folder(`registry-${name}`);
  const log = home.path(`registry-${name}.log`);
  const config: Record<string, unknown> = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: root }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'not a secret' },
    ...sections,
  };
  if (secure) {
    const server = await secure.authority.issue(`registry-${name}`);
    const passwords = home.path(`registry-${name}.htpasswd`);
    writeFileSync(passwords, await must('htpasswd', ['-nbB', secure.user, secure.password]));
    config['http'] = { ...(config['http'] as object), tls: { certificate: server.cert, key: server.key } };
    config['auth'] = { htpasswd: { realm: 'tare', path: passwords } };
  }
  // JSON is YAML.
  const file = home.path(`registry-${name}.yaml`);
  writeFileSync(file, JSON.stringify(config));
  const out = openSync(log, 'w');
  const child = spawn(findTool('docker-registry') ?? 'docker-registry', ['serve', file], {
    stdio: ['ignore', out, out],
    detached: true,
    env: { ...process.env, ...home.env },
  });
  for (let i = 0; i < 200; i++) {
    if (child.exitCode !== null) break;
    if (await answers(port, secure?.authority)) {
      return { host: `127.0.0.1:${port}`, blob: (digest) => blobPath(root, digest), stop: () => stopped(child) };
    }
    await sleep(50);
  }
  throw new Error(`docker-registry did not start:\n${readFileSync(log, 'utf8').slice(-1000)}`);
}

function blobPath(root: string, digest: string): string {
  const hex = digest.slice('sha256:'.length);
  const path = join(root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  if (!existsSync(path)) throw new Error(`the registry holds no blob ${digest}`);
  return path;
}

function answers(port: number, authority: Authority | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/v2/', agent: false };
    const request = authority ? httpsRequest({ ...options, ca: readFileSync(authority.ca) }) : httpRequest(options);
    request.on('response', (response) => {
      response.resume();
      resolve(true);
    });
    request.on('error', () => resolve(false));
    request.end();
  });
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
