import { describe, expect, test } from 'vitest';
import {
  bytes,
  count,
  instruction,
  placeName,
  placeNames,
  placesByLayer,
  platformName,
  thousands,
} from '../../src/report/format.ts';
import { debianService, file } from './fixtures.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [2_500_000, '2.5 MB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [78_612_345, '78.6 MB'],
  [64e9, '64.0 GB'],
  [5e18, '5000.0 PB'],
])('bytes(%d)', (size, text) => {
  expect(bytes(size)).toBe(text);
});

test('counts and figures', () => {
  expect(count(1, 'layer')).toBe('1 layer');
  expect(count(0, 'entry', 'entries')).toBe('0 entries');
  expect(count(1234567, 'entry', 'entries')).toBe('1,234,567 entries');
  expect([0, 999, 1000, 123456].map(thousands)).toEqual(['0', '999', '1,000', '123,456']);
  expect(platformName({ os: 'linux', architecture: 'arm64', variant: 'v8' })).toBe('linux/arm64/v8');
});

describe('instruction', () => {
  const sum = 'ab'.repeat(32);
  test.each([
    ['/bin/sh -c #(nop)  CMD ["nginx" "-g"]', 'CMD ["nginx" "-g"]'],
    [`/bin/sh -c #(nop) ADD file:${sum} in / `, 'ADD file:abababab… in /'],
    [`/bin/sh -c #(nop) COPY multi:${sum} in /app/ `, 'COPY multi:abababab… in /app/'],
    ['/bin/sh -c apt-get update &&     apt-get -y install x', 'RUN apt-get update && apt-get -y install x'],
    ['RUN /bin/sh -c set -eux;\n\tapk add curl # buildkit', 'RUN set -eux; apk add curl'],
    ['RUN |2 A=b C=d e /bin/sh -c make # buildkit', 'RUN make'],
    ['|1 VERSION=1.2 /bin/sh -c make install', 'RUN make install'],
    ['/bin/bash -o pipefail -c curl x | tar x', 'RUN curl x | tar x'],
    ['/bin/bash -eo pipefail -c true', 'RUN true'],
    ['RUN /usr/bin/npm ci # buildkit', 'RUN /usr/bin/npm ci'],
    ['COPY /out/app /app # buildkit', 'COPY /out/app /app'],
    ['EXPOSE map[80/tcp:{} 443/tcp:{}]', 'EXPOSE 80/tcp 443/tcp'],
    ['ENV PATH=/usr/bin', 'ENV PATH=/usr/bin'],
    ['bazel build ...', 'bazel build ...'],
    [`FROM debian@sha256:${sum}`, 'FROM debian@sha256:abababab…'],
    ['sh -c is what I typed', 'sh -c is what I typed'],
    ['|9 no shell here', '|9 no shell here'],
    ['', ''],
  ])('%j', (createdBy, text) => {
    expect(instruction(createdBy)).toBe(text);
  });

  test('reads only the beginning of an endless one', () => {
    for (const hostile of ['|1 ', '/bin/sh -', 'EXPOSE map[', `sha256:${'a'.repeat(100)}`, ' \t']) {
      expect(instruction(hostile.repeat(100_000)).length).toBeLessThanOrEqual(4096 + 'RUN '.length);
    }
  });
});

describe('places', () => {
  const range = { start: { line: 12, column: 1 }, end: { line: 13, column: 4 } };
  test('are named by what they lie in', () => {
    expect(placeName(file('etc/passwd', 0, 3))).toBe('/etc/passwd:3');
    expect(placeName({ at: 'file', path: 'a', layer: 0, line: 3, column: 7 })).toBe('/a:3:7');
    expect(placeName({ at: 'config', pointer: '/config/User' })).toBe('config /config/User');
    expect(placeName({ at: 'config', pointer: '' })).toBe('config');
    expect(placeName({ at: 'config', pointer: '/annotations', document: 'manifest' })).toBe('manifest /annotations');
    expect(placeName({ at: 'config', pointer: '', document: 'reference' })).toBe('image reference');
    expect(placeName({ at: 'instruction', file: 'Dockerfile', stage: 0, range })).toBe('Dockerfile:12');
  });

  test('are named once, with their notes', () => {
    const at = (path: string, note?: string) => ({ ...file(path, 0), ...(note ? { note } : {}) });
    expect(placeNames([at('a', 'x'), at('b'), at('a', 'y'), at('a', 'x')])).toEqual([
      { place: '/a', notes: ['x', 'y'] },
      { place: '/b', notes: [] },
    ]);
  });

  test('are gathered by layer', () => {
    const { layers } = debianService().target;
    const groups = placesByLayer([file('a', 1), { at: 'config', pointer: '' }, file('b', 9), file('c', 1)], layers);
    expect(groups.map(({ index, layer, evidence }) => [index, layer?.index, evidence.length])).toEqual([
      [1, 1, 2],
      [undefined, undefined, 1],
      [9, undefined, 1],
    ]);
  });
});
