// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other languages are what is tested.
import { describe, expect, it } from 'vitest';
import { readAssignment, wordsOf } from '../../../../src/facts/secrets/engine/assignment.ts';
import { readSection } from '../../../../src/facts/secrets/engine/section.ts';

function read(text: string, word = 'pass') {
  const at = text.toLowerCase().indexOf(word);
  return readAssignment(Buffer.from(text), at, at + word.length);
}

describe('an assignment', () => {
  it.each([
    ['DB_PASS=s3cret', 'DB_PASS', 's3cret'],
    ['db.pass = s3cret', 'db.pass', 's3cret'],
    ['export DB_PASS="s3 cret"', 'DB_PASS', 's3 cret'],
    ['{"dbPass": "s3cret"}', 'dbPass', 's3cret'],
    ['{\\"dbPass\\": \\"s3cret\\"}', 'dbPass', 's3cret'],
    ['  pass:   s3cret # why', 'pass', 's3cret'],
    ['pass: !!str s3cret', 'pass', 's3cret'],
    ["pass => 's3cret',", 'pass', 's3cret'],
    ['pass := "s3cret"', 'pass', 's3cret'],
    ['pass ||= "s3cret"', 'pass', 's3cret'],
    ['PASS ?= s3cret', 'PASS', 's3cret'],
    ['const pass: string = "s3cret";', 'pass', 's3cret'],
    ['let pass: &str = "s3cret";', 'pass', 's3cret'],
    ['var pass string = "s3cret"', 'pass', 's3cret'],
    ['String pass = "s3cret";', 'pass', 's3cret'],
    ["$config['pass'] = 's3cret';", 'pass', 's3cret'],
    ['os.environ["PASS"] = "s3cret"', 'PASS', 's3cret'],
    ['os.Setenv("PASS", "s3cret")', 'PASS', 's3cret'],
    ['<pass>s3cret</pass>', 'pass', 's3cret'],
    ['<add key="Pass" value="s3cret"/>', 'Pass', 's3cret'],
    ['tool --pass s3cret --x', '--pass', 's3cret'],
    ['tool --pass=s3cret --x', '--pass', 's3cret'],
    ['ENV PASS s3cret', 'PASS', 's3cret'],
    ['https://a.b/?pass=s3cret&x=1', 'pass', 's3cret'],
    ['x-pass: Bearer s3cret', 'x-pass', 's3cret'],
    ['RUN PASS=s3cret;make', 'PASS', 's3cret'],
    ['${PASS:-s3cret}', 'PASS', 's3cret'],
    ['pass = r"s3cret"', 'pass', 's3cret'],
  ])('%s', (text, name, value) => {
    expect(read(text)).toMatchObject({ name, value });
  });

  it.each([
    'if (pass == "s3cret")',
    'Pass::new("s3cret")',
    'the pass phrase',
    'pass ~ x',
    'pass =~ /s3cret/',
    'ENVIRON PASS s3cret',
    'pass',
    'pass=',
    'pass: ',
    'pass = \n s3cret',
  ])('is none: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('has names in words', () => {
    expect(wordsOf('dbPassword_2')).toBe('db password 2');
    expect(wordsOf('AWS_SECRET-Key')).toBe('aws secret key');
    expect(wordsOf('userAPIKey')).toBe('user api key');
  });
});

describe('a section', () => {
  const fields = (text: string) =>
    readSection(Buffer.from(text), text.indexOf('shop'), text.indexOf('shop') + 4).map(({ name, value }) => [
      name,
      value,
    ]);

  it.each([
    'shop:\n  url: u1\n  key: k1\n',
    '{"shop": {"url": "u1", "key": "k1"}}',
    '[shop]\nurl = u1\nkey = k1\n',
    'shop {\n url = u1\n key = k1\n}\n',
  ])('%j', (text) => {
    expect(fields(text)).toEqual([
      ['shop.url', 'u1'],
      ['shop.key', 'k1'],
    ]);
  });

  it('ends with its object, and is none in running text', () => {
    expect(fields('{"shop": {"url": "u1"}, "key": "k1"}')).toEqual([['shop.url', 'u1']]);
    expect(fields('the shop is open: key = k1')).toEqual([]);
  });
});
