import { describe, expect, test } from 'vitest';
import { simpleCommands } from '../../src/facts/shell-commands.ts';

const read = (text: string) =>
  simpleCommands(text).map((words) => words.map((word) => (word.dynamic ? `~${word.text}` : word.text)).join(' '));

describe('a shallow reading of shell text', () => {
  test.each<[string, string[]]>([
    ['a b; c && d || e | f & g', ['a b', 'c', 'd', 'e', 'f', 'g']],
    ['X=1 Y="a b" cmd -x', ['cmd -x']],
    ['X=1', []],
    ['if a; then b; else c; fi', ['a', 'b', 'c']],
    ['while ! a; do b; done', ['a', 'b']],
    ['for f in a b; do c; done', ['c']],
    ['echo \'a; b\' "c && d"', ['echo a; b c && d']],
    ['cmd > out 2>&1 < in arg', ['cmd arg']],
    ['a # b; c\nd', ['a', 'd']],
    ['a \\\n  b', ['a b']],
    ['cat <<EOF\ngosu x\nEOF\nreal', ['cat', 'real']],
    ["cat <<-'EOF'\n\tgosu x\n\tEOF\nreal", ['cat', 'real']],
    ['exec "$@"', ['exec ~$@']],
    ['exec $(which gosu) app', ['exec ~$(which gosu) app']],
    ['( a; { b; } )', ['a', 'b']],
    ['', []],
    ["'open", ['open']],
    ['"open', ['open']],
    ['a\\', ['a']],
  ])('%j', (text, want) => expect(read(text)).toEqual(want));

  test('stays linear and bounded on hostile text', () => {
    for (const text of [
      '$('.repeat(30_000),
      '"$('.repeat(30_000),
      '`'.repeat(60_000),
      '<<x '.repeat(15_000),
      "a='".repeat(20_000),
      ';a'.repeat(30_000),
      '<'.repeat(60_000),
      '\\'.repeat(60_000),
    ]) {
      expect(simpleCommands(text).length).toBeLessThanOrEqual(4096);
    }
  });
});
