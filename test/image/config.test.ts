import { describe, expect, it } from 'vitest';
import { parseImageConfig } from '../../src/image/config.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { SourceError } from '../../src/types.ts';

const parse = (value: unknown, layers = 0) =>
  parseImageConfig(Buffer.from(JSON.stringify(value)), 'the config of x', layers, defaultLimits);
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

describe('parseImageConfig', () => {
  it('reads what Docker writes', () => {
    const { config, status } = parse(
      {
        architecture: 'arm',
        os: 'linux',
        variant: 'v7',
        created: '2024-01-01T00:00:00Z',
        author: 'me',
        config: {
          User: 'app:app',
          Env: ['A=b'],
          Entrypoint: ['/e'],
          Cmd: ['c'],
          WorkingDir: '/w',
          ExposedPorts: { '80/tcp': {}, '53/udp': {} },
          Volumes: { '/v': {} },
          Labels: { l: 'v' },
          Healthcheck: { Test: ['CMD', 'x'] },
          StopSignal: 'SIGINT',
          OnBuild: ['RUN x'],
          Shell: ['/bin/bash', '-c'],
        },
        rootfs: { type: 'layers', diff_ids: [digest('1'), digest('2')] },
        history: [
          { created_by: 'one' },
          { created_by: 'env', empty_layer: true },
          { created_by: 'two', comment: 'buildkit' },
        ],
      },
      2,
    );
    expect(status).toEqual([]);
    expect(config.platform).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
    expect(config.container).toMatchObject({
      user: 'app:app',
      env: ['A=b'],
      entrypoint: ['/e'],
      cmd: ['c'],
      workingDir: '/w',
      exposedPorts: ['80/tcp', '53/udp'],
      volumes: ['/v'],
      healthcheck: { test: ['CMD', 'x'] },
      stopSignal: 'SIGINT',
      onBuild: ['RUN x'],
      shell: ['/bin/bash', '-c'],
    });
    expect(config.history.map((step) => [step.createdBy, step.emptyLayer, step.layer])).toEqual([
      ['one', false, 0],
      ['env', true, undefined],
      ['two', false, 1],
    ]);
    expect(config.diffIDs).toEqual([digest('1'), digest('2')]);
  });

  it.each([{}, { config: null, rootfs: null, history: null, architecture: null }, { config: {} }])(
    'takes %j as an image that says nothing',
    (value) => {
      const { config, status } = parse(value);
      expect(status).toEqual([]);
      expect(config.platform).toEqual({ os: 'unknown', architecture: 'unknown' });
      expect(config.container).toMatchObject({
        user: '',
        env: [],
        entrypoint: [],
        cmd: [],
        workingDir: '',
        exposedPorts: [],
        volumes: [],
        onBuild: [],
        shell: [],
      });
      expect(config.container.healthcheck).toBeUndefined();
    },
  );

  it('reads members of a wrong type as absent and says so', () => {
    const { config, status } = parse({
      os: 5,
      config: { User: ['root'], Env: { A: 'b' }, Cmd: [1, 'x'], ExposedPorts: 80, Labels: { a: 1, b: 'c' } },
      rootfs: { diff_ids: ['md5:1'] },
      history: {},
    });
    expect(config.container).toMatchObject({ user: '', env: [], cmd: ['x'], exposedPorts: [] });
    expect({ ...config.container.labels }).toEqual({ b: 'c' });
    expect(config.diffIDs).toEqual([]);
    const said = status.map((entry) => entry.message).join('\n');
    for (const pointer of [
      '/os',
      '/config/User',
      '/config/Env',
      '/config/Cmd',
      '/config/ExposedPorts',
      '/rootfs/diff_ids',
      '/history',
    ])
      expect(said).toContain(pointer);
  });

  it('takes a numeric user and the single strings of early Docker', () => {
    const { config } = parse({ config: { User: 1000, Entrypoint: '/run', Volumes: ['/data'] } });
    expect(config.container).toMatchObject({ user: '1000', entrypoint: ['/run'], volumes: ['/data'] });
  });

  it('joins no step to a layer where the numbers do not fit', () => {
    const { config, status } = parse({ history: [{ created_by: 'one' }, { created_by: 'two' }] }, 1);
    expect(config.history.every((step) => step.layer === undefined)).toBe(true);
    expect(status[0]!.message).toMatch(/history steps .* \(2\) is not that of the layers \(1\)/);
  });

  it('keeps names of strangers out of prototypes', () => {
    const bytes = Buffer.from(
      '{"config":{"Labels":{"__proto__":"x","constructor":"y"},"ExposedPorts":{"__proto__":{}}}}',
    );
    const { config } = parseImageConfig(bytes, 'x', 0, defaultLimits);
    expect(Object.entries(config.container.labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(config.container.exposedPorts).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('bounds what it keeps and what it says', () => {
    const { config, status } = parse({
      history: Array.from({ length: 5000 }, () => ({ empty_layer: true, created: 5 })),
    });
    expect(config.history).toHaveLength(4096);
    expect(status.length).toBeLessThan(30);
  });

  it.each(['[]', '5', 'null', '"x"', '{', ''])('refuses %j', (text) => {
    expect(() => parseImageConfig(Buffer.from(text), 'the config of x', 0, defaultLimits)).toThrow(SourceError);
  });

  it('refuses a document over the limit, and reads one with a byte order mark', () => {
    expect(() => parseImageConfig(Buffer.alloc(101, 0x20), 'the config of x', 0, { documentBytes: 100 })).toThrow(
      /101 bytes.*limit of 100/,
    );
    expect(parseImageConfig(Buffer.from('\ufeff{"os":"linux"}'), 'x', 0, defaultLimits).config.platform.os).toBe(
      'linux',
    );
  });
});
