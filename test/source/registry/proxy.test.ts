import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../src/source/registry/proxy.ts';

describe('proxyFor', () => {
  const proxy = (url: string, env: Record<string, string>): string | undefined => proxyFor(new URL(url), env)?.host;

  it('goes by the scheme of the URL', () => {
    const env = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'plain:2' };
    expect(proxy('https://a.example/', env)).toBe('secure:1');
    expect(proxy('http://a.example/', env)).toBe('plain:2');
    expect(proxy('http://a.example/', { HTTPS_PROXY: 'http://secure:1' })).toBeUndefined();
    expect(proxy('https://a.example/', { all_proxy: 'http://any:3' })).toBe('any:3');
  });

  it.each([
    ['*', 'https://a.example/', true],
    ['a.example', 'https://a.example/', true],
    ['a.example', 'https://b.a.example/', true],
    ['.a.example', 'https://b.a.example/', true],
    ['*.a.example', 'https://b.a.example/', true],
    ['a.example', 'https://ba.example/', false],
    ['A.Example', 'https://a.example/', true],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:8443', 'https://a.example/', false],
    ['x.example, a.example', 'https://a.example/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['2001:db8::/32', 'https://[2001:db8::1]/', true],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['2.3', 'https://10.1.2.3/', false],
    ['', 'https://a.example/', false],
  ])('NO_PROXY=%s for %s excludes: %s', (list, url, excluded) => {
    expect(proxy(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: list }) === undefined).toBe(excluded);
  });

  it('never proxies this machine', () => {
    for (const host of ['localhost:5000', '127.0.0.1', '[::1]:5000'])
      expect(proxy(`https://${host}/`, { HTTPS_PROXY: 'http://p:1' })).toBeUndefined();
  });

  it('refuses what is no HTTP proxy without showing it', () => {
    for (const value of ['socks5://user:hunter2@p:1', 'http://us er:hunter2@']) {
      const error = (() => {
        try {
          return proxy('https://a.example/', { HTTPS_PROXY: value });
        } catch (reason) {
          return (reason as Error).message;
        }
      })();
      expect(error).toMatch(/^HTTPS_PROXY is not/);
      expect(error).not.toContain('hunter2');
    }
  });
});
