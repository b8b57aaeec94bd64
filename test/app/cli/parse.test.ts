import { describe, expect, it } from 'vitest';
import { type OptionSpec, scanOptions, variableOf } from '../../../src/app/cli/options.ts';
import { parseWords } from '../../../src/app/cli/parse.ts';
import { UsageError } from '../../../src/types.ts';

const specs: OptionSpec[] = [
  { name: 'format', kind: 'value', group: 'A', value: 'FORMAT', describe: '' },
  { name: 'min-score', kind: 'value', group: 'A', value: 'N', describe: '' },
  { name: 'trusted', kind: 'list', group: 'A', value: 'PATTERN', describe: '' },
  { name: 'quiet', kind: 'flag', group: 'A', describe: '' },
  { name: 'help', kind: 'flag', group: 'A', describe: '' },
];
const parse = (words: string[], env: NodeJS.ProcessEnv = {}) => parseWords(words, specs, env);

describe('parseWords', () => {
  it('tells targets from options wherever they stand', () => {
    const parsed = parse(['a', '--format', 'json', 'b', '--quiet', 'c']);
    expect(parsed.positionals).toEqual(['a', 'b', 'c']);
    expect(parsed.values.get('format')).toBe('json');
    expect(parsed.flags.has('quiet')).toBe(true);
  });

  it('keeps text as text: a number, a date, a lone dash, a leading zero', () => {
    const parsed = parse(['007', '-', '1.10', '--min-score', '080']);
    expect(parsed.positionals).toEqual(['007', '-', '1.10']);
    expect(parsed.values.get('min-score')).toBe('080');
  });

  it('takes everything after -- as targets', () => {
    expect(parse(['--quiet', '--', '--format', '--_', '-x']).positionals).toEqual(['--format', '--_', '-x']);
  });

  it('gives a list one value for each time it is named, and never eats a target', () => {
    const parsed = parse(['--trusted', 'a', 'target', '--trusted=b,c']);
    expect(parsed.lists.get('trusted')).toEqual(['a', 'b,c']);
    expect(parsed.positionals).toEqual(['target']);
  });

  it('lets the last of several values win', () => {
    expect(parse(['--format', 'json', '--format=table']).values.get('format')).toBe('table');
  });

  it.each([
    [['--formt', 'json'], 'there is no option --formt; did you mean --format?'],
    [['--zzzzzzzz'], 'there is no option --zzzzzzzz; --help lists them'],
    [['-q'], 'there is no option -q; --help lists them'],
    [['--format'], '--format needs a value: --format FORMAT'],
    [['--format', '--quiet'], '--format needs a value: --format FORMAT'],
    [['--format='], '--format needs a value: --format FORMAT'],
    [['--trusted', 'a', '--trusted='], '--trusted needs a value: --trusted PATTERN'],
    [['--no-quiet'], /there is no option --no-quiet/],
    [['--_', 'x'], 'there is no option --_; --help lists them'],
    [['--_=x'], 'there is no option --_; --help lists them'],
    [['--__proto__', 'x'], /there is no option --_+proto_+/],
    [['--constructor.prototype.x=1'], /there is no option --constructor.prototype.x/],
    [['--a\u001b[31mb\n'], 'there is no option --a?[31mb'],
  ])('refuses %j', (words, message) => {
    expect(() => parse(words)).toThrow(UsageError);
    expect(() => parse(words)).toThrow(message);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('reads variables, which the command line overrides', () => {
    const env = { TARE_FORMAT: 'json', TARE_MIN_SCORE: '70', TARE_TRUSTED: 'a, b,', TARE_QUIET: '1' };
    const parsed = parse(['--format', 'table', '--quiet=false'], env);
    expect(parsed.values.get('format')).toBe('table');
    expect(parsed.values.get('min-score')).toBe('70');
    expect(parsed.lists.get('trusted')).toEqual(['a', 'b']);
    expect(parsed.flags.has('quiet')).toBe(false);
    expect(parse(['--trusted', 'c'], env).lists.get('trusted')).toEqual(['c']);
    expect(parse([], { TARE_QUIET: 'off', TARE_FORMAT: '' })).toMatchObject({ flags: new Set(), values: new Map() });
    expect(() => parse([], { TARE_QUIET: 'maybe' })).toThrow("TARE_QUIET is 1 or 0, not 'maybe'");
  });
});

it('names every option in kebab-case, once, and gives each that takes a value a word for it', () => {
  const names = scanOptions.map((option) => option.name);
  expect(new Set(names).size).toBe(names.length);
  for (const option of scanOptions) {
    expect(option.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(option.value === undefined).toBe(option.kind === 'flag');
    expect(option.describe).not.toMatch(/\.$/);
  }
  expect(variableOf('fail-on')).toBe('TARE_FAIL_ON');
});
