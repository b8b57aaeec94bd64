import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SweepJob, sweepEvents } from '../../../../src/app/server/sweep/job.ts';
import { type Found, type SweepAccess, type SweepOptions, sweep } from '../../../../src/app/server/sweep/sweep.ts';
import type { PushEvent } from '../../../../src/app/server/types.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { startServer } from '../../../support/http-server.ts';
import { accessTo, manifestOf, manifestType, pushImage } from '../verdict/registry.ts';

const digest = `sha256:${'a'.repeat(64)}`;

async function swept(options: SweepOptions): Promise<{ found: Found[]; names: string[]; troubles: string[] }> {
  const troubles: string[] = [];
  const access: SweepAccess = { ...accessTo(options.registry), trouble: (text) => troubles.push(text) };
  const found: Found[] = [];
  for await (const one of sweep(options, access)) found.push(one);
  return { found, names: found.map(({ repository, tag }) => `${repository}:${tag}`), troubles };
}

suite('a sweep of Distribution', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('sweep');
  const repositories = ['base/debian', 'team/api', 'team/web', 'tools/one', 'tools/two'];
  const tags = ['1.0', '1.1', '1.2', 'latest'];
  const all = repositories.flatMap((repository) => tags.map((tag) => `${repository}:${tag}`));
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry(home, 'sweep');
    for (const [at, repository] of repositories.entries()) {
      await pushImage(home, registry.host, repository, '1.0', String.fromCharCode(97 + at));
      const image = (await manifestOf(registry.host, repository, '1.0'))!;
      for (const tag of tags.slice(1))
        await fetch(`http://${registry.host}/v2/${repository}/manifests/${tag}`, {
          method: 'PUT',
          headers: { 'content-type': manifestType },
          body: JSON.stringify(image.document),
        });
    }
    // A repository whose tags are all gone is in the catalog still.
    const gone = await pushImage(home, registry.host, 'team/gone', '1.0', 'z');
    await fetch(`http://${registry.host}/v2/team/gone/manifests/${gone}`, { method: 'DELETE' });
  }, 60_000);
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 120_000);

  it.each([1, 2, 3, 100])('finds every tag with its digest, %s names a page', async (pageSize) => {
    const { found, names, troubles } = await swept({ registry: registry.host, pageSize });
    expect(names).toEqual(all);
    expect(troubles).toEqual([]);
    const api = await manifestOf(registry.host, 'team/api', '1.1');
    expect(found.find(({ repository, tag }) => repository === 'team/api' && tag === '1.1')).toEqual({
      registry: registry.host,
      repository: 'team/api',
      tag: '1.1',
      digest: api?.digest,
    });
  });

  it('goes on behind any of them', async () => {
    for (const at of [0, 3, 4, 9, all.length - 1]) {
      const [repository = '', tag = ''] = all[at]!.split(':');
      const { names } = await swept({ registry: registry.host, pageSize: 2, after: { repository, tag } });
      expect(names).toEqual(all.slice(at + 1));
    }
  });

  it('takes what is included and not excluded', async () => {
    const { host } = registry;
    expect((await swept({ registry: host, include: [`${host}/team/**`] })).names).toEqual(all.slice(4, 12));
    expect((await swept({ registry: host, include: ['team/**'] })).names).toEqual(all.slice(4, 12));
    expect((await swept({ registry: host, include: ['**'] })).names).toEqual(all);
    expect((await swept({ registry: host, include: ['tools/*:latest'] })).names).toEqual([
      'tools/one:latest',
      'tools/two:latest',
    ]);
    expect((await swept({ registry: host, exclude: [`${host}/t*/**`, `${host}/base/debian:1.*`] })).names).toEqual([
      'base/debian:latest',
    ]);
  });

  it('looks into the repositories that are named alone', async () => {
    const named = { registry: registry.host, repositories: ['team/web', 'team/none', 'base/debian'] };
    expect((await swept(named)).names).toEqual([...all.slice(8, 12), ...all.slice(0, 4)]);
    const after = { repository: 'team/web', tag: '1.2' };
    expect((await swept({ ...named, after })).names).toEqual(['team/web:latest', ...all.slice(0, 4)]);
  });

  it('comes as events, and is begun again where it ended', async () => {
    const warned: string[] = [];
    const how = {
      ...accessTo(registry.host),
      log: { warn: (_: object, text: string) => void warned.push(text) },
    };
    const { signal } = new AbortController();
    const events = async (job: Partial<SweepJob>) => {
      const got: PushEvent[] = [];
      const whole = { registry: registry.host, include: [], exclude: [], ...job };
      for await (const event of sweepEvents(whole, signal, how)) got.push(event);
      return got;
    };
    expect(await events({})).toHaveLength(all.length);
    expect(await events({ include: ['team/**'], exclude: ['team/web'], last: 'team/api:1.2' })).toEqual([
      {
        ...{ registry: registry.host, repository: 'team/api', tag: 'latest', source: 'sweep' },
        digest: (await manifestOf(registry.host, 'team/api', 'latest'))?.digest,
      },
    ]);
    // Plain names need no catalog, and a tag of theirs is heeded.
    const named = await events({ include: ['tools/two:1.1', `${registry.host}/tools/one`, 'tools/none'] });
    expect(named.map(({ repository, tag }) => `${repository}:${tag}`)).toEqual(['tools/two:1.1', ...all.slice(12, 16)]);
    expect(warned).toEqual([]);
  });

  it('can be left at any time', async () => {
    const access = { ...accessTo(registry.host), trouble: () => {} };
    for await (const one of sweep({ registry: registry.host }, access)) {
      expect(one.repository).toBe('base/debian');
      break;
    }
  });
});

describe('a registry that means ill', () => {
  const open: { close(): void }[] = [];
  afterAll(() => {
    for (const one of open) one.close();
  });
  /** Answers HEAD of any manifest; the rest is the case's. */
  async function hostile(answer: (url: URL, response: ServerResponse) => void) {
    const seen: string[] = [];
    const server = await startServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const url = new URL(request.url!, 'http://registry');
      if (request.method === 'HEAD') response.writeHead(200, { 'docker-content-digest': digest }).end();
      else answer(url, response);
    });
    open.push(server);
    return { host: server.host, seen };
  }
  const link = (query: string) => ({ link: `<https://elsewhere.example.com/v2/_catalog?${query}>; rel="next"` });
  const noTags = (response: ServerResponse) => response.end('{"tags":[]}');

  it.each([
    ['gives the same page again', () => ['a', 'b'], (page: number) => `page=${page}`],
    ['leads back to a page', (page: number) => [`a${page}`], (page: number) => `page=${page % 3}`],
    ['gives no names, on and on', () => [], (page: number) => `page=${page}`],
  ])('%s', async (_, names, next) => {
    let page = 0;
    const { host, seen } = await hostile(({ pathname }, response) => {
      if (pathname !== '/v2/_catalog') return noTags(response);
      response.writeHead(200, link(next(++page))).end(JSON.stringify({ repositories: names(page) }));
    });
    const { found, troubles } = await swept({ registry: host });
    expect(found).toEqual([]);
    expect(troubles).toEqual([
      expect.stringMatching(/^the catalog of \S+: the registry repeats its pages after \d+ names/),
    ]);
    expect(seen.length).toBeLessThan(60);
  });

  it('never ends', async () => {
    let page = 0;
    const { host } = await hostile(({ pathname, searchParams }, response) => {
      if (pathname === '/v2/_catalog') response.end('{"repositories":["endless","next"]}');
      else if (pathname.includes('/next/')) response.end('{"tags":["1.0"]}');
      else {
        expect(searchParams.get('last') ?? '').toBe(page === 0 ? '' : `t${page}`);
        response.writeHead(200, link(`n=1&last=t${++page}`)).end(`{"tags":["t${page}"]}`);
      }
    });
    const { names, troubles } = await swept({ registry: host, limits: { repositories: 10, tags: 20 } });
    expect(names).toHaveLength(21);
    expect(names.at(-1)).toBe('next:1.0');
    expect(troubles).toEqual(['the tags of endless: there are more than 20 names, and the rest is left out']);
  });

  it('gives what are no names', async () => {
    const { host, seen } = await hostile(({ pathname }, response) => {
      if (pathname === '/v2/_catalog')
        response.end(
          JSON.stringify({ repositories: ['../admin', 'A', 7, null, 'a//b', 'ok', 'x?y', 'a'.repeat(300)] }),
        );
      else response.end(JSON.stringify({ tags: ['1.0', '../1', 'a b', '', {}] }));
    });
    const { names, troubles } = await swept({ registry: host });
    expect(names).toEqual(['ok:1.0']);
    expect(troubles).toEqual([
      'the tags of ok: 4 entries are no names, and are left out',
      `the catalog of ${host}: 7 entries are no names, and are left out`,
    ]);
    expect(seen.every((line) => /^(GET|HEAD) \/v2\/(_catalog|ok\/)/.test(line))).toBe(true);
  });

  it.each([['{"repositories":7}'], ['[]'], ['<html>'], [`${'['.repeat(2000)}${']'.repeat(2000)}`]])(
    'answers with something else (%#)',
    async (text) => {
      const { host } = await hostile((_, response) => response.end(text));
      await expect(swept({ registry: host })).rejects.toThrow(
        /^the catalog of \S+: the registry answers with something else/,
      );
    },
  );

  it('knows no catalog, and hides a repository', async () => {
    const { host } = await hostile(({ pathname }, response) => {
      if (pathname.startsWith('/v2/open/')) response.end('{"tags":["1.0"]}');
      else response.writeHead(pathname === '/v2/_catalog' ? 404 : 403).end();
    });
    await expect(swept({ registry: host })).rejects.toThrow(
      `${host} does not list its repositories (404); name those to sweep, or give a credential that may list them`,
    );
    const { names, troubles } = await swept({ registry: host, repositories: ['hidden', 'open'] });
    expect(names).toEqual(['open:1.0']);
    expect(troubles).toEqual([`${host} does not list the tags of hidden (403)`]);
  });

  it('that must not be asked is not', async () => {
    const access = { ...accessTo('registry.example.com'), trouble: () => {} };
    await expect(sweep({ registry: '127.0.0.1:1' }, access).next()).rejects.toThrow(/is not among the registries/);
  });
});
