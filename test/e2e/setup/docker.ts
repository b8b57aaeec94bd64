import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTool } from '../../../scripts/services.mjs';
import { freePort, type Home } from './home.ts';
import { must, type RunOptions } from './run.ts';
import { type Authority, makeAuthority } from './tls.ts';

/** A Docker Engine of the suite's own: no bridge, no firewall rules, its own data folder. */
export interface Docker {
  /** `unix:///…` */
  host: string;
  /** `tcp://127.0.0.1:PORT`, mutual TLS. */
  tcp: string;
  authority: Authority;
  /** Folder with ca.pem, cert.pem and key.pem of a client (DOCKER_CERT_PATH). */
  clientCerts: string;
  storageDriver: string;
  /** Runs the docker client against it. */
  cli(args: string[], options?: RunOptions): Promise<string>;
}

/** Starts dockerd, with overlay2 where it works and vfs where not. */
export async function startDocker(home: Home): Promise<Docker> {
  const authority = await makeAuthority(home.path('docker-tls'));
  const server = await authority.issue('server');
  const client = await authority.issue('client');
  let said = '';
  for (const driver of ['overlay2', 'vfs']) {
    const port = await freePort();
    const host = `unix://${home.path(`docker-${driver}.sock`)}`;
    const tcp = `tcp://127.0.0.1:${port}`;
    const cli: Docker['cli'] = (args, options = {}) =>
      must('docker', args, {
        ...options,
        env: {
          ...home.env,
          DOCKER_HOST: host,
          DOCKER_CONFIG: home.folder('docker-config'),
          DOCKER_BUILDKIT: '0',
          DOCKER_CONTEXT: undefined,
          DOCKER_TLS_VERIFY: undefined,
          DOCKER_CERT_PATH: undefined,
          ...options.env,
        },
      });
    const log = home.path(`dockerd-${driver}.log`);
    const daemon = spawnDaemon(home, driver, log, [
      ...['-H', host, '-H', tcp, '--tlsverify', '--tlscacert', authority.ca],
      ...['--tlscert', server.cert, '--tlskey', server.key],
    ]);
    for (let i = 0; i < 300 && daemon.exitCode === null; i++) {
      if (existsSync(host.slice('unix://'.length))) {
        try {
          const storageDriver = (await cli(['info', '--format', '{{.Driver}}'])).trim();
          return { host, tcp, authority, clientCerts: client.dir, storageDriver, cli };
        } catch {
          // The socket is there before the daemon answers.
        }
      }
      await sleep(100);
    }
    daemon.kill('SIGKILL');
    said = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
  }
  throw new Error(`dockerd did not start:\n${said}`);
}

function spawnDaemon(home: Home, driver: string, log: string, args: string[]) {
  const out = openSync(log, 'w');
  // The machine's own daemon.json must not reach this daemon.
  writeFileSync(home.path('dockerd.json'), '{}');
  return spawn(
    findTool('dockerd') ?? 'dockerd',
    [
      ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-masq=false', '--ip-forward=false'],
      ...['--data-root', home.folder(`docker-${driver}`), '--exec-root', home.folder(`docker-${driver}-run`)],
      ...['--pidfile', home.path(`dockerd-${driver}.pid`), '--config-file', home.path('dockerd.json')],
      ...['--storage-driver', driver, ...args],
    ],
    {
      stdio: ['ignore', out, out],
      detached: true,
      env: { ...process.env, ...home.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    },
  );
}
