import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { acceptPushes } from '../../../../src/app/server/store/pushes.ts';
import { judgeOf } from '../../../../src/app/server/worker/judge.ts';
import { startRegistry } from '../../../support/fake-registry.ts';
import { tar } from '../../../support/tar.ts';
import { engines } from '../engines.ts';
import { settingsFor, startWorker } from '../support/parts.ts';

const root = resolve(import.meta.dirname, '../../../..');

it('asks for the manifest of an image once, which some registries count as a pull', async () => {
  const registry = await startRegistry();
  const layer = await tar([{ name: 'etc/os-release', content: 'ID=test\n' }]);
  const { digest } = registry.addImage(undefined, [layer], { config: { User: '1000' } });
  const engine = await engines[0][1]();
  const database = await engine.open();
  const { host } = registry;
  await database.query('create table public.told (tag text, digest text)');
  const { queue, stop } = await startWorker(database, { host, root });
  try {
    const event = { registry: host, repository: 'team/app', tag: 'v1', digest, source: 'distribution' };
    await acceptPushes(database, [event], { queue, judge: judgeOf(settingsFor(host)), outlets: [] });
    const state = async () => (await database.query<{ state: string }>('select state from tare.scans'))[0]!.state;
    for (let i = 0; i < 300 && (await state()) !== 'done'; i++) await sleep(50);
    expect(await state()).toBe('done');
    const asked = registry.seen.filter(({ path }) => path.endsWith(`/manifests/${digest}`));
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  } finally {
    await stop();
    await database.close();
    await engine.stop();
    await registry.close();
  }
}, 60_000);
