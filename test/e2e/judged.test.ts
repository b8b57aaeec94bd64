/**
 * Real images, built by Docker Engine on a Debian root made in this run, against what test/e2e/judged.tsv says they must be told and
 * what they must not. The table came before the rules.
 */
import { copyFileSync, cpSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { baseline } from '../../src/rules/baseline.ts';
import type { ImageReport, ReportFinding } from '../../src/types/report.ts';
import { compareSeverity, severities } from '../../src/types/severity.ts';
import type { Confidence, Severity } from '../../src/types.ts';
import { buildClassic } from './setup/build.ts';
import { report } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { openHome } from './setup/home.ts';
import { importDebian, needsMirror } from './setup/images.ts';
import { must } from './setup/run.ts';
import { suite } from './setup/suite.ts';

interface Expectation {
  image: string;
  rule: string;
  expect: string;
  says: string[];
  why: string;
}

const confidences: Confidence[] = ['low', 'medium', 'high'];
const table = readTable(join(import.meta.dirname, 'judged.tsv'));
const images = [...new Set(table.map(({ image }) => image))];
const needs = {
  root: true,
  tools: ['dockerd', 'docker', 'debootstrap', 'busybox'],
  other: [needsMirror()],
};

describe('the table', () => {
  const rules = new Set(baseline().rules.map(({ metadata }) => metadata.id));
  const expectations = new RegExp(`^(none|quiet|unknown|fail (${severities.join('|')}) (${confidences.join('|')}))$`);

  it.each(table)('$image $rule: a rule that there is, and an expectation that can fail', (line) => {
    expect(rules).toContain(line.rule);
    expect(line.expect).toMatch(expectations);
    // Words are looked for in faults alone.
    if (!line.expect.startsWith('fail')) expect(line.says).toEqual([]);
  });
});

suite('images judged', needs, () => {
  const home = openHome('judged');
  let docker: Docker;
  const reports = new Map<string, ImageReport>();

  beforeAll(async () => {
    docker = await startDocker(home);
    await importDebian(home, docker, 'debian:judged');
    for (const image of images) {
      const context = home.folder('contexts', image);
      cpSync(join(import.meta.dirname, 'setup/judged', image), context, { recursive: true });
      await prepare(image, context);
      await buildClassic(docker, context, `judged/${image}:1`, { timeout: 600_000 });
      const args = ['--docker-host', docker.host, '--cache-dir', home.folder('cache')];
      reports.set(image, await report(`docker:judged/${image}:1`, args, { env: { HOME: home.folder('nobody') } }));
    }
  }, 1_200_000);
  afterAll(() => home.close(), 120_000);

  describe.each(images)('%s', (image) => {
    it.each(table.filter((line) => line.image === image))('$rule: $expect ($why)', (line) => {
      const found = reports.get(image)!.findings.filter(({ rule }) => rule === line.rule);
      expect(disagreement(line, found)).toBeUndefined();
    });

    it('has nothing that could not be read', () => {
      expect(reports.get(image)!.status.filter(({ level }) => level === 'error')).toEqual([]);
    });
  });

  it.each(['nginx', 'redis', 'python', 'node', 'sshd'])(
    '%s has the packages that its own dpkg-query lists',
    async (image) => {
      const query = ['run', '--rm', '--network=none', '--user', '0', '--entrypoint', 'dpkg-query', `judged/${image}:1`];
      // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
      const said = await docker.cli([...query, '-W', '-f', '${Package} ${Version} ${db:Status-Status}\n']);
      const own = said.split('\n').filter((line) => line.endsWith(' installed'));
      const ours = reports.get(image)!.packages.filter(({ type }) => type === 'deb');
      expect(ours.map(({ name, version }) => `${name} ${version} installed`).sort()).toEqual(own.sort());
    },
  );

  it('grades the static one an A, and the one with sshd an F or a D', () => {
    const grade = (image: string) => reports.get(image)!.score.grade;
    expect(grade('static')).toBe('A');
    expect(['D', 'F']).toContain(grade('sshd'));
  });
});

/** What a context cannot hold in the repository. */
async function prepare(image: string, context: string): Promise<void> {
  if (image === 'static') copyFileSync(findTool('busybox')!, join(context, 'busybox'));
  if (image !== 'node') return;
  // An ignored folder name would not be kept by git.
  renameSync(join(context, 'app/installed'), join(context, 'app/node_modules'));
  const global = (await must('npm', ['root', '--global'])).trim();
  cpSync(join(global, 'npm'), join(context, 'npm'), { recursive: true, dereference: true });
}

/** In words what differs from a line of the table; undefined where nothing does. */
function disagreement({ expect: wanted, says }: Expectation, found: ReportFinding[]): string | undefined {
  const told = found.map(
    ({ outcome, severity, confidence, message, evidence }) =>
      `${outcome} ${severity} ${confidence}: ${message} ${JSON.stringify(evidence.slice(0, 3))}`,
  );
  if (wanted === 'none') return told.length === 0 ? undefined : `told, and should not be: ${told.join('; ')}`;
  if (wanted === 'quiet') {
    const loud = found.filter(({ confidence, severity }) => confidence !== 'low' && severity !== 'info');
    return loud.length === 0 ? undefined : `too loud: ${told.join('; ')}`;
  }
  if (wanted === 'unknown') {
    const unknown = found.length > 0 && found.every(({ outcome }) => outcome === 'unknown');
    return unknown ? undefined : `not told as unknown: ${told.join('; ') || 'nothing was told'}`;
  }
  const [, severity, confidence] = wanted.split(' ') as [string, Severity, Confidence];
  const enough = found.filter(
    (finding) =>
      finding.outcome === 'fail' &&
      compareSeverity(finding.severity, severity) <= 0 &&
      confidences.indexOf(finding.confidence) >= confidences.indexOf(confidence),
  );
  if (enough.length === 0) return `missing or too weak: ${told.join('; ') || 'nothing was told'}`;
  const text = enough
    .map(({ message, remediation, evidence, data }) => JSON.stringify([message, remediation, evidence, data]))
    .join();
  const unsaid = says.filter((word) => !text.includes(word));
  return unsaid.length === 0 ? undefined : `does not say ${unsaid.join(', ')}: ${told.join('; ')}`;
}

function readTable(file: string): Expectation[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [image, rule, wanted, says, why] = line.split('\t');
      if (!image || !rule || !wanted || !why) throw new Error(`${file}: not five columns: ${line}`);
      return { image, rule, expect: wanted, says: says ? says.split('|') : [], why };
    });
}
