import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImageReport } from '../../../src/types/report.ts';
import { type Ran, type RunOptions, run } from './run.ts';

const bin = resolve(import.meta.dirname, '../../../bin/tare.cjs');

/** What the environment of whoever runs the tests must not change. */
const neutral: Record<string, string | undefined> = {
  DOCKER_HOST: undefined,
  DOCKER_CONTEXT: undefined,
  DOCKER_CONFIG: undefined,
  DOCKER_TLS_VERIFY: undefined,
  DOCKER_CERT_PATH: undefined,
  REGISTRY_AUTH_FILE: undefined,
  HTTP_PROXY: undefined,
  HTTPS_PROXY: undefined,
  http_proxy: undefined,
  https_proxy: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  CI: undefined,
};

/** Runs the built command line. */
export function tare(args: string[], options: RunOptions = {}): Promise<Ran> {
  if (!existsSync(bin)) throw new Error(`${bin} is missing: run npm run build`);
  const own = Object.keys(process.env).filter((name) => name.startsWith('TARE_'));
  const env = { ...Object.fromEntries(own.map((name) => [name, undefined])), ...neutral, ...options.env };
  return run(process.execPath, [bin, ...args], { timeout: 60_000, ...options, env });
}

/** Scans one target with one image and gives back the report. The gate is off: exit 0 means that it could scan. */
export async function report(target: string, args: string[] = [], options: RunOptions = {}): Promise<ImageReport> {
  const ran = await tare(['scan', target, '--format', 'json', '--fail-on', 'none', ...args], options);
  if (ran.code !== 0) throw new Error(`tare scan ${target}: exit ${ran.code ?? ran.signal}\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as ImageReport;
}

/** Why an answer is not the one clear sentence of a run that could not scan; undefined where it is. */
export function badRefusal(ran: Ran): string | undefined {
  const said = ran.stderr.trim();
  if (ran.code !== 2) return `exit ${ran.code ?? ran.signal}, not 2: ${said || ran.stdout.slice(0, 200)}`;
  if (ran.stdout !== '') return `it wrote to standard output: ${ran.stdout.slice(0, 200)}`;
  if (said === '') return 'it said nothing';
  if (said.includes('internal error')) return said;
  if (said.includes('\n')) return `it said more than one line: ${said}`;
  if (/^\s*at .+:\d+/m.test(said) || /node:internal|\.ts:\d|\.[cm]?js:\d/.test(said)) return `a stack trace: ${said}`;
  if (/undefined|\[object |NaN/.test(said)) return `not a sentence: ${said}`;
  if (said.length > 600) return `too long (${said.length} characters): ${said.slice(0, 200)}…`;
  return undefined;
}
