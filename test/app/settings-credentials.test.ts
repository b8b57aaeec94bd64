/** Credentials in the files that `source-settings` reads: neither a report nor the cache holds one. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ImageReport } from '../../src/types/report.ts';
import { workplace } from './tare.ts';

const { at, tare } = workplace();
const token = 'zq7Kt0kenOfOurs';
const host = `https://robot:${token}@h.example`;

/** One of every kind, with the setting that has it kept. */
const files: Record<string, string> = {
  '/etc/apt/sources.list': `deb [trusted=yes] ${host}/a stable main\n`,
  '/etc/apt/sources.list.d/b.sources': `Types: deb\nURIs: ${host}/b\nSuites: x\nTrusted: yes\n`,
  '/etc/apt/apt.conf.d/99x': `Acquire { https { "${host}/c" { Verify-Peer "false"; }; }; };\nAcquire::https::Verify-Peer "false";\n`,
  '/etc/yum.repos.d/d.repo': `[${host}/d]\nbaseurl=${host}/d\ngpgcheck=0\nsslverify=0\n`,
  '/etc/pacman.conf': `[${host}/e]\nSigLevel = Never\n`,
  '/etc/apk/config': `allow-untrusted=${host}/f\n`,
  '/root/.npmrc': `strict-ssl=false\n//${host.slice(8)}/:strict-ssl=false\n`,
  '/root/.yarnrc': `strict-ssl false\n"${host}/g:strict-ssl" false\n`,
  '/etc/pip.conf': `[global]\ntrusted-host = ${host}/h\n    robot:${token}@i.example\n`,
  '/root/.gitconfig': `[http "${host}/i"]\n\tsslVerify = false\n[http.${host}/j]\n\tsslVerify = false\n`,
  '/root/.curlrc': `insecure\nproxy-insecure = "${host}/k"\n`,
  '/root/.wgetrc': `check_certificate = off\nca_certificate = ${host}/l\n`,
  '/root/.condarc': `ssl_verify: false\nssl_verify: ${host}/m\n`,
  '/root/.gemrc': `:ssl_verify_mode: 0\n:ssl_verify_mode: ${host}/n\n`,
};

it('holds no credential of a settings file', async () => {
  const path = at('settings.image.yaml');
  // A recipe may be written as JSON: that is YAML too.
  writeFileSync(path, JSON.stringify({ config: { entrypoint: ['/app'] }, layers: [{ files }] }));
  const args = ['scan', path, '--format', 'json', '--all', '--cache-dir', at('cache')];
  const { stdout, stderr } = await tare(args);
  const { findings } = JSON.parse(stdout) as ImageReport;
  const told = findings
    .filter(({ rule }) => rule === 'tls-verification-disabled' || rule === 'unsigned-package-repository')
    .flatMap(({ message }) => message)
    .join('\n');
  for (const file of ['/root/.gitconfig', '/etc/pip.conf', '/etc/yum.repos.d/d.repo', '/etc/apt/sources.list'])
    expect(told).toContain(file);
  const written = [stdout, stderr];
  for (const name of readdirSync(at('cache'), { recursive: true, encoding: 'utf8' }))
    if (statSync(join(at('cache'), name)).isFile()) written.push(readFileSync(join(at('cache'), name), 'latin1'));
  expect(written.some((text) => text.includes('h.example/i'))).toBe(true);
  for (const text of written) expect(text.toLowerCase()).not.toContain(token.toLowerCase().slice(0, 8));
});
