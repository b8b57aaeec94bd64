import { afterAll, expect, it } from 'vitest';
import type { Verdict } from '../../../../src/app/server/types.ts';
import { createWays, verdictsSchema } from '../../../../src/app/server/verdict/config.ts';
import { createOutlets } from '../../../../src/app/server/verdict/outlets.ts';
import { report } from '../../../e2e/setup/cli.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { startRegistry } from '../../../e2e/setup/registry.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { accessTo, manifestOf, pushImage, tagsOf } from './registry.ts';
import { receiver, verdict } from './sample.ts';

suite('every way out of one verdict', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('outlets');
  const closing: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await home.close();
  }, 120_000);

  it('is gone once, and leaves the grade as it is', async () => {
    const registry = await startRegistry(home, 'outlets');
    closing.push(() => registry.stop());
    const other = await receiver(() => ({ status: 200 }));
    closing.push(() => other.close());
    const { options, env, signal } = accessTo(registry.host);
    const ways = createWays(
      verdictsSchema.parse({
        webhooks: [
          { url: `http://${other.host}/webhook` },
          { url: `http://${other.host}/other`, include: ['ghcr.io'] },
        ],
        slack: [{ url: { env: 'SLACK' } }],
        attach: {},
        quarantine: { action: 'move' },
      }),
      () => `http://${other.host}/slack`,
    );
    const logged: object[] = [];
    const log = { info: (fields: object) => void logged.push(fields) };
    const outlets = createOutlets(ways, { registry: options, env, log });
    expect([...outlets.keys()]).toEqual(['webhook-0', 'webhook-1', 'slack-0', 'attach', 'quarantine']);

    const digest = await pushImage(home, registry.host, 'team/api', '1.0');
    const target = `registry:${registry.host}/team/api@${digest}`;
    const before = await report(target, ['--no-cache']);
    const failed: Verdict = verdict({ registry: registry.host, repository: 'team/api', tag: '1.0', digest });
    for (const outlet of outlets.values()) await outlet.deliver(failed, [before], signal);
    await outlets.get('webhook-0')?.deliver(failed, [before], signal);
    await outlets.get('webhook-0')?.deliver({ ...failed, tag: '1.1' }, [before], signal);

    expect(other.seen.map(({ url }) => url)).toEqual(['/webhook', '/slack', '/webhook', '/webhook']);
    const ids = other.seen.flatMap(({ headers }) => headers['webhook-id'] ?? []);
    expect(ids[0]).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    const tag = digest.replace(':', '-');
    expect(await tagsOf(registry.host, 'team/api')).toEqual(['quarantine-1.0', tag]);
    expect(logged).toMatchObject([
      { outlet: 'attach', outcome: 'attached', via: 'tag' },
      { outlet: 'quarantine', outcome: 'moved', to: 'quarantine-1.0' },
    ]);

    const [listed] = (await manifestOf(registry.host, 'team/api', tag))?.document.manifests ?? [];
    const { layers } = (await manifestOf(registry.host, 'team/api', listed.digest))?.document ?? {};
    const read = async (at: number) =>
      (await fetch(`http://${registry.host}/v2/team/api/blobs/${layers[at].digest}`)).json() as Promise<object>;
    expect(await read(0)).toEqual(before);
    expect(await read(1)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'tare' } } }] });

    // A report is no attestation of the image: attaching it must not change what the next one says.
    const after = await report(target, ['--no-cache']);
    expect(after.score).toEqual(before.score);
    expect(after.findings.map(({ rule }) => rule)).toEqual(before.findings.map(({ rule }) => rule));
    await outlets.get('attach')?.deliver(failed, [after], signal);
    expect(logged.at(-1)).toMatchObject({ outlet: 'attach', outcome: 'unchanged' });
  });
});
