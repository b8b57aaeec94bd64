import { describe, expect, it } from 'vitest';
import { fingerprint, mask, toFinding } from '../../../../src/facts/secrets/engine/mask.ts';
import { fresh, scan } from './load.ts';

describe('a mask', () => {
  it('shows nothing of a short value, and six characters at most', () => {
    expect(mask('')).toBe('****');
    expect(mask('hunter2hunter2hunte')).toBe('****');
    expect(mask('a'.repeat(4) + 'b'.repeat(20))).toBe('aaaa****');
    expect(mask(`ghp_${'x'.repeat(34)}yz`)).toBe('ghp_****yz');
    expect(mask('-----BEGIN RSA PRIVATE KEY-----\nMIIE')).toBe('-----BEGIN RSA PRIVATE KEY-----****');
    expect(mask(`\n\x1b[2J${'x'.repeat(30)}`)).toMatch(/^[\x21-\x7e]+$/);
  });

  it('does not tell the length', () => {
    expect(mask('x'.repeat(40))).toBe(mask('x'.repeat(400)));
    expect(mask('ab')).toBe(mask('x'.repeat(19)));
  });
});

describe('a fingerprint', () => {
  it('is the same for the same value and salt, and no other', () => {
    for (const value of ['hunter2', fresh('ghp_{crc}', 'f')]) {
      expect(fingerprint(value)).toMatch(/^[0-9a-f]{16}$/);
      expect(fingerprint(value)).toBe(fingerprint(value));
      expect(fingerprint(value)).not.toBe(fingerprint(`${value}x`));
      expect(fingerprint(value, 'a')).not.toBe(fingerprint(value, 'b'));
    }
  });
});

describe('a finding', () => {
  it('is plain data and does not hold the value', () => {
    const password = fresh('{alnum:24}', 'finding');
    const token = fresh('ghp_{crc}', 'finding');
    for (const match of scan(`DB_PASSWORD=${password}\nT=${token}\nhttps://a:${password}@b.net/\n`)) {
      const hit = toFinding(match, 'salt');
      expect(JSON.parse(JSON.stringify(hit))).toEqual(hit);
      const text = JSON.stringify(hit);
      for (let at = 4; at + 6 < match.value.length; at++) expect(text).not.toContain(match.value.slice(at, at + 6));
      expect(Object.keys(hit)).not.toContain('value');
      expect(hit.fingerprint).toBe(fingerprint(match.value, 'salt'));
    }
    expect(toFinding(scan(`DB_PASSWORD=${password}`)[0]!).masked).toBe('****');
  });

  it('drops a field name that is the value', () => {
    const [match] = scan(`T=${fresh('ghp_{crc}', 'name')}`);
    expect(toFinding({ ...match!, field: `x.${match!.value}` })).not.toHaveProperty('field');
  });
});
