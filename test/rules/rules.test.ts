/** Every rule against its cases: small images, built in memory, read and judged by the real pipeline. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { layerCollectors } from '../../src/facts/collectors.ts';
import { buildFacts, type FactData } from '../../src/facts/facts.ts';
import { analyseImage } from '../../src/image/analyse.ts';
import { LayerReader } from '../../src/image/layer-reader.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { baseline } from '../../src/rules/baseline.ts';
import { judge } from '../../src/rules/run.ts';
import { parseRecipe, recipeImage } from '../../src/source/recipe.ts';
import type { Evidence, Finding } from '../../src/types.ts';
import { expandSecrets } from '../support/secrets.ts';

/** What a case says of one finding; every field given must hold. */
interface Expectation {
  rule: string;
  severity?: string;
  confidence?: string;
  outcome?: string;
  weight?: number;
  /** Parts of the texts. */
  message?: string;
  remediation?: string;
  /** Paths with a leading slash, or JSON pointers, that are among the evidence. */
  evidence?: string[];
  /** Layers that the evidence names, all of them. */
  layers?: number[];
}

const here = import.meta.dirname;
const cases = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.yaml'))
  .sort();

describe.each([...new Set(cases.map(ruleOf))])('%s', (rule) => {
  it.each(cases.filter((path) => ruleOf(path) === rule))('%s', async (path) => {
    const { findings, expected } = await run(path);
    const own = findings.filter((finding) => finding.rule === rule);
    const name = path.split('/').at(-1)!;
    expect(name).toMatch(/^(ok|ng)(-[a-z0-9-]+)?\.yaml$/);
    expect(expected.some((item) => item.rule === rule)).toBe(name.startsWith('ng'));
    expect(own.map(summary)).toHaveLength(expected.filter((item) => item.rule === rule).length);
    for (const item of expected) expect(findings.map(summary)).toContainEqual(shape(item));
  });
});

async function run(path: string): Promise<{ findings: Finding[]; expected: Expectation[] }> {
  const document = parseDocument(expandSecrets(readFileSync(join(here, path), 'utf8')));
  const take = (key: string): unknown => {
    const value = document.toJS()[key];
    document.delete(key);
    return value;
  };
  const expected = take('expect') as Expectation[];
  const trusted = (take('trusted') ?? []) as string[];
  const asOf = (take('asOf') ?? '2026-11-01') as string;
  const handle = await recipeImage(parseRecipe(document.toString(), path), path);
  const reader = new LayerReader({ collectors: layerCollectors, limits: defaultLimits });
  const image = await analyseImage(handle, { reader, limits: defaultLimits, concurrency: 1 });
  const ruleset = baseline();
  const { facts } = buildFacts(image, { asOf, data: ruleset.data as unknown as FactData });
  return { findings: judge(facts, ruleset, { trusted, strict: true }).findings, expected };
}

function ruleOf(path: string): string {
  return path.split('/').at(-2)!;
}

/** What of a finding an expectation can name. */
function summary(finding: Finding) {
  const { rule, severity, confidence, outcome, weight, message, remediation, evidence } = finding;
  const layers = [...new Set(evidence.flatMap((place) => (place.at === 'file' ? [place.layer] : [])))].sort(
    (a, b) => a - b,
  );
  return {
    rule,
    severity,
    confidence,
    outcome,
    weight,
    message,
    remediation,
    evidence: evidence.map(placeName),
    layers,
  };
}

function placeName(place: Evidence): string {
  return place.at === 'file' ? `/${place.path}` : place.at === 'config' ? place.pointer : place.file;
}

function shape({ message, remediation, evidence, ...exact }: Expectation) {
  return expect.objectContaining({
    ...exact,
    ...(message !== undefined && { message: expect.stringContaining(message) }),
    ...(remediation !== undefined && { remediation: expect.stringContaining(remediation) }),
    ...(evidence !== undefined && { evidence: expect.arrayContaining(evidence) }),
  });
}
