/**
 * Every format over every image and every Dockerfile of the corpus, as the command line writes them: each is what its readers
 * ask for, and a second run that has nothing of the first gives the same bytes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNames } from '../../src/report/formats.ts';
import { asImageReport } from '../../src/report/lint-as-image.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { DockerfileReport, ImageReport } from '../../src/types/report.ts';
import { asOf, corpusImages } from '../corpus/images.ts';
import { formatProblems, hasXmllint, problemsOf, template, xsdProblems } from '../report/validate.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { badRefusal, tare } from './setup/cli.ts';
import { openHome } from './setup/home.ts';
import type { Ran } from './setup/run.ts';
import { suite } from './setup/suite.ts';

const needs = { other: [[corpusDir !== undefined, 'the corpus is not beside the project']] as [boolean, string][] };
const rules = baseline().rules.map(({ metadata }) => metadata);
const runs = ['first', 'second'] as const;
const forImages = ['gitlab-container-scanning', 'template'];
const lintFormats = formatNames.filter((name) => !forImages.includes(name));

suite('every format over the corpus', needs, () => {
  const home = openHome('formats');
  afterAll(() => home.close(), 120_000);

  const file = (command: string, run: string, format: string) => home.path(command, run, `report.${format}`);
  const written = (command: string, run: string, format: string) => readFileSync(file(command, run, format), 'utf8');

  /** All formats of a run. The first keeps what it learns of layers, the second neither keeps nor finds anything. */
  function runOf(
    command: string,
    run: (typeof runs)[number],
    formats: readonly string[],
    more: string[],
  ): Promise<Ran> {
    home.folder(command, run);
    const outputs = formats.flatMap((format) => ['--output', `${format}=${file(command, run, format)}`]);
    const cache = run === 'first' ? ['--cache-dir', home.folder(command, 'cache')] : ['--no-cache'];
    const args = [
      command,
      ...more,
      '--as-of',
      asOf,
      '--fail-on',
      'none',
      '--no-config',
      '--quiet',
      ...cache,
      ...outputs,
    ];
    const env = { HOME: home.folder('nobody'), DOCKER_HOST: `unix://${home.path('nowhere.sock')}` };
    return tare(args, { env, cwd: command === 'scan' ? corpus('images') : corpus(), timeout: 280_000 });
  }

  /** Whatever a run wrote, all targets in one document. */
  function holds(command: string, formats: readonly string[]): void {
    it.each(formats)(
      '%s: all of them in one document',
      (format) => {
        const check = command === 'lint' && format === 'json' ? 'lint json' : format;
        expect(problemsOf(check, written(command, 'first', format))).toEqual([]);
      },
      120_000,
    );

    it.runIf(hasXmllint)('junit is valid by the schema of the xUnit plugin', () => {
      expect(xsdProblems([file(command, 'first', 'junit')])).toBe('');
    });

    it.each(formats)('%s: the same bytes from the second run', (format) => {
      // A difference of megabytes is nothing to print.
      expect(written(command, 'first', format) === written(command, 'second', format)).toBe(true);
    });
  }

  describe('images', () => {
    const ended: Ran[] = [];
    let reports: ImageReport[] = [];

    beforeAll(async () => {
      const templateFile = join(home.dir, template.name);
      writeFileSync(templateFile, template.text);
      const more = [...corpusImages(), '--all-platforms', '--template', templateFile];
      for (const run of runs) ended.push(await runOf('scan', run, formatNames, more));
      reports = (JSON.parse(written('scan', 'first', 'json')) as { reports: ImageReport[] }).reports;
    }, 600_000);

    it('are graded or refused in a sentence', () => {
      const [first, second] = ended;
      const sentences = first!.stderr.trim().split('\n');
      for (const stderr of sentences) expect(badRefusal({ code: 2, signal: null, stdout: '', stderr })).toBeUndefined();
      expect(reports.length).toBeGreaterThanOrEqual(corpusImages().length - sentences.length);
      expect(second).toEqual(first);
    });

    holds('scan', formatNames);

    it('each alone', async () => {
      for (const report of reports) expect(await formatProblems([report], rules), report.target.name).toEqual([]);
    }, 120_000);
  });

  describe('Dockerfiles', () => {
    const ended: Ran[] = [];
    let reports: DockerfileReport[] = [];

    beforeAll(async () => {
      // Asking ShellCheck takes long, and adds no shape to a report.
      for (const run of runs)
        ended.push(await runOf('lint', run, lintFormats, [...corpusDockerfiles(), '--shellcheck', 'off']));
      reports = (JSON.parse(written('lint', 'first', 'json')) as { reports: DockerfileReport[] }).reports;
    }, 600_000);

    it('are all judged', () => {
      const [first, second] = ended;
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(reports.map(({ target }) => target.name)).toEqual(corpusDockerfiles());
      expect(second).toEqual(first);
    });

    holds('lint', lintFormats);

    it('each alone', async () => {
      const formats = lintFormats.filter((name) => name !== 'json' && name !== 'table');
      for (const report of reports)
        expect(await formatProblems([asImageReport(report)], rules, formats), report.target.name).toEqual([]);
    }, 300_000);
  });
});

/** Paths in the corpus. */
function corpusDockerfiles(): string[] {
  const within = (folder: string) => readdirSync(corpus(folder)).map((name) => `${folder}/${name}`);
  return [
    ...within('dockerfiles'),
    ...within('dockerfile-labelled').filter((path) => path.includes('Dockerfile')),
    ...within('dockerfile-parse').map((folder) => `${folder}/Dockerfile`),
  ].sort();
}
