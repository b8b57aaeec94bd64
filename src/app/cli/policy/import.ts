/** Other tools' ignore files as an options file of ours, and what of them has no like here. Heavy (loads `yaml`). */
import { stringify } from 'yaml';
import { baseline } from '../../../rules/baseline.ts';
import type { Peers } from '../../../rules/data.ts';
import { shellcheckId } from '../../../rules/shellcheck.ts';
import { readYaml } from '../../../rules/yaml.ts';
import { textFile } from '../../../source/text-file.ts';
import { UsageError } from '../../../types.ts';
import { quote } from '../words.ts';

/** What was read of one file. */
interface Imported {
  suppress: Entry[];
  trusted: string[];
  failOn?: string;
  left: string[];
}

interface Entry {
  rule: string;
  path?: string;
  reason: string;
  expires?: string;
}

const mostBytes = 1 << 20;

/** The YAML of tare.yaml, and a line for each thing that was not carried over. @throws UsageError, RulesetError */
export async function importFiles(files: readonly string[]): Promise<{ text: string; left: string[] }> {
  const all: Imported[] = [];
  for (const file of files) {
    const { text } = await textFile('ignore file', file, mostBytes);
    all.push(readerOf(file)(text, file));
  }
  const suppress = all.flatMap((one) => one.suppress);
  const trusted = [...new Set(all.flatMap((one) => one.trusted))];
  const failOn = all.map((one) => one.failOn).find((one) => one !== undefined);
  const content = {
    version: 1,
    ...(failOn && { gate: { 'fail-on': failOn } }),
    ...(trusted.length > 0 && { trusted }),
    ...(suppress.length > 0 && { suppress: unique(suppress) }),
  };
  return {
    text: `# Made by tare config import from ${files.map(nameOf).join(', ')}.\n${stringify(content)}`,
    left: all.flatMap((one) => one.left),
  };
}

function readerOf(file: string): (text: string, file: string) => Imported {
  const name = nameOf(file).toLowerCase();
  if (/trivyignore.*\.ya?ml$/.test(name)) return trivyYaml;
  if (name.includes('trivyignore')) return (text, from) => lines(text, from, 'trivy');
  if (name.includes('dockleignore')) return (text, from) => lines(text, from, 'dockle');
  if (/hadolint.*\.ya?ml$/.test(name)) return hadolint;
  throw new UsageError(
    `${quote(file)} is called like none that can be imported: .trivyignore, .trivyignore.yaml, .dockleignore or .hadolint.yaml`,
  );
}

/** One id a line; Trivy's may carry `exp:2027-01-31`. */
function lines(text: string, file: string, tool: 'trivy' | 'dockle'): Imported {
  const out: Imported = { suppress: [], trusted: [], left: [] };
  let comment = '';
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line.startsWith('#')) comment = line.replace(/^#+\s*/, '');
    if (line === '' || line.startsWith('#')) continue;
    const [id, ...rest] = line.split(/\s+/);
    const expires = rest.map((word) => /^exp:(\d{4}-\d{2}-\d{2})$/.exec(word)?.[1]).find(Boolean);
    add(out, tool, id!, `${nameOf(file)}:${at + 1}`, {
      reason: comment || `ignored in ${nameOf(file)}`,
      ...(expires && { expires }),
    });
    comment = '';
  }
  return out;
}

/** .trivyignore.yaml: lists of {id, paths, expired_at, statement} below misconfigurations, secrets, vulnerabilities, licenses. */
function trivyYaml(text: string, file: string): Imported {
  const yaml = readYaml(text, nameOf(file));
  const out: Imported = { suppress: [], trusted: [], left: [] };
  for (const [kind, list] of Object.entries(recordOf(yaml.value))) {
    for (const [i, item] of listOf(list).entries()) {
      const { id, paths, expired_at: expired, statement } = recordOf(item);
      const where = `${nameOf(file)}: ${kind}[${i}]`;
      if (typeof id !== 'string') {
        out.left.push(`${where}: it has no id`);
        continue;
      }
      const expires = /^\d{4}-\d{2}-\d{2}/.exec(String(expired ?? ''))?.[0];
      const entry = {
        reason: typeof statement === 'string' && statement !== '' ? statement : `ignored in ${nameOf(file)}`,
        ...(expires && { expires }),
      };
      const places = listOf(paths).filter((path) => typeof path === 'string');
      if (kind === 'secrets')
        out.left.push(
          `${where}: ${id} is a secret rule of Trivy's; let secrets be by path, pattern or fingerprint in a ruleset (docs/secrets.md)`,
        );
      else if (places.length === 0) add(out, 'trivy', id, where, entry);
      else for (const path of places) add(out, 'trivy', id, where, { ...entry, path });
    }
  }
  return out;
}

/** .hadolint.yaml: ignored, trustedRegistries, failure-threshold, override. */
function hadolint(text: string, file: string): Imported {
  const yaml = readYaml(text, nameOf(file));
  const name = nameOf(file);
  const out: Imported = { suppress: [], trusted: [], left: [] };
  for (const [key, value] of Object.entries(recordOf(yaml.value))) {
    if (key === 'ignored') {
      for (const [i, id] of listOf(value).entries())
        if (typeof id === 'string')
          add(out, 'hadolint', id, `${name}: ignored[${i}]`, { reason: `ignored in ${name}` });
    } else if (key === 'trustedRegistries') {
      for (const registry of listOf(value))
        if (typeof registry === 'string') out.trusted.push(registry.includes('/') ? registry : `${registry}/**`);
    } else if (key === 'failure-threshold') {
      const failOn = { error: 'high', warning: 'medium', info: 'low', style: 'low', ignore: 'none', none: 'none' }[
        String(value)
      ];
      if (failOn) out.failOn = failOn;
      else out.left.push(`${name}: failure-threshold ${String(value).slice(0, 40)}`);
    } else if (
      ['no-fail', 'no-color', 'format', 'strict-labels', 'label-schema', 'override', 'disable-ignore-pragma'].includes(
        key,
      )
    ) {
      out.left.push(`${name}: ${key} (docs/options.md says what stands for it)`);
    } else out.left.push(`${name}: ${key.slice(0, 60)}`);
  }
  return out;
}

/** An id of theirs as the rules of ours that answer to it. */
function add(
  out: Imported,
  tool: 'trivy' | 'dockle' | 'hadolint',
  id: string,
  where: string,
  entry: Omit<Entry, 'rule'>,
): void {
  const rules = tool === 'dockle' ? (dockle.get(id) ?? []) : shellcheckId.test(id) ? [id] : peerRules(tool, id);
  for (const rule of rules) out.suppress.push({ rule, ...entry });
  if (rules.length > 0) return;
  const why = /^(CVE|GHSA|RHSA|DSA|DLA|USN|ALAS|ELSA)-/.test(id)
    ? 'a vulnerability, which tare does not look for'
    : 'no rule here answers to it';
  out.left.push(`${where}: ${id.slice(0, 60)} (${why})`);
}

function peerRules(tool: string, id: string): readonly string[] {
  const { checks } = baseline().data['peers'] as Peers;
  // Trivy goes by AVD-DS-0002, DS002 and DS-0002.
  const short = /^(?:AVD-)?DS-?0*(\d{1,4})$/i.exec(id)?.[1];
  const same = (other: string) =>
    other === id ||
    (tool === 'trivy' && short !== undefined && /^(?:AVD-)?DS-?0*(\d{1,4})$/i.exec(other)?.[1] === short);
  return checks.find((check) => check.tool === tool && same(check.id))?.rules ?? [];
}

/** Dockle's checkpoints (its README, "Checkpoint Summary"), by what ours look for. */
const dockle: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'CIS-DI-0001': ['run-as-root'],
    'CIS-DI-0005': ['missing-attestation'],
    'CIS-DI-0006': ['missing-healthcheck'],
    'CIS-DI-0007': ['update-alone'],
    'CIS-DI-0008': ['setuid-file', 'setgid-file'],
    'CIS-DI-0009': ['add-instead-of-copy'],
    'CIS-DI-0010': [
      'secret-in-env',
      'secret-in-arg',
      'private-key',
      'password-in-file',
      'cloud-credential',
      'env-file-present',
    ],
    'DKL-DI-0001': ['sudo-used'],
    'DKL-DI-0003': ['dist-upgrade'],
    'DKL-DI-0004': ['apk-no-cache'],
    'DKL-DI-0005': ['apt-lists-not-removed'],
    'DKL-DI-0006': ['base-tag-latest'],
    'DKL-LI-0001': ['empty-password'],
    'DKL-LI-0003': ['vcs-directory-present', 'package-cache-present'],
  }),
);

function unique(entries: readonly Entry[]): Entry[] {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.rule, entry.path]);
    if (!first.has(key)) first.set(key, entry);
  }
  return [...first.values()];
}

function nameOf(file: string): string {
  return file.slice(file.replaceAll('\\', '/').lastIndexOf('/') + 1);
}

function recordOf(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
