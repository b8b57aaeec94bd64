/** What software is unneeded beside which workload: small images, read and judged by the real pipeline. */
import { describe, expect, test } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import { judge } from '../../src/rules/run.ts';
import { elf } from '../support/elf.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const program = { content: elf({}), mode: 0o755 };
const script = (text: string) => ({ content: text, mode: 0o755 });

/** Software by the file that shows it, and the rule that knows it. */
const software: Record<string, { files: TestLayer; rule: string }> = {
  npm: { files: { 'usr/local/bin/npm': script('#!/usr/bin/env node\n') }, rule: 'language-package-manager-present' },
  yarn: { files: { 'usr/local/bin/yarn': script('#!/usr/bin/env node\n') }, rule: 'language-package-manager-present' },
  pip: { files: { 'usr/local/bin/pip': script('#!/usr/bin/python3\n') }, rule: 'language-package-manager-present' },
  poetry: {
    files: { 'usr/local/bin/poetry': script('#!/usr/bin/python3\n') },
    rule: 'language-package-manager-present',
  },
  composer: {
    files: { 'usr/local/bin/composer': script('#!/usr/bin/php\n') },
    rule: 'language-package-manager-present',
  },
  mvn: { files: { 'usr/local/bin/mvn': program }, rule: 'language-package-manager-present' },
  gcc: { files: { 'usr/local/bin/gcc': program }, rule: 'compiler-present' },
  javac: { files: { 'usr/local/bin/javac': program }, rule: 'compiler-present' },
  go: { files: { 'usr/local/bin/go': program }, rule: 'compiler-present' },
  curl: { files: { 'usr/bin/curl': program }, rule: 'download-tool-present' },
  nc: { files: { 'usr/bin/nc': program }, rule: 'network-tool-present' },
  strace: { files: { 'usr/bin/strace': program }, rule: 'debug-tool-present' },
};

/** Workloads, and of each what it needs: the rest is unneeded. */
const workloads: [what: string, start: string[], needs: string[], health?: string][] = [
  ['a static binary', ['/app/server'], []],
  ['node', ['node', '/app/server.js'], []],
  ['npm start', ['npm', 'start'], ['npm']],
  ['npm in a shell form', ['/bin/sh', '-c', 'npm run serve'], ['npm']],
  ['yarn behind an init', ['tini', '--', 'yarn', 'serve'], ['yarn']],
  ['python', ['python3', '/app/main.py'], []],
  ['python -m of a module', ['python3', '-m', 'http.server'], []],
  ['python -m pip', ['python3', '-m', 'pip', 'list'], ['pip']],
  ['poetry run', ['poetry', 'run', 'serve'], ['poetry']],
  ['java', ['java', '-jar', '/app/app.jar'], []],
  ['mvn', ['mvn', 'spring-boot:run'], ['mvn', 'gcc', 'javac', 'go']],
  ['go run', ['go', 'run', '/app/main.go'], ['gcc', 'javac', 'go']],
  ['php', ['php', '/app/index.php'], []],
  ['a start script that waits', ['/start.sh'], ['nc', 'curl']],
  ['a health check', ['/app/server'], ['curl'], 'curl -f http://localhost/'],
  [
    'a health check that makes excuses',
    ['/app/server'],
    ['nc'],
    'npm -v && make -v && go version && nc -z localhost 80',
  ],
];

const base: TestLayer = {
  'bin/sh': program,
  'usr/bin/env': program,
  'usr/bin/tini': program,
  'usr/local/bin/node': program,
  'usr/bin/python3': program,
  'usr/bin/php': program,
  'usr/bin/java': program,
  'app/server': program,
  'app/server.js': '1',
  'app/main.py': '1',
  'app/index.php': '1',
  'app/app.jar': '1',
  'start.sh': script('#!/bin/sh\nuntil nc -z db 1; do sleep 1; done\ncurl -s http://db/\nexec /app/server\n'),
};

describe.each(workloads)('beside %s', (_what, start, needs, health) => {
  test.each(Object.entries(software))('%s', async (name, { files, rule }) => {
    const { facts } = await factsOf({
      layers: [base, ...needs.map((need) => software[need]!.files), files],
      container: {
        cmd: start,
        env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
        ...(health !== undefined && { healthcheck: { test: ['CMD-SHELL', health] } }),
      },
    });
    const { findings } = judge(facts, baseline(), { strict: true });
    // A finding of low confidence neither scores nor gates.
    const own = findings.filter((finding) => finding.rule === rule && finding.confidence !== 'low');
    expect(own).toHaveLength(needs.includes(name) ? 0 : 1);
    if (own[0] && facts.workload.known && facts.workload.value.complete) expect(own[0].confidence).toBe('high');
  });
});

describe('where it is not known what runs', () => {
  const judged = async (start: string[], name: string) => {
    const { files, rule } = software[name]!;
    const { facts } = await factsOf({ layers: [base, files], container: { cmd: start } });
    return judge(facts, baseline(), { strict: true }).findings.find((finding) => finding.rule === rule)?.confidence;
  };

  test.each([
    ['nothing to start', [], 'gcc', 'medium'],
    ['nothing to start', [], 'curl', 'medium'],
    ['a shell that waits for a person', ['/bin/sh'], 'npm', 'medium'],
    ['a shell that waits for a person', ['/bin/sh'], 'strace', 'medium'],
    ['a script that is not there', ['/missing.sh'], 'gcc', 'medium'],
    ['a script that is not there', ['/missing.sh'], 'npm', 'medium'],
    ['a script that is not there', ['/missing.sh'], 'curl', 'medium'],
    ['a script that is not there', ['/missing.sh'], 'nc', 'medium'],
  ])('%s %j: %s is said with %s confidence', async (_what, start, name, confidence) => {
    expect(await judged(start, name)).toBe(confidence);
  });
});
