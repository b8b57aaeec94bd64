/**
 * Precision on real material: a Debian root with languages, servers, their documentation and headers in it, straight from
 * its mirror. Nothing of it is anybody's secret, so that whatever is found for sure must be explained in docs/secrets.md.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageReport, ReportFinding } from '../../src/types/report.ts';
import { report } from './setup/cli.ts';
import { openHome } from './setup/home.ts';
import { debianRootfs, installInto, needsMirror } from './setup/images.ts';
import { suite } from './setup/suite.ts';

const packages = [
  ...['python3', 'perl', 'ruby', 'nodejs', 'openssl', 'git', 'nginx', 'postgresql', 'ssl-cert', 'openssh-client'],
  ...['libssl-doc', 'perl-doc', 'git-doc', 'postgresql-doc', 'libssl-dev', 'libpq-dev', 'ruby-dev', 'python3-dev'],
  ...['python3-jwt', 'python3-cryptography', 'python3-oauthlib', 'python3-requests'],
];
const needs = {
  root: true,
  tools: ['debootstrap', 'chroot'],
  other: [needsMirror()],
};
const secretRules =
  /^(secret-in-|registry-credential|cloud-credential|private-key|api-token|password-in-file|password-set|empty-password|root-owned-secret)/;

suite('secrets of a Debian root', needs, () => {
  const home = openHome('secrets-precision');
  let found: ReportFinding[];
  let scanned: ImageReport;

  beforeAll(async () => {
    const { rootfs } = await debianRootfs(home);
    await installInto(home, rootfs, packages, 900_000);
    scanned = await report(`rootfs:${rootfs}`, ['--no-cache'], { timeout: 300_000 });
    found = scanned.findings.filter(({ rule, outcome }) => secretRules.test(rule) && outcome === 'fail');
  }, 1_200_000);
  afterAll(() => home.close(), 120_000);

  it('looked at what is there', () => {
    expect(scanned.packages.length).toBeGreaterThan(150);
    expect(scanned.status.filter(({ part, level }) => part === 'secrets' && level !== 'info')).toEqual([]);
    // The keys of OpenSSL's demos and the snake oil are shown to who asks.
    expect(
      found.filter(({ rule, confidence }) => rule === 'private-key' && confidence === 'low').length,
    ).toBeGreaterThan(3);
  });

  it('has none of medium or high confidence', () => {
    const sure = found.filter(({ confidence }) => confidence !== 'low');
    expect(sure.map(({ rule, message, evidence }) => [rule, message, evidence[0]])).toEqual([]);
  });

  it('has its survivors explained', () => {
    const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/secrets.md'), 'utf8');
    const paths = new Set(
      found.flatMap(({ evidence }) => evidence.flatMap((one) => (one.at === 'file' ? [one.path] : []))),
    );
    const unexplained = [...paths].filter((path) => !explained.some((prefix) => path.startsWith(prefix)));
    expect(unexplained).toEqual([]);
    for (const prefix of explained) expect(page).toContain(`/${prefix}`);
  });
});

/** Beginnings of paths that docs/secrets.md speaks of. */
const explained = [
  'etc/postgresql/',
  'etc/ssl/private/ssl-cert-snakeoil.key',
  'usr/share/doc/',
  'usr/share/postgresql/',
  'usr/share/perl',
  'usr/lib/python3',
  'usr/lib/ruby',
  'usr/share/nodejs',
];
