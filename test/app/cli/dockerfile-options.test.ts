import { expect, it } from 'vitest';
import { scanOptions } from '../../../src/app/cli/options.ts';
import { parseWords } from '../../../src/app/cli/parse.ts';
import { scanSettings } from '../../../src/app/cli/scan-settings.ts';
import { UsageError } from '../../../src/types.ts';

function dockerfile(...words: string[]) {
  return scanSettings(parseWords([...words, 'image'], scanOptions, {}), {}, '2026-11-23').dockerfile;
}

it('reads the Dockerfile that images are joined to', () => {
  expect(dockerfile()).toBeUndefined();
  expect(dockerfile('--dockerfile', 'a/Dockerfile')).toEqual({ file: 'a/Dockerfile', buildArgs: new Map() });
  expect(dockerfile('--dockerfile', 'D', '--target', 'app', '--build-arg', 'A=b=c', '--build-arg', 'E=')).toEqual({
    file: 'D',
    target: 'app',
    buildArgs: new Map([
      ['A', 'b=c'],
      ['E', ''],
    ]),
  });
});

it.each([
  [['--target', 'app'], '--target says how a Dockerfile was built: give --dockerfile FILE too'],
  [['--build-arg', 'A=1'], '--build-arg says how a Dockerfile was built: give --dockerfile FILE too'],
  [['--dockerfile', 'D', '--build-arg', 'A'], "--build-arg is NAME=VALUE, not 'A'"],
  [['--dockerfile', 'D', '--build-arg', '=A'], "--build-arg is NAME=VALUE, not '=A'"],
])('refuses %j', (words, message) => {
  expect(() => dockerfile(...words)).toThrow(UsageError);
  expect(() => dockerfile(...words)).toThrow(message);
});
