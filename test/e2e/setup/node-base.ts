import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildClassic } from './build.ts';
import type { Docker } from './docker.ts';
import type { Home } from './home.ts';
import { must } from './run.ts';

const certificates = '/etc/ssl/certs/ca-certificates.crt';
const dockerfile = `FROM scratch
COPY root/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV SSL_CERT_FILE=${certificates}
USER 65532
WORKDIR /home/nonroot
`;

/**
 * Makes a base like the distroless one of Node, FROM scratch and from what is on this machine: Node, the libraries that it
 * is linked to with the records of their packages, certificate authorities and a user without rights. No registry is asked.
 */
export async function buildNodeBase(home: Home, docker: Docker, name: string): Promise<void> {
  const context = home.folder('node-base');
  const root = join(context, 'root');
  const put = (from: string, to: string): void => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to));
  };
  put(process.execPath, 'nodejs/bin/node');
  const linked = await must('ldd', [process.execPath]);
  const libraries = [...linked.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, path]) => path!);
  for (const path of [...libraries, certificates]) put(path, path);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  writeFileSync(join(root, 'etc/os-release'), readFileSync('/etc/os-release'));
  await recordPackages(join(root, 'var/lib/dpkg/status.d'), libraries);
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  await buildClassic(docker, context, name, { timeout: 240_000 });
}

/** One file for each package, as distroless images have it, with what dpkg here says of the package. */
async function recordPackages(folder: string, libraries: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const owners = new Set(['ca-certificates', 'base-files']);
  for (const path of libraries) {
    const real = basename(realpathSync(path));
    const [owner] = /^[^:,\s]+/m.exec(await must('dpkg-query', ['-S', `*/${real}`])) ?? [];
    owners.add(owner!);
  }
  for (const owner of owners) {
    const status = await must('dpkg-query', ['-s', owner]);
    writeFileSync(join(folder, owner), status.replace(/^Status: .*\n/m, ''));
  }
}
