/**
 * Every rule against its Dockerfiles, read and judged by the real pipeline. Comments in a case say what it expects:
 *
 *   # expect: RULE@LINE[:COLUMN] [severity] [unknown] [confidence=C] [| part of the message]
 *   # asOf: 2026-11-01      # trusted: PATTERN      # target: STAGE      # parameter: NAME=JSON
 *   # context: PATH PATH …  files that lie in the build context; # dockerignore: PATTERN PATTERN …
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeDockerfile, type LintOptions } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import { ContextFolders } from '../../src/source/build-context.ts';
import type { Finding } from '../../src/types.ts';
import { expandSecrets } from '../support/secrets.ts';

const here = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), 'tare-dockerfile-cases-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const cases = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.Dockerfile'))
  .sort();

describe.each([...new Set(cases.map(ruleOf))])('%s', (rule) => {
  it.each(cases.filter((path) => ruleOf(path) === rule))('%s', async (path) => {
    const text = expandSecrets(readFileSync(join(here, path), 'utf8'));
    const findings = (await judge(text, path)).filter((finding) => !finding.suppression);
    const expected = notes(text, 'expect').map(readExpectation);
    const name = path.split('/').at(-1)!;
    expect(name).toMatch(/^(ok|ng)(-[a-z0-9-]+)?\.Dockerfile$/);
    expect(expected.some((item) => item.rule === rule)).toBe(name.startsWith('ng'));
    const own = findings.filter((finding) => finding.rule === rule);
    const lines = (items: { line: number }[]) => items.map(({ line }) => line).sort((a, b) => a - b);
    expect({ lines: lines(own.map(summary)), said: own.map(({ message }) => message) }).toEqual({
      lines: lines(expected.filter((item) => item.rule === rule)),
      said: own.map(({ message }) => message),
    });
    for (const { part, ...exact } of expected) {
      expect(findings.map(summary)).toContainEqual(
        expect.objectContaining({ ...exact, ...(part !== undefined && { message: expect.stringContaining(part) }) }),
      );
    }
    for (const finding of own) {
      expect(finding.message).not.toMatch(/\{[a-z]|undefined/);
      expect(finding.remediation).not.toMatch(/\{[a-z]\w*\}|undefined/);
    }
  });
});

async function judge(text: string, path: string): Promise<Finding[]> {
  const ruleset = baseline();
  const [target] = notes(text, 'target');
  const own = ruleOf(path);
  const parameters = notes(text, 'parameter').map((note) => {
    const at = note.indexOf('=');
    return [note.slice(0, at), JSON.parse(note.slice(at + 1)) as unknown] as const;
  });
  const options: LintOptions = {
    asOf: notes(text, 'asOf')[0] ?? '2026-11-01',
    ruleset:
      parameters.length === 0
        ? ruleset
        : {
            ...ruleset,
            rules: ruleset.rules.map((rule) =>
              rule.metadata.id === own
                ? {
                    ...rule,
                    metadata: {
                      ...rule.metadata,
                      parameters: { ...rule.metadata.parameters, ...Object.fromEntries(parameters) },
                    },
                  }
                : rule,
            ),
          },
    trusted: notes(text, 'trusted'),
    gate: { failOn: 'high' },
    version: '0.0.0-test',
    strict: true,
    ...(target !== undefined && { target }),
  };
  const files = notes(text, 'context').flatMap((note) => note.split(' '));
  const ignore = notes(text, 'dockerignore').flatMap((note) => note.split(' '));
  if (files.length === 0 && ignore.length === 0) return (await judgeDockerfile(text, 'Dockerfile', options)).findings;
  const folder = mkdtempSync(join(scratch, 'context-'));
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  if (ignore.length > 0) writeFileSync(join(folder, '.dockerignore'), `${ignore.join('\n')}\n`);
  const judged = await judgeDockerfile(text, 'Dockerfile', options, async (model) => {
    const context = await new ContextFolders().read(folder, join(folder, 'Dockerfile'), model);
    return context ? { context } : {};
  });
  return judged.findings;
}

/** What stands behind `# NAME:` in each comment of that name. */
function notes(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`^# ${name}: (.*)$`, 'gm'))].map((match) => match[1]!.trim());
}

interface Expectation {
  rule: string;
  line: number;
  column?: number;
  severity?: string;
  outcome: string;
  confidence?: string;
  part?: string;
}

function readExpectation(note: string): Expectation {
  const [head = '', part] = note.split(/ \| (.*)/s, 2);
  const [place = '', ...words] = head.trim().split(/\s+/);
  const found = /^([a-z0-9-]+)@(\d+)(?::(\d+))?$/.exec(place);
  if (!found) throw new Error(`"# expect: ${note}": write RULE@LINE`);
  const out: Expectation = { rule: found[1]!, line: Number(found[2]), outcome: 'fail' };
  if (found[3]) out.column = Number(found[3]);
  for (const word of words) {
    if (word === 'unknown') out.outcome = 'unknown';
    else if (word.startsWith('confidence=')) out.confidence = word.slice(11);
    else if (/^(critical|high|medium|low|info)$/.test(word)) out.severity = word;
    else throw new Error(`"# expect: ${note}": what is ${word}?`);
  }
  if (part !== undefined) out.part = part.trim();
  return out;
}

function summary({ rule, severity, confidence, outcome, message, evidence: [first] }: Finding) {
  const { line, column } = first.at === 'instruction' ? first.range.start : { line: 0, column: 0 };
  return { rule, severity, confidence, outcome, message, line, column };
}

function ruleOf(path: string): string {
  return path.split('/').at(-2)!;
}
