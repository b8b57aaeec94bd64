import { describe, expect, it } from 'vitest';
import { formatPlatform, hostPlatform, parsePlatform, platformRank } from '../../src/image/platform.ts';
import { UsageError } from '../../src/types.ts';

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['Linux/x86_64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['linux/armel', 'linux/arm/v6'],
    ['windows(10.0.17763)/amd64', 'windows(10.0.17763)/amd64'],
  ])('%s is %s', (text, platform) => expect(formatPlatform(parsePlatform(text))).toBe(platform));

  it.each(['', 'linux', 'amd64', 'linux/', '/amd64', 'linux/arm/v7/x', 'linux amd64', 'linux/__proto__/../x'])(
    'refuses %j',
    (text) => {
      expect(() => parsePlatform(text)).toThrow(UsageError);
    },
  );
});

describe('platformRank', () => {
  const rank = (wanted: string, offered: string) => platformRank(parsePlatform(wanted), parsePlatform(offered));
  it('wants the same system and architecture', () => {
    expect(rank('linux/amd64', 'linux/amd64')).toBe(0);
    expect(rank('linux/amd64', 'windows/amd64')).toBeUndefined();
    expect(rank('linux/amd64', 'linux/arm64')).toBeUndefined();
    expect(rank('linux/constructor', 'linux/constructor')).toBe(0);
  });
  it('takes arm64 for v8 and arm for v7, and falls back to what the machine also runs, nearest first', () => {
    expect(rank('linux/arm64', 'linux/arm64/v8')).toBe(0);
    expect(rank('linux/arm64/v8', 'linux/arm64')).toBe(0);
    expect(rank('linux/arm', 'linux/arm/v7')).toBe(0);
    const order = ['v7', 'v6', 'v5'].map((variant) => rank('linux/arm/v7', `linux/arm/${variant}`)!);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(rank('linux/arm/v6', 'linux/arm/v7')).toBeUndefined();
    expect(rank('linux/amd64', 'linux/amd64/v3')).toBeUndefined();
    expect(rank('linux/amd64/v3', 'linux/amd64')).toBeDefined();
  });
  it('wants the build of Windows where one is named', () => {
    expect(rank('windows/amd64', 'windows(10.0.17763.3650)/amd64')).toBe(0);
    expect(rank('windows(10.0.17763)/amd64', 'windows(10.0.17763.3650)/amd64')).toBe(0);
    expect(rank('windows(10.0.17763)/amd64', 'windows(10.0.20348.1249)/amd64')).toBeUndefined();
    expect(rank('windows(10.0.1776)/amd64', 'windows(10.0.17763.3650)/amd64')).toBeUndefined();
  });
});

it('hostPlatform is Linux, in the names of OCI', () => {
  expect(hostPlatform().os).toBe('linux');
  expect(['x64', 'ia32', 'x86_64', 'aarch64']).not.toContain(hostPlatform().architecture);
});
