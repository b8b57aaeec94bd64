import { describe, expect, it } from 'vitest';
import { routeOf } from '../../../../src/app/server/gate/route.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const kindOf = (target: string) => {
  const route = routeOf(target);
  return 'status' in route ? route.status : route.kind;
};

describe('routes', () => {
  it.each([
    ['/v2/', 'api'],
    ['/v2', 'api'],
    ['/v2/_catalog?n=5', 'api'],
    ['/v2/team/app/manifests/1.0', 'manifest'],
    [`/v2/app/manifests/${digest}`, 'manifest'],
    [`/v2/a/b/c/d/blobs/${digest}`, 'blob'],
    ['/v2/app/blobs/uploads/', 'upload'],
    ['/v2/app/blobs/uploads/6e3f0b6c-0000-4000-8000-1d5a?_state=x%2Fy%3D', 'upload'],
    ['/v2/owner/app/blobs/upload/123', 'upload'],
    ['/v2/app/tags/list', 'tags'],
    [`/v2/app/referrers/${digest}?artifactType=x`, 'referrers'],
    ['/v2/uploads/app/manifests/1', 'manifest'],
  ])('%s is %s', (target, kind) => {
    expect(kindOf(target)).toBe(kind);
    // A URL parser that tidies up finds nothing to do.
    expect(routeOf(target)).toMatchObject({ path: new URL(target, 'http://x').pathname });
  });

  it('undoes the encoding of a colon, and sends on what it decided on', () => {
    const route = routeOf(`/v2/app/manifests/${digest.replace(':', '%3A')}?a=%2e`);
    expect(route).toEqual({
      ...{
        kind: 'manifest',
        repository: 'app',
        reference: digest,
        path: `/v2/app/manifests/${digest}`,
        query: '?a=%2e',
      },
    });
  });

  it.each([
    '/v2/app/../app/manifests/1',
    '/v2/app/%2e%2e/manifests/1',
    '/v2/app/./manifests/1',
    '/v2//app/manifests/1',
    '//v2/app/manifests/1',
    '/v2/app//manifests/1',
    '/v2/app/manifests/1/',
    '/v2/app/manifests//1',
    '/v2/app%2Fmanifests%2F1',
    '/v2/app/manifests%2F1',
    '/v2/app/%6danifests/1',
    '/v2/app/Manifests/1',
    '/v2/app/manifests;x=1/1',
    '/v2/app/manifests/1;x',
    '/v2/app/manifests\\1',
    '/v2/app/manifests/1#x',
    '/v2/app/blobs/uploads/../../manifests/1',
    '/v2/app/blobs/uploads/x/../../../manifests/1',
    '/v2/app/blobs/uploads/x/manifests/1',
    '/v2/app/blobs/uploads/..',
    '/v2/manifests/manifests/1',
    '/v2/app/blobs/manifests/1',
    '/v2/App/manifests/1',
    '/V2/app/manifests/1',
    'http://elsewhere/v2/app/manifests/1',
    '*',
    '',
    '/v2/app/manifests/',
    '/v2/app/manifests/a b',
    `/v2/${'a'.repeat(300)}/manifests/1`,
    `/v2/app/${'a/'.repeat(6000)}manifests/1`,
    '/v2/_catalog/../app/manifests/1',
    '/v2/_x/%2e%2e/app/manifests/1',
  ])('%s is no way to anything', (target) => expect([400, 404]).toContain(kindOf(target)));
});
