// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
import { describe, expect, it } from 'vitest';
import { BudgetError, makeBudget } from '../../src/dockerfile/budget.ts';
import { LexError, lex } from '../../src/dockerfile/lex.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';

const known: Record<string, string> = { V: 'value', E: '', P: '/usr/local/bin', F: 'archive.tar.gz', S: 'a b' };
const expand = (word: string, escapeChar: '\\' | '`' = '\\') =>
  lex(word, {
    escape: escapeChar,
    get: (name) => (Object.hasOwn(known, name) ? { value: known[name]!, open: [] } : undefined),
    limit: 1000,
    budget: makeBudget(100_000),
  });

describe('one word', () => {
  it.each([
    ['$V', 'value'],
    ['${V}', 'value'],
    ['a${V}b', 'avalueb'],
    ['$Vx', ''],
    ['$', '$'],
    ['a$', 'a$'],
    ['$1x', 'x'],
    ['\\$V', '$V'],
    ["'$V'", '$V'],
    ['"$V"', 'value'],
    ['"\\$V"', '$V'],
    ['"a\\b"', 'a\\b'],
    ['"a\\"b"', 'a"b'],
    ['a\\ b', 'a b'],
    ["'a\\'", 'a\\'],
    ['x"y"\'z\'', 'xyz'],
    ['${V:-d}', 'value'],
    ['${E:-d}', 'd'],
    ['${E-d}', ''],
    ['${N-d}', 'd'],
    ['${N:-$V}', 'value'],
    ['${N:-${M:-x}}', 'x'],
    ['${V:+d}', 'd'],
    ['${E:+d}', ''],
    ['${E+d}', 'd'],
    ['${N+d}', ''],
    ['${V:?no}', 'value'],
    ['${V#v}', 'alue'],
    ['${V#x}', 'value'],
    ['${P#*/}', 'usr/local/bin'],
    ['${P##*/}', 'bin'],
    ['${P%/*}', '/usr/local'],
    ['${P%%/*}', ''],
    ['${F%.*}', 'archive.tar'],
    ['${F%%.*}', 'archive'],
    ['${F#???}', 'hive.tar.gz'],
    ['${F/a/A}', 'Archive.tar.gz'],
    ['${F//a/A}', 'Archive.tAr.gz'],
    ['${F/.*/!}', 'archive!'],
    ['${P//\\//-}', '-usr-local-bin'],
    ['${F/z*/}', 'archive.tar.g'],
  ])('%s is %s', (word, text) => {
    expect(expand(word).text).toBe(text);
  });

  it('uses the escape of the directive', () => {
    expect(expand('`$V', '`').text).toBe('$V');
    expect(expand('\\$V', '`').text).toBe('\\value');
    expect(expand('"a`"b"', '`').text).toBe('a"b');
  });

  it.each(['"a', "'a", '${V', '${}', '${:x}', '${V:=x}', '${V^}', '${V#\\a}', '${V/a}'])('%s is refused', (word) => {
    expect(() => expand(word)).toThrow(LexError);
  });

  it('says what it depends on', () => {
    const result = expand('$V$N${M:-x}${V:-$O}');
    expect([...result.open].sort()).toEqual(['M', 'N', 'O']);
    expect([...result.undeclared].sort()).toEqual(['N', 'O']);
    expect(expand('a "b c" $S').words).toEqual(['a', 'b c', 'a', 'b']);
  });

  it('stops at its limits', () => {
    const options = { escape: '\\' as const, limit: 1000, budget: makeBudget(5000) };
    const big = { value: 'x'.repeat(600), open: [] };
    expect(() => lex('$a$a', { ...options, get: () => big })).toThrow(BudgetError);
    expect(() => lex('${a#*x*x*x*x*y}', { ...options, budget: makeBudget(5000), get: () => big })).toThrow(BudgetError);
    expect(() => lex('${a:-'.repeat(500), options)).toThrow(/nested too deeply/);
  });
});

describe('scopes', () => {
  const parse = (text: string, options = {}) => parseDockerfile(text, 'Dockerfile', options);
  const env = (text: string, options = {}) => {
    const { stages } = parse(text, options);
    return Object.fromEntries([...stages.at(-1)!.env].map(([name, setting]) => [name, setting.value]));
  };

  it('sees, in one ENV, the values from before it', () => {
    expect(env('FROM a\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc')).toEqual({
      abc: 'bye',
      def: 'hello',
      ghi: 'bye',
    });
  });

  it('gives ARG to FROM, and to a stage only when it asks', () => {
    const text = 'ARG V=1\nARG W=$V.0\nFROM a:$W\nENV before=$V\nARG V\nENV after=$V\nARG W=9\nENV own=$W';
    expect(parse(text).stages[0]!.base.name).toEqual({ text: 'a:1.0', open: ['W', 'V'], undeclared: [] });
    expect(env(text)).toEqual({ before: '', after: '1', own: '9' });
    expect(env(text, { buildArgs: new Map([['V', '2']]) })).toEqual({ before: '', after: '2', own: '9' });
    expect(parse(text, { buildArgs: new Map([['V', '2']]) }).stages[0]!.base.name.text).toBe('a:2.0');
  });

  it('lets the later of ARG and ENV win', () => {
    expect(env('FROM a\nARG V=arg\nENV V=env\nENV r=$V').r).toBe('env');
    expect(env('FROM a\nENV V=env\nARG V=arg\nENV r=$V').r).toBe('arg');
    expect(env('FROM a\nARG x=1 y=$x\nENV r=$y').r).toBe('1');
  });

  it('hands ENV and ARG on to stages built on it, not to others', () => {
    const text = 'FROM a AS one\nENV E=e\nARG A=a\nFROM one AS two\nENV r=$E$A\nFROM b\nENV r=$E$A';
    const { stages } = parse(text);
    expect(stages[1]!.env.get('r')!.value).toBe('ea');
    expect(stages[1]!.env.get('E')).toMatchObject({ value: 'e', stage: 0, instruction: 1 });
    expect(stages[2]!.env.get('r')).toMatchObject({ value: '', open: ['E', 'A'] });
    expect(stages[2]!.env.has('E')).toBe(false);
  });

  it('knows the platform ARGs and the proxies', () => {
    const text = 'FROM --platform=$BUILDPLATFORM a\nARG TARGETARCH\nENV arch=$TARGETARCH os=$TARGETOS';
    const { stages } = parse(text);
    expect(stages[0]!.base.platform).toMatchObject({ text: 'linux/amd64', open: ['BUILDPLATFORM'] });
    expect(stages[0]!.env.get('arch')).toMatchObject({ value: 'amd64', open: ['TARGETARCH'] });
    // Without ARG it is not there.
    expect(stages[0]!.env.get('os')!.value).toBe('');
    expect(parse(text, { platform: 'linux/arm64/v8' }).stages[0]!.env.get('arch')).toMatchObject({
      value: 'arm64',
      open: [],
    });
    expect(stages[0]!.lookup('HTTP_PROXY', 2)).toMatchObject({ kind: 'predefined' });
    expect(stages[0]!.lookup('NOPE', 2)).toBeUndefined();
  });

  it('keeps names of objects apart from the object', () => {
    expect(env('FROM a\nENV __proto__=x constructor=y\nENV r=$__proto__$constructor$toString').r).toBe('xy');
  });

  it('expands where the builder does, and nowhere else', () => {
    const file = parse(
      'FROM a\nARG d=/d\nWORKDIR $d\nUSER ${d#/}\nCOPY $d/x ["$d"]\nVOLUME $d\nEXPOSE ${d:+8080}\nLABEL l="$d"\nRUN $d\nCMD $d\nSTOPSIGNAL $d',
    );
    expect(file.instructions.map((item) => item.values.map((value) => value.text))).toEqual([
      ['a'],
      ['/d'],
      ['/d'],
      ['d'],
      ['/d/x', '[/d]'],
      ['/d'],
      ['8080'],
      ['/d'],
      [],
      [],
      ['/d'],
    ]);
  });
});
