/** tare's own image: the last stage of its Dockerfile, word for word, on a base that is made here. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { layOut } from '../../scripts/image-root.mjs';
import { buildWithBuildKit } from './setup/build.ts';
import { report } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { openHome } from './setup/home.ts';
import { buildNodeBase } from './setup/node-base.ts';
import { run } from './setup/run.ts';
import { suite } from './setup/suite.ts';

const root = join(import.meta.dirname, '../..');
const image = 'tare:own';
const node = /\$\{NODE\}/g;
/** As deploy/ runs it. */
const bounds = ['--rm', '--network=none', '--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

suite('the image of tare', { root: true, tools: ['dockerd', 'docker'] }, () => {
  const home = openHome('own');
  let docker: Docker;

  beforeAll(async () => {
    docker = await startDocker(home);
    const last = readFileSync(join(root, 'Dockerfile'), 'utf8')
      .split(/^(?=FROM )/m)
      .at(-1)!;
    const base = /^FROM (\S+)$/m.exec(last)![1]!.replace(node, '22');
    await buildNodeBase(home, docker, base);
    const context = home.folder('own');
    layOut(join(context, 'image'));
    // The build stage leaves its result in /image; here it is in the context.
    const stage = last
      .replace('ARG NODE', 'ARG NODE=22')
      .replace(node, '22')
      .replaceAll('--from=build ', '')
      .replaceAll(' /image/', ' image/');
    writeFileSync(join(context, 'Dockerfile'), stage);
    await buildWithBuildKit(docker, context, image);
  }, 300_000);
  afterAll(() => home.close(), 60_000);

  it('runs read-only, without capabilities, as a user without rights', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(await docker.cli(['run', ...bounds, image, '--version'])).toBe(`${version}\n`);
    const inspected = JSON.parse(await docker.cli(['image', 'inspect', image]))[0];
    expect(inspected.Config.User).toBe('65532:65532');
  }, 60_000);

  it('grades a sample so', async () => {
    const samples = home.folder('samples');
    cpSync(join(root, 'samples/static.image.yaml'), join(samples, 'static.image.yaml'));
    const args = [
      'run',
      ...bounds,
      '-v',
      `${samples}:/work:ro`,
      image,
      'scan',
      '--format',
      'json',
      'static.image.yaml',
    ];
    expect(JSON.parse(await docker.cli(args)).score.grade).toBe('A');
  }, 60_000);

  it('serves with a database of its own below /data, and says that it lives', async () => {
    const options = home.folder('options');
    writeFileSync(
      join(options, 'tare-server.yaml'),
      'adminToken: { env: TOKEN }\nregistries: [{ host: registry.example.com }]\n',
    );
    const args = ['-v', `${options}:/work:ro`, '-v', 'tare-data:/data', '-e', `TOKEN=${'t'.repeat(32)}`];
    const said = ['serve', '--config', 'tare-server.yaml', '--data-dir', '/data', '--listen', '0.0.0.0:8080'];
    await docker.cli(['run', '--name', 'server', '-d', ...bounds.slice(1), ...args, image, ...said]);
    // As in deploy/compose.yaml.
    const { services } = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'), { merge: true });
    const health: string[] = services.tare.healthcheck.test.slice(1);
    const lives = () =>
      docker.cli(['exec', 'server', ...health]).then(
        () => true,
        () => false,
      );
    for (let i = 0; i < 100 && !(await lives()); i++) await sleep(300);
    const log = await run('docker', ['logs', 'server'], { env: { DOCKER_HOST: docker.host } });
    expect(await lives(), log.stderr).toBe(true);
    await docker.cli(['stop', 'server']);
    const [{ State }] = JSON.parse(await docker.cli(['inspect', 'server']));
    expect(State).toMatchObject({ ExitCode: 0, OOMKilled: false });
  }, 120_000);

  it('has grade A to tare itself', async () => {
    const said = await report(`docker:${image}`, ['--docker-host', docker.host]);
    const weighing = said.findings.filter(({ confidence }) => confidence !== 'low');
    // From Docker nobody can see attestations, and the base that is made here comes from nowhere.
    expect(weighing.map(({ rule }) => rule).sort()).toEqual([
      ...['base-not-digest-pinned', 'missing-attestation', 'os-footprint', 'timestamp-unpinned', 'unverified-base'],
    ]);
    expect(said.score.grade).toBe('A');
  }, 120_000);
});
