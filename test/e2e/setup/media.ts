import { copyFileSync, createReadStream, createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Docker, startDocker } from './docker.ts';
import type { Home } from './home.ts';
import { buildSmallImage, built } from './images.ts';
import { layersOf } from './layout.ts';
import { type Registry, startRegistry } from './registry.ts';
import { skopeoCopy } from './skopeo.ts';
import { type Authority, makeAuthority } from './tls.ts';

/** The small image in every medium that there is, with the services that hold it. */
export interface Media {
  docker: Docker;
  /** Without password, plain HTTP: `team/app:1.0` with gzip layers, `team/zstd:1.0` with zstd layers. */
  plain: Registry;
  /** With a password, and a certificate of `authority`: `team/app:1.0`. */
  secure: Registry;
  authority: Authority;
  /** Folders for DOCKER_CONFIG: the right password, a wrong one, none, and a current context `far` (TCP and TLS). */
  config: { right: string; wrong: string; none: string; context: string };
}

const login = { user: 'puller', password: 'pässword: with colon' };

/** Builds the image and puts it into `app.tar`, `app.tar.gz`, `layout`, `layout.tar`, `zstd`, `zstd.tar` and both registries. */
export async function prepareMedia(home: Home): Promise<Media> {
  const docker = await startDocker(home);
  await buildSmallImage(home, docker);
  await docker.cli(['save', built.name, '-o', home.path('app.tar')]);
  const archive = `docker-archive:${home.path('app.tar')}`;
  await pipeline(createReadStream(home.path('app.tar')), createGzip(), createWriteStream(home.path('app.tar.gz')));
  const zstd = ['--dest-compress', '--dest-compress-format', 'zstd'];
  await skopeoCopy(home, archive, `oci:${home.path('layout')}:1.0`);
  await skopeoCopy(home, archive, `oci-archive:${home.path('layout.tar')}:1.0`);
  await skopeoCopy(home, archive, `oci:${home.path('zstd')}:1.0`, zstd);
  await skopeoCopy(home, archive, `oci-archive:${home.path('zstd.tar')}:1.0`, zstd);
  const plain = await startRegistry(home, 'plain');
  await docker.cli(['tag', built.name, `${plain.host}/team/app:1.0`]);
  await docker.cli(['push', `${plain.host}/team/app:1.0`]);
  await skopeoCopy(home, `oci:${home.path('zstd')}:1.0`, `docker://${plain.host}/team/zstd:1.0`, [
    '--dest-tls-verify=false',
  ]);
  const authority = await makeAuthority(home.path('ca'));
  const secure = await startRegistry(home, 'secure', { authority, ...login });
  mkdirSync(home.path('skopeo-certs'));
  copyFileSync(authority.ca, home.path('skopeo-certs/ca.crt'));
  await skopeoCopy(home, archive, `docker://${secure.host}/team/app:1.0`, [
    ...['--dest-creds', `${login.user}:${login.password}`, '--dest-cert-dir', home.path('skopeo-certs')],
  ]);
  const auths = (name: string, password: string): string => {
    const auth = Buffer.from(`${login.user}:${password}`).toString('base64');
    writeFileSync(`${home.folder(name)}/config.json`, JSON.stringify({ auths: { [secure.host]: { auth } } }));
    return home.path(name);
  };
  const config = {
    right: auths('auth', login.password),
    wrong: auths('wrong-password', 'guess'),
    none: home.folder('no-config'),
    context: await contextConfig(home, docker),
  };
  return { docker, plain, secure, authority, config };
}

/** Pushes an image whose one layer no other repository shares; gives that layer's digest and its file in the registry. */
export async function pushLonely(
  home: Home,
  { docker, plain }: Media,
  name: string,
): Promise<[digest: string, file: string]> {
  const context = home.folder(`context-${name}`);
  writeFileSync(`${context}/Dockerfile`, 'FROM scratch\nCOPY payload /payload\n');
  writeFileSync(`${context}/payload`, Array.from({ length: 5000 }, (_, i) => `${name} ${i * 7919}`).join('\n'));
  const tag = `${plain.host}/team/${name}:1.0`;
  await docker.cli(['build', '--network=host', '-t', tag, context]);
  await docker.cli(['push', tag]);
  await skopeoCopy(home, `docker://${tag}`, `oci:${home.path(`pulled-${name}`)}:1.0`, ['--src-tls-verify=false']);
  const digest = layersOf(home.path(`pulled-${name}`))[0] ?? '';
  rmSync(home.path(`pulled-${name}`), { recursive: true });
  return [digest, plain.blob(digest)];
}

async function contextConfig(home: Home, docker: Docker): Promise<string> {
  const config = home.folder('context-config');
  const certs = ['ca', 'cert', 'key'].map((part) => `${part}=${docker.clientCerts}/${part}.pem`).join(',');
  const env = { DOCKER_CONFIG: config, DOCKER_HOST: undefined };
  await docker.cli(['context', 'create', 'far', '--docker', `host=${docker.tcp},${certs}`], { env });
  await docker.cli(['context', 'use', 'far'], { env });
  return config;
}
