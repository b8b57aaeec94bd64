import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { readCommands } from '../../src/dockerfile/shell.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { dump } from './dump.ts';

/** Files that builders refuse: where the first fault is, its code, and why. Every other file has none. */
const refused: Record<string, [place: string, code: string, why: string]> = {
  'dockerfiles/CycloneDX__cdxgen__test~data~Dockerfile': ['11:6', 'arguments', 'a sha256 digest of 16 digits'],
  'dockerfiles/OpenVisualCloud__Dockerfiles__SG1~centos-7~media~ffmpeg~Dockerfile.m4': [
    '2:1',
    'unknown-instruction',
    'm4 source',
  ],
  'dockerfiles/OpenVisualCloud__Dockerfiles__Xeon~ubuntu-20.04~media~nginx~Dockerfile.m4': [
    '2:1',
    'unknown-instruction',
    'm4 source',
  ],
  'dockerfiles/OpenVisualCloud__Dockerfiles__Xeon~ubuntu-20.04~media~srs~Dockerfile.m4': [
    '2:1',
    'unknown-instruction',
    'm4 source',
  ],
  'dockerfiles/chainguard-dev__dfc__testdata~distroless-go.after.Dockerfile': [
    '3:6',
    'arguments',
    'cgr.dev/ORG is a placeholder in upper case',
  ],
  'dockerfiles/chainguard-dev__dfc__testdata~golang-multi-stage.after.Dockerfile': [
    '5:6',
    'arguments',
    'cgr.dev/ORG is a placeholder in upper case',
  ],
  'dockerfiles/devcontainers__images__build~assets~alpine.Dockerfile': [
    '2:6',
    'arguments',
    'REPLACE-ME is a placeholder in upper case',
  ],
  'dockerfiles/oracle__docker-images__OracleDatabase~GDD~containerfiles~19.3.0~Dockerfile_19c': [
    '43:5',
    'unknown-instruction',
    'a continuation is missing',
  ],
  'dockerfiles/renovatebot__renovate__lib~modules~manager~dockerfile~__fixtures__~3.Dockerfile': [
    '14:6',
    'arguments',
    'FROM uses an ARG of a stage',
  ],
  'dockerfiles/tenable__terrascan__pkg~iac-providers~docker~v1~testdata~valid-directory-with-invalid-file~Dockerfile': [
    '12:1',
    'unknown-instruction',
    'made invalid on purpose',
  ],
  'dockerfiles/wagoodman__dive__cmd~dive~cli~testdata~invalid~Dockerfile': [
    '2:1',
    'unknown-instruction',
    'made invalid on purpose',
  ],
  'dockerfile-labelled/checkov__example_AliasIsUnique__failure~Dockerfile': [
    '1:6',
    'arguments',
    'baseImage is in mixed case',
  ],
  'dockerfile-labelled/checkov__example_HealthcheckExists__failure~Dockerfile': [
    '3:11',
    'expansion',
    'a quote does not close',
  ],
  'dockerfile-labelled/checkov__example_HealthcheckExists__success~Dockerfile': [
    '3:11',
    'expansion',
    'a quote does not close',
  ],
  'dockerfile-labelled/checkov__example_UserExists__failure~Dockerfile': [
    '3:11',
    'expansion',
    'a quote does not close',
  ],
  'dockerfile-labelled/checkov__example_UserExists__success~Dockerfile': [
    '3:11',
    'expansion',
    'a quote does not close',
  ],
  'dockerfile-labelled/dockerfilelint__Dockerfile.misc': ['4:1', 'no-stage', 'made invalid on purpose'],
};

/** Files whose shell scripts the shell itself would refuse. */
const brokenShell: Record<string, string> = {
  'dockerfile-labelled/checkov__EnvGitSslNoVerify__fail~Dockerfile.run.quotes': 'ends in \'"',
  'dockerfile-labelled/checkov__EnvGitSslNoVerify__pass~Dockerfile': 'ends in \'"',
  'dockerfile-labelled/checkov__EnvNpmConfigStrictSsl__fail~Dockerfile.run.quotes': 'ends in \'"',
  'dockerfile-labelled/checkov__EnvNpmConfigStrictSsl__pass~Dockerfile': 'ends in \'"',
  'dockerfile-labelled/checkov__EnvPythonHttpsVerify__fail~Dockerfile.run.quotes': 'ends in \'"',
  'dockerfile-labelled/checkov__EnvPythonHttpsVerify__pass~Dockerfile': 'ends in \'"',
};

describe.skipIf(!corpusDir)('corpus', () => {
  const files = () =>
    ['dockerfiles', 'dockerfile-labelled'].flatMap((folder) =>
      readdirSync(corpus(folder))
        .filter((name) => !/^labels\.tsv$|\.yml$/.test(name))
        .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(corpus(folder, name), 'utf8') })),
    );

  it('reads every file, and refuses only what builders refuse', () => {
    const found: Record<string, [string, string]> = {};
    let count = 0;
    for (const { name, text } of files()) {
      count++;
      const { errors } = parseDockerfile(text, name);
      const first = errors[0];
      if (first) found[name] = [`${first.line}:${first.column}`, first.code];
    }
    expect(count).toBeGreaterThan(950);
    expect(found).toEqual(
      Object.fromEntries(Object.entries(refused).map(([name, [place, code]]) => [name, [place, code]])),
    );
  });

  it('reads every shell script, and every command stands where it says', async () => {
    const broken = new Set<string>();
    let commands = 0;
    for (const { name, text } of files()) {
      const dockerfile = parseDockerfile(text, name);
      const reading = await readCommands(dockerfile);
      for (const script of reading.scripts) {
        if (script.errors.length > 0) broken.add(name);
        expect(script.truncated, name).toBe(false);
      }
      for (const command of reading.commands) {
        commands++;
        const { range } = dockerfile.instructions[command.instruction]!;
        expect(command.range.start.line, name).toBeGreaterThanOrEqual(range.start.line);
        expect(command.range.end.line, name).toBeLessThanOrEqual(range.end.line);
        const written = text.slice(command.program.start, command.program.end);
        const plain = !/[\\"'`$^]/.test(written) && command.program.open.length === 0;
        if (plain) expect(written, `${name}:${command.range.start.line}`).toBe(command.program.text);
      }
    }
    expect(commands).toBeGreaterThan(15_000);
    expect([...broken].sort()).toEqual(Object.keys(brokenShell).sort());
  });

  /** What the parser takes and the instructions themselves are refused for. */
  const laterErrors: Record<string, string[]> = {
    flags: ['3:6 flag', '4:6 flag', '5:6 flag', '5:16 flag', '6:6 flag', '8:5 flag', '9:5 flag', '10:5 flag'],
    json: Array.from({ length: 8 }, (_, i) => `${i + 1}:1 no-stage`),
    'jeztah-invalid-json-json-inside-string-double': ['1:1 no-stage'],
    'jeztah-invalid-json-unterminated-bracket': ['1:1 no-stage'],
    env: ['12:15 expansion'],
  };

  it.each(corpusDir ? readdirSync(corpus('dockerfile-parse')) : [])('splits %s as BuildKit does', (name) => {
    const parsed = parseDockerfile(readFileSync(corpus('dockerfile-parse', name, 'Dockerfile'), 'utf8'), name);
    if (name.startsWith('negative__')) {
      expect(parsed.errors.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(
        name.includes('env') ? ['3:5 arguments'] : ['1:1 no-stage', '1:5 json'],
      );
      return;
    }
    expect(dump(parsed)).toBe(readFileSync(corpus('dockerfile-parse', name, 'result'), 'utf8').trim());
    expect(parsed.errors.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(laterErrors[name] ?? []);
  });
});
