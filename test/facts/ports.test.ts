import { describe, expect, test } from 'vitest';
import { parsePort } from '../../src/facts/ports.ts';
import { factsOf } from '../support/image.ts';

describe('exposed ports', () => {
  test.each([
    ['80/tcp', { from: 80, to: 80, protocol: 'tcp' }],
    ['53/udp', { from: 53, to: 53, protocol: 'udp' }],
    ['443', { from: 443, to: 443, protocol: 'tcp' }],
    ['8000-8010/TCP', { from: 8000, to: 8010, protocol: 'tcp' }],
    ['1-65535/sctp', { from: 1, to: 65535, protocol: 'sctp' }],
  ])('%s', (spec, want) => expect(parsePort(spec)).toEqual({ ...want, spec }));

  test.each([
    '',
    '0',
    '70000',
    '65536/tcp',
    '20-10',
    '80/icmp',
    'http',
    '-80',
    '80/',
    '80/tcp/udp',
    '1-99999999999',
    '$PORT',
  ])('%j is no port', (spec) => {
    expect(parsePort(spec)).toBeUndefined();
  });

  test('are sorted, and junk is said in the status', async () => {
    const { facts, status } = await factsOf({ container: { exposedPorts: ['443/tcp', 'http', '53/udp', '53/tcp'] } });
    expect(facts.ports).toMatchObject({
      known: true,
      value: [{ from: 53, protocol: 'tcp' }, { from: 53, protocol: 'udp' }, { from: 443 }],
    });
    expect(facts.ports.known && facts.ports.evidence).toContainEqual({
      at: 'config',
      pointer: '/config/ExposedPorts/443~1tcp',
      document: 'config',
    });
    expect(status).toEqual([expect.objectContaining({ part: 'ports', message: expect.stringContaining('"http"') })]);
  });
});
