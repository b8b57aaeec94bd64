/** What a supervisor that is started brings up: the programs of supervisord, the run scripts of runit and s6. */
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import type { StartChain } from '../start-chain.ts';
import { type ServiceFile, serviceFileKind } from './collector.ts';

/** Folders of run scripts, by the supervisor that reads them. */
const runFolders: readonly [RegExp, readonly string[]][] = [
  [
    /^(runsvdir|runsvdir-start|runit|runit-init|my_init)$/,
    ['etc/service', 'service', 'var/service', 'etc/runit/runsvdir/default'],
  ],
  [/^(s6-svscan|init)$/, ['etc/services.d', 'etc/s6-overlay/s6-rc.d', 'run/service', 'etc/s6/services']],
  [/^(svscan|svscanboot)$/, ['service', 'etc/service']],
];
const serviceLimit = 64;

/** Follows each of them; none is the end of the chain. */
export function runSupervised(context: FactContext, chain: StartChain, supervisor: string): void {
  if (supervisor === 'supervisord') {
    for (const { path, layer, data } of context.index.live<ServiceFile>('services').values()) {
      if (serviceFileKind(path) !== 'supervisor') continue;
      for (const [line, , ...argv] of data.j ?? [])
        chain.run(argv, { origin: 'unit', path, layer, line, evidence: fileEvidence(path, layer, line) }, false);
    }
  }
  const folders = runFolders.filter(([name]) => name.test(supervisor)).flatMap(([, list]) => list);
  for (const folder of folders) {
    for (const service of [...(context.image.rootfs.resolve(folder)?.children?.values() ?? [])].slice(
      0,
      serviceLimit,
    )) {
      const script = context.image.rootfs.resolve(`${service.path}/run`);
      if (script?.entry.type !== 'file') continue;
      const { path, entry } = script;
      const place = { origin: 'unit' as const, path, layer: entry.layer, evidence: fileEvidence(path, entry.layer) };
      chain.file(`/${path}`, [], place, false, 0);
    }
  }
}
