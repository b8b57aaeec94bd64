/** `tare lint --help`. */
import { helpText } from './help.ts';
import { lintOptions } from './lint-options.ts';

export function lintHelp(width: number): string {
  return helpText(
    {
      usage: 'tare lint [PATH...] [OPTIONS]',
      about:
        'Checks Dockerfiles before anything is built. PATH is a Dockerfile, a folder in which Dockerfiles are found by their names ' +
        '(what Git ignores is left out), a pattern, or - for standard input; default is the current folder. ' +
        'The forecast is the range of scores that an image from the file can reach.',
      options: lintOptions,
      examples: [
        ['tare lint', 'every Dockerfile below the current folder'],
        ['tare lint Dockerfile --target runtime --build-arg VERSION=3', 'one stage, as it is built'],
        ['tare lint --fix-dry-run', 'what could be mended safely, as a diff; --fix does it'],
        ["tare lint 'services/**/Dockerfile' --fail-on medium", 'a pattern, and a stricter gate'],
        ['tare lint --staged', 'what is about to be committed; tare init --pre-commit does it at every commit'],
      ],
      closing:
        'A comment `# tare ignore=ID[,ID] reason` suppresses rules for the next instruction, `# tare global ignore=ID reason` for the file; ' +
        'hadolint’s comments are understood where its rules are ours. ' +
        'Exit codes: 0 the gate passed, 1 the gate failed, 2 something could not be read.',
    },
    width,
  );
}
