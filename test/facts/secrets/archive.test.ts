/** Archives: what is in them is found, and what they could do to the scanner does not happen. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eachMember } from '../../../src/facts/secrets/archive.ts';
import { LayerBudget, secretLimits } from '../../../src/facts/secrets/budget.ts';
import { examine } from '../../../src/facts/secrets/examine.ts';
import { tarBytes } from '../../../src/source/recipe-tar.ts';
import { letters, secret, zip } from '../../support/secrets.ts';

const limits = { ...secretLimits, unpackedBytes: 1 << 20, memberBytes: 100_000, members: 50, layerUnpacked: 2 << 20 };
const members = (path: string, bytes: Buffer, budget = new LayerBudget(limits)) => {
  const found: string[] = [];
  const problem = eachMember(path, bytes, budget, (member) => found.push(member.path));
  return { found, problem };
};
const look = (path: string, bytes: Buffer) =>
  examine(path, bytes, { budget: new LayerBudget(), allow: [], scratch: (length) => Buffer.alloc(length) });
const file = (name: string, content: string | Buffer) => ({
  name,
  type: 'file' as const,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  content: Buffer.from(content),
});
const password = `${letters('archive', 14)}9`;
const token = secret('github-90')!;

describe('archives', () => {
  it('finds secrets in zip, tar and tar.gz, and in a jar in a war', () => {
    const properties = `spring.datasource.password=${password}\n`;
    const jar = zip({ 'application.properties': properties });
    const all: [string, Buffer][] = [
      ['app.jar', jar],
      ['app.war', zip({ 'WEB-INF/lib/app.jar': jar })],
      ['app.tar', tarBytes([file('srv/application.properties', properties)])],
      ['app.tgz', gzipSync(tarBytes([file('./srv/application.properties', properties)]))],
    ];
    for (const [name, bytes] of all)
      expect([name, look(name, bytes)?.hits?.map(({ detector }) => detector)]).toEqual([
        name,
        ['application-settings'],
      ]);
    expect(look('app.war', all[1]![1])?.hits?.[0]?.inside).toBe('WEB-INF/lib/app.jar!application.properties');
  });

  it('lets the engine look at members too', () => {
    expect(look('x.zip', zip({ 'a.py': `T = "${token}"\n` }))?.hits).toMatchObject([
      { kind: 'api-token', inside: 'a.py', line: 1 },
    ]);
  });

  it('goes no deeper than its limit', () => {
    let bytes: Buffer = zip({ 'a.py': `T = "${token}"\n` });
    const depths = [1, 2, 3, 4].map((depth) => {
      if (depth > 1) bytes = zip({ 'inner.zip': bytes });
      return look('x.zip', bytes)?.hits?.length ?? 0;
    });
    expect(depths).toEqual([1, 1, 0, 0]);
  });

  it('stops at bombs: ratio, size, number', () => {
    const bomb = zip(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.txt`, Buffer.alloc(90_000)])));
    expect(members('x.zip', bomb)).toMatchObject({ problem: 'it unpacks to more than the limit' });
    expect(members('x.zip', zip({ big: Buffer.alloc(200_000), small: 'x' }))).toEqual({
      found: ['small'],
      problem: 'some of its members are larger than the limit',
    });
    const many = zip(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}`, 'x'])));
    expect(members('x.zip', many).found).toHaveLength(50);
    expect(members('x.tgz', gzipSync(Buffer.alloc(4 << 20)))).toEqual({
      found: [],
      problem: 'it is damaged or unpacks to more than the limit',
    });
    const manyFiles = tarBytes(Array.from({ length: 60 }, (_, i) => file(`${i}`, 'x')));
    expect(members('x.tar', manyFiles).found).toHaveLength(50);
  });

  it('believes no length: a member that unpacks to more than it says is left out', () => {
    const bytes = zip({ a: Buffer.alloc(5000), b: 'x' });
    const directory = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes.writeUInt32LE(10, directory + 24);
    expect(members('x.zip', bytes).found).toEqual(['b']);
  });

  it('gives each member its own content, whatever the directory says of its neighbours', () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}`, `${i} `.repeat(i * 20)]));
    const whole = zip(files);
    const contents = (bytes: Buffer): Record<string, string> => {
      const found: Record<string, string> = {};
      const budget = new LayerBudget({ ...limits, layerUnpacked: 64 << 20 });
      eachMember('x.zip', bytes, budget, (member) => void (found[member.path] = member.bytes.toString()));
      return found;
    };
    const { 0: _, ...full } = files;
    expect(contents(whole)).toEqual(full);
    const directory = whole.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const second = whole.indexOf(Buffer.from('PK\x01\x02', 'latin1'), directory + 10);
    // A wrong checksum, a length that is too small, one that is too large.
    const other = (at: number, value: number): Record<string, string> => {
      const changed = Buffer.from(whole);
      changed.writeUInt32LE(value, second + at);
      return contents(changed);
    };
    expect(other(16, 1)).toEqual(full);
    const { 1: __, ...rest } = full;
    expect(other(24, 10)).toEqual(rest);
    expect(other(24, 5000)).toEqual(full);
  });

  it('keeps names inside the archive', () => {
    expect(members('x.zip', zip({ '../../etc/passwd': 'x' })).found).toEqual(['etc/passwd']);
  });

  it('takes whatever is damaged for what can be had of it', () => {
    const whole = zip({ a: 'aaaa', b: 'bbbb' });
    for (let length = 0; length < whole.length; length++)
      expect(() => members('x.zip', whole.subarray(0, length))).not.toThrow();
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ 0xff;
      expect(() => members('x.zip', changed)).not.toThrow();
    }
    expect(members('x.tgz', gzipSync('no tar at all')).found).toEqual([]);
    expect(members('x.jar', Buffer.from('no zip at all'))).toEqual({ found: [], problem: undefined });
  });
});
