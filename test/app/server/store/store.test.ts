import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queue } from '../../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../../src/app/server/store/database.ts';
import { decisions, recordDecision } from '../../../../src/app/server/store/decisions.ts';
import { layerOf, pruneLayers, storeLayer } from '../../../../src/app/server/store/layers.ts';
import { adoptScan, dropScan, otherJudge, tryElsewhere } from '../../../../src/app/server/store/moved.ts';
import { acceptPushes } from '../../../../src/app/server/store/pushes.ts';
import { failScan, finishScan, startScan } from '../../../../src/app/server/store/scans.ts';
import { migrate } from '../../../../src/app/server/store/schema.ts';
import { storedImages, storeImages } from '../../../../src/app/server/store/stored-images.ts';
import { createToken, revokeToken, tokenOf, tokens } from '../../../../src/app/server/store/tokens.ts';
import { engines, opened } from '../engines.ts';
import { digest, event } from '../running.ts';
import { verdict } from '../verdict/sample.ts';

describe.each(engines)('the store on %s', (_, start) => {
  let database: Database;
  let queue: Queue;
  let close: () => Promise<void>;
  const context = (judge = 'one') => ({ queue, judge, outlets: ['webhook'] });
  beforeAll(async () => {
    ({ database, queue, close } = await opened(start));
  }, 120_000);
  afterAll(() => close());
  const scanOf = async (id: string) => (await database.query('select * from tare.scans where id = $1', [id]))[0]!;
  const accept = async (n: number, repository?: string, judge?: string): Promise<string> =>
    (await acceptPushes(database, [event(n, repository === undefined ? {} : { repository })], context(judge)))[0]!
      .scan!;

  it('is migrated once, by however many', async () => {
    await Promise.all([migrate(database), migrate(database), migrate(database)]);
    expect(await database.query('select steps from tare.version')).toHaveLength(1);
    await database.query('update tare.version set steps = steps + 1');
    await expect(migrate(database)).rejects.toThrow('written by a later version of tare; use that version');
    await database.query('update tare.version set steps = steps - 1');
  });

  it('keeps of a token its hash alone', async () => {
    const secret = await createToken(database.query, { name: 'ci', scopes: ['scan'] });
    expect(secret).toMatch(/^tare_[\w-]{43}$/);
    expect(JSON.stringify(await database.query('select * from tare.tokens'))).not.toContain(secret.slice(5));
    expect(await tokenOf(database.query, secret)).toMatchObject({ name: 'ci', scopes: ['scan'] });
    expect(await tokenOf(database.query, `${secret.slice(0, -1)}~`)).toBeUndefined();
    const last = secret.endsWith('A') ? 'B' : 'A';
    expect(await tokenOf(database.query, secret.slice(0, -1) + last)).toBeUndefined();
    await expect(createToken(database.query, { name: 'ci', scopes: [] })).rejects.toThrow('a token ci already');
    expect((await tokens(database.query))[0]!.usedAt).toBeInstanceOf(Date);
    expect(await revokeToken(database.query, 'ci')).toBe(true);
    expect(await revokeToken(database.query, 'ci')).toBe(false);
    expect(await tokenOf(database.query, secret)).toBeUndefined();
  });

  it('knows no token past its day', async () => {
    const make = (name: string, ms: number) =>
      createToken(database.query, { name, scopes: ['read'], expiresAt: new Date(Date.now() + ms) });
    expect(await tokenOf(database.query, await make('gone', -1000))).toBeUndefined();
    expect(await tokenOf(database.query, await make('here', 60_000))).toMatchObject({ name: 'here' });
  });

  it('drops the layers unused for longest', async () => {
    for (const key of ['a', 'b', 'c']) await storeLayer(database.query, key, Buffer.alloc(100, key));
    await storeLayer(database.query, 'a', Buffer.alloc(7));
    expect(await layerOf(database.query, 'a')).toEqual(Buffer.alloc(100, 'a'));
    await database.query(`update tare.layers set used_at = now() - interval '1 day' where key <> 'b'`);
    await database.query(`update tare.layers set used_at = now() - interval '2 days' where key = 'c'`);
    // Read after a day: it is of use.
    await layerOf(database.query, 'c');
    expect(await pruneLayers(database.query, 250)).toBe(1);
    expect(await layerOf(database.query, 'a')).toBeUndefined();
    expect(await layerOf(database.query, 'c')).toBeDefined();
    expect(await pruneLayers(database.query, 250)).toBe(0);
  });

  it('replaces the images of a digest', async () => {
    await storeImages(database.query, digest(90), ['one', 'two']);
    await storeImages(database.query, digest(90), ['three']);
    expect(await storedImages(database.query, digest(90))).toEqual(['three']);
    await storeImages(database.query, digest(90), []);
    expect(await storedImages(database.query, digest(90))).toEqual([]);
  });

  it('tells of decisions, latest first, page by page', async () => {
    const at = new Date('2026-11-23T10:00:00Z');
    for (const n of [1, 2, 3])
      await recordDecision(database.query, {
        ...{ at, action: 'push', registry: 'r.example', repository: 'team/app', digest: digest(n) },
        ...{ outcome: n === 2 ? 'denied' : 'allowed', reason: `because of ${n} \0 ${'long '.repeat(1000)}` },
      });
    const [third, second] = await decisions(database.query, { limit: 2 });
    expect(third).toMatchObject({ digest: digest(3), outcome: 'allowed', at });
    expect(third).not.toHaveProperty('tag');
    expect(third!.reason.length).toBeLessThan(2100);
    expect(await decisions(database.query, { limit: 9, before: second!.id })).toMatchObject([{ digest: digest(1) }]);
    expect(await decisions(database.query, { limit: 9, outcome: 'denied' })).toMatchObject([{ digest: digest(2) }]);
    expect(await decisions(database.query, { limit: 9, repository: 'r.example/team/other' })).toEqual([]);
  });

  it('stores whatever an image is called', async () => {
    const id = await accept(1);
    await startScan(database.query, id);
    const worst = { rule: 'r', severity: 'low' as const, title: 't', message: 'half \ud800 and nothing \0' };
    const graded = verdict({ repository: 'team/app', digest: digest(1), worst: [worst] });
    const done = { id, reports: [], verdict: graded, seconds: 1 };
    await database.transaction((query) => finishScan(query, queue, done, []));
    expect(await scanOf(id)).toMatchObject({
      state: 'done',
      verdict: { worst: [{ message: 'half � and nothing �' }] },
    });
  });

  it('tries a digest in every repository that has it', async () => {
    const id = await accept(2, 'evil/app');
    expect(await accept(2, 'team/app')).toBe(id);
    await startScan(database.query, id);
    await database.transaction((query) => dropScan(query, queue, id, 'it is no longer in the registry'));
    expect(await scanOf(id)).toMatchObject({ state: 'queued', repository: 'team/app', attempts: 0 });
    expect(await database.query('select repository from tare.tags where digest = $1', [digest(2)])).toEqual([
      { repository: 'team/app' },
    ]);
    await accept(2, 'third/app');
    await startScan(database.query, id);
    expect(await database.transaction((query) => tryElsewhere(query, queue, id, 'denied'))).toBe(true);
    expect(await scanOf(id)).toMatchObject({ repository: 'third/app' });
    expect(await database.transaction((query) => tryElsewhere(query, queue, id, 'denied'))).toBe(false);
    await failScan(database.query, id, 'denied');
    expect(await scanOf(id)).toMatchObject({ state: 'failed', reason: 'denied' });
  });

  it('drops a grading of what is nowhere any more', async () => {
    const id = await accept(3);
    await database.transaction((query) => dropScan(query, queue, id, 'gone'));
    expect(await scanOf(id)).toBeUndefined();
    expect(await database.query('select scan, reason from tare.pushes where digest = $1', [digest(3)])).toEqual([
      { scan: null, reason: 'gone' },
    ]);
  });

  it('moves what waits for a judge that is gone', async () => {
    const id = await accept(4, undefined, 'old');
    expect(await otherJudge(database.query, id, 'old')).toBeUndefined();
    expect(await otherJudge(database.query, id, 'one')).toMatchObject({ judge: 'old' });
    await database.transaction((query) => adoptScan(query, queue, id, 'one', ['webhook']));
    expect(await scanOf(id)).toBeUndefined();
    const [push] = await database.query<{ judge: string; state: string }>(
      'select s.judge, s.state from tare.pushes p join tare.scans s on s.id = p.scan where p.digest = $1',
      [digest(4)],
    );
    expect(push).toEqual({ judge: 'one', state: 'queued' });
  });

  it('takes events in any order at once', async () => {
    const many = Array.from({ length: 12 }, (_, i) => event(100 + i));
    const taken = await Promise.all([
      acceptPushes(database, many, context()),
      acceptPushes(database, [...many].reverse(), context()),
      acceptPushes(database, many, context()),
    ]);
    const outcomes = taken.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'queued')).toHaveLength(12);
    expect(outcomes.filter((one) => one === 'known')).toHaveLength(24);
  });
});
