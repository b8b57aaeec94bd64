/**
 * The outside services that the end-to-end suites run against: which are here, and, where it may, putting
 * the missing ones in place from Debian's packages.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Tool → Debian package that holds it. */
const tools = [
  { name: 'dockerd', package: 'docker.io' },
  { name: 'docker', package: 'docker.io' },
  { name: 'docker-registry', package: 'docker-registry' },
  { name: 'skopeo', package: 'skopeo' },
  { name: 'umoci', package: 'umoci' },
  { name: 'htpasswd', package: 'apache2-utils' },
  { name: 'busybox', package: 'busybox-static', accept: isStatic },
  { name: 'debootstrap', package: 'debootstrap' },
  { name: 'openssl', package: 'openssl' },
  { name: 'zstd', package: 'zstd' },
  { name: 'jq', package: 'jq' },
  { name: 'xz', package: 'xz-utils' },
  { name: 'ssh-keygen', package: 'openssh-client' },
  { name: 'gpg', package: 'gpg' },
  { name: 'keytool', package: 'default-jre-headless' },
  { name: 'rpm', package: 'rpm' },
  { name: 'rpmbuild', package: 'rpm' },
  { name: 'sqlite3', package: 'sqlite3' },
  { name: 'db5.3_load', package: 'db5.3-util' },
  { name: 'xmllint', package: 'libxml2-utils' },
  { name: 'shellcheck', package: 'shellcheck' },
  { name: 'pre-commit', package: 'pre-commit' },
  { name: 'chromium', package: 'chromium' },
  { name: 'zsh', package: 'zsh' },
  { name: 'fish', package: 'fish' },
  { name: 'groff', package: 'groff-base' },
  { name: 'mandoc', package: 'mandoc' },
  { name: 'postgres', package: 'postgresql' },
  { name: 'initdb', package: 'postgresql' },
];

/**
 * Finds every tool, installing what is missing where this is root on Debian.
 * Never throws: what could not be had is in `missing`, with the reason.
 */
export async function prepareServices({ install = true } = {}) {
  let absent = tools.filter((tool) => !findTool(tool.name));
  let why = 'it is not installed';
  if (absent.length > 0 && install) {
    why = cannotInstall() ?? installPackages([...new Set(absent.map((tool) => tool.package))]) ?? why;
    absent = tools.filter((tool) => !findTool(tool.name));
  }
  return {
    available: tools.filter((tool) => !absent.includes(tool)).map((tool) => tool.name),
    missing: absent.map((tool) => ({ name: tool.name, why: `${why} (Debian package ${tool.package})` })),
  };
}

/** Path of a tool, or undefined. Looks in sbin too, which an ordinary PATH leaves out, and where Debian keeps PostgreSQL's. */
export function findTool(name) {
  const tool = tools.find((candidate) => candidate.name === name);
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', ...postgresFolders()]) {
    if (!folder) continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
    } catch {
      continue;
    }
    if (!tool?.accept || tool.accept(path)) return path;
  }
  return undefined;
}

/** Debian installs each major version in a folder of its own, outside of PATH. */
function postgresFolders() {
  const root = '/usr/lib/postgresql';
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : [];
}

function cannotInstall() {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) {
    return 'it is not installed, and only on Debian do the tests install it';
  }
  if (process.getuid?.() !== 0) return 'it is not installed, and only root may install it';
  return undefined;
}

/** Returns why it failed, or undefined. */
function installPackages(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A package's own service must not start: the suites start theirs, with folders of their own.
  const guard = ['-o', 'Dpkg::Options::=--force-confold', '-o', 'DPkg::Lock::Timeout=300'];
  const steps = [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...guard, ...packages],
  ];
  console.error(`installing ${packages.join(', ')} for the end-to-end suites`);
  for (const step of steps) {
    const done = spawnSync('apt-get', step, { env: { ...env, RUNLEVEL: '1' }, encoding: 'utf8', timeout: 900_000 });
    if (done.status !== 0) {
      const said = `${done.stderr ?? ''}`.trim().split('\n').pop() || done.error?.message || `exit ${done.status}`;
      return `apt-get ${step[0]} failed: ${said}`;
    }
  }
  return undefined;
}

/** True for an ELF program without an interpreter (ELF-64, PT_INTERP = 3): it runs in an empty root filesystem. */
function isStatic(path) {
  const head = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== 2) return false;
  const offset = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  for (let i = 0; i < count; i++) {
    const at = offset + i * size;
    if (at + 4 > head.length) return false;
    if (head.readUInt32LE(at) === 3) return false;
  }
  return true;
}

/** Where Debian's packages come from on this machine: the first mirror of apt's own sources, with its suite. */
export function debianMirror() {
  const said = spawnSync('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE) $(CODENAME) $(ORIGIN)'], {
    encoding: 'utf8',
  });
  for (const line of `${said.stdout ?? ''}`.split('\n')) {
    const [site, release, codename, origin] = line.split(' ');
    if (site && codename && origin === 'Debian' && !/-(updates|security|backports)/.test(`${release} ${codename}`)) {
      return { url: site, suite: codename };
    }
  }
  return undefined;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { available, missing } = await prepareServices();
  console.log(`available: ${available.join(', ') || 'none'}`);
  for (const { name, why } of missing) console.log(`missing: ${name}: ${why}`);
  process.exitCode = missing.length > 0 ? 1 : 0;
}
