import { describe, expect, it } from 'vitest';
import { gateOptions, gateSchema } from '../../../../src/app/server/gate/config.ts';

const upstream = 'https://registry.example.com';
const read = (section: object, secretOf = () => 'secret') =>
  gateOptions(gateSchema.parse({ upstream, ...section }), secretOf);

describe('the section gate', () => {
  it('needs no more than the registry, and then refuses what it cannot judge', () => {
    expect(read({})).toEqual({
      upstream: new URL(upstream),
      policy: { undecided: 'closed', refusePulls: false, exceptions: [], include: undefined, exclude: [] },
      limits: { gradingMs: 300_000, manifestBytes: 4 << 20, children: 200, gradings: 2, waiting: 200 },
      registry: {},
    });
  });

  it('takes times, credentials and plain HTTP', () => {
    const { limits, registry } = read({
      ...{ upstream: 'http://registry:5000', insecure: true, timeLimit: '90s', caFile: '/ca.pem' },
      credential: { username: 'tare', password: { env: 'X' } },
    });
    expect(limits.gradingMs).toBe(90_000);
    expect(registry).toEqual({ insecure: ['registry:5000'], caFile: '/ca.pem', username: 'tare', password: 'secret' });
  });

  it.each([
    [{ upstream: 'http://registry:5000' }, /plain HTTP/],
    [{ upstream: 'https://user:word@registry.example.com' }, /gate\.credential/],
    [{ upstream: 'https://registry.example.com/art' }, /host alone/],
    [{ upstream: 'ftp://registry.example.com' }, /upstream/],
    [{ exceptions: [{ repository: 'a' }] }, /reason/],
    [{ exceptions: [{ repository: 'a', reason: '  ' }] }, /reason/],
    [{ exceptions: [{ repository: 'a', reason: 'x', expires: 'soon' }] }, /YYYY-MM-DD/],
    [{ exceptions: [{ repository: 'host:5000/a', reason: 'x' }] }, /without a registry/],
    [{ timeLimit: 'long' }, /such as 5m/],
    [{ nonsense: 1 }, /nonsense/],
  ])('%j is refused', (section, why) => expect(() => read(section)).toThrow(why));

  it('says no word of a password', () => {
    const refused = () => read({ upstream: 'https://user:hunter2@registry.example.com' });
    expect(refused).toThrow(/gate/);
    expect(refused).not.toThrow(/hunter2/);
  });
});
