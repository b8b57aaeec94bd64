import { describe, expect, it } from 'vitest';
import { scanOptions } from '../../../src/app/cli/options.ts';
import { parseWords } from '../../../src/app/cli/parse.ts';
import { scanSettings } from '../../../src/app/cli/scan-settings.ts';
import { kebab } from '../../../src/app/cli/values.ts';
import { defaultLimits } from '../../../src/image/limits.ts';
import { UsageError } from '../../../src/types.ts';

function settings(words: string[], env: NodeJS.ProcessEnv = { HOME: '/home/me' }) {
  return scanSettings(parseWords(words, scanOptions, env), env, '2026-11-23');
}

describe('scanSettings', () => {
  it('has defaults that need no options', () => {
    expect(settings(['image.tar'])).toMatchObject({
      targets: ['image.tar'],
      format: 'table',
      outputs: [],
      all: false,
      gate: { failOn: 'high' },
      asOf: '2026-11-23',
      verify: 'report',
      cache: { dir: '/home/me/.cache/tare', maxBytes: 1e9 },
      limits: defaultLimits,
    });
  });

  it('reads every value', () => {
    const read = settings([
      ...['a', 'b', '--fail-on', 'none', '--min-score', '72.5', '--as-of', '2024-02-29', '--verify', 'strict'],
      ...['--platform', 'linux/aarch64', '--cache-size', '1.5GiB', '--timeout', '0.5', '--concurrency', '3'],
      ...[
        '--limit',
        'layer-bytes=100GB',
        '--limit',
        'pathDepth=10',
        '--output',
        'json=a=b.json',
        '--trusted',
        'quay.io/**',
      ],
      ...[
        '--registry-mirror',
        'docker.io=https://m.example.com',
        '--registry-mirror',
        'docker.io=http://n.example.com',
      ],
      ...['--insecure-registry', 'localhost:5000', '--insecure-registry', '[::1]:5000'],
    ]);
    expect(read).toMatchObject({
      gate: { failOn: 'none', minScore: 72.5 },
      asOf: '2024-02-29',
      verify: 'strict',
      platform: { os: 'linux', architecture: 'arm64' },
      cache: { maxBytes: 1.5 * 2 ** 30 },
      timeoutMs: 500,
      concurrency: 3,
      outputs: [{ format: 'json', file: 'a=b.json' }],
      trusted: ['quay.io/**'],
      registry: { insecure: ['localhost:5000', '[::1]:5000'] },
    });
    expect(read.limits).toEqual({ ...defaultLimits, layerBytes: 100e9, pathDepth: 10 });
    expect(read.registry.mirrors.get('docker.io')).toEqual(['https://m.example.com', 'http://n.example.com']);
  });

  it.each([
    [['--fail-on', 'hihg', 'x'], "--fail-on is critical, high, medium, low or none, not 'hihg'; did you mean high?"],
    [['--format', 'jsn', 'x'], /^--format is table, json, .* or template, not 'jsn'; did you mean json\?$/],
    [['--min-score', '101', 'x'], "--min-score is a number from 0 to 100, not '101'"],
    [['--min-score', '-5', 'x'], "--min-score is a number from 0 to 100, not '-5'"],
    [['--min-score', '1e9', 'x'], /--min-score is a number/],
    [['--min-score', 'NaN', 'x'], /--min-score is a number/],
    [['--concurrency', '0', 'x'], '--concurrency is a whole number from 1 to 64'],
    [['--concurrency', '1.5', 'x'], '--concurrency is a whole number from 1 to 64'],
    [['--timeout', '0', 'x'], '--timeout is a number from 0.001 to 604800'],
    [['--as-of', '2026-02-30', 'x'], "--as-of is a day such as 2026-11-23, not '2026-02-30'"],
    [['--as-of', 'today', 'x'], '--as-of is a day'],
    [['--what-if', 'alpine', 'x'], "--what-if 'alpine': write base=NAME"],
    [['--what-if', 'base=', 'x'], "--what-if 'base=': write base=NAME"],
    [['--cache-size', 'lots', 'x'], '--cache-size is a size such as 500MB or 2GiB'],
    [['--cache-size', '999999999999999TB', 'x'], '--cache-size is a size'],
    [['--limit', 'layer-bites=5', 'x'], "there is no limit 'layer-bites'; did you mean layer-bytes?"],
    [['--limit', '__proto__=5', 'x'], "there is no limit '__proto__'"],
    [['--limit', 'layers=0', 'x'], '--limit layers cannot be switched off'],
    [['--limit', 'layers', 'x'], "--limit is NAME=VALUE, not 'layers'"],
    [['--output', 'json', 'x'], '--output is FORMAT=FILE'],
    [['--output', 'json=-', 'x'], '--output writes files; for standard output give --format json'],
    [['--output', 'json=a', '--output', 'table=a', 'x'], "--output names 'a' twice"],
    [['--platform', 'linux', 'x'], 'is not a platform'],
    [['--platform', 'linux/arm64', '--all-platforms', 'x'], 'exclude each other'],
    [['--trusted', 'https://quay.io', 'x'], 'an image pattern has no scheme'],
    [['--registry-mirror', 'docker.io=ftp://x', 'x'], 'wants an http or https URL'],
    [['--insecure-registry', 'http://x', 'x'], 'is a host, or host:port'],
    [[], 'name an image to scan'],
    [[' '], 'a target is empty'],
    [['-', '-'], 'standard input (-) can be read once'],
  ])('refuses %j in one sentence', (words, message) => {
    expect(() => settings(words)).toThrow(UsageError);
    expect(() => settings(words)).toThrow(message);
    expect(() => settings(words)).not.toThrow(/\n/);
  });

  it('finds the cache folder by the XDG rules, and does without where there is none', () => {
    expect(settings(['x'], { HOME: '/h', XDG_CACHE_HOME: '/c' }).cache?.dir).toBe('/c/tare');
    expect(settings(['x'], { HOME: '/h', XDG_CACHE_HOME: 'relative' }).cache?.dir).toBe('/h/.cache/tare');
    expect(settings(['x'], {}).cache).toBeNull();
    expect(settings(['x', '--no-cache']).cache).toBeNull();
    expect(settings(['x', '--cache-dir', 'here'], {}).cache?.dir).toBe('here');
  });

  it('takes registry credentials from the environment alone', () => {
    const env = { TARE_REGISTRY_USERNAME: 'me', TARE_REGISTRY_PASSWORD: 'secret' };
    expect(settings(['x'], env).registry).toMatchObject({ username: 'me', password: 'secret' });
    expect(() => settings(['x', '--registry-password', 'secret'])).toThrow('there is no option --registry-password');
  });

  it('lets every limit be set by its kebab-case name', () => {
    for (const name of Object.keys(defaultLimits) as (keyof typeof defaultLimits)[]) {
      expect(settings(['x', '--limit', `${kebab(name)}=7`]).limits[name]).toBe(7);
    }
  });
});
