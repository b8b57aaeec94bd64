/** Commands that crontabs and enabled units start, as start commands: they are not what the container is for. */
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import type { StartChain } from '../start-chain.ts';
import { builtins } from '../start-script.ts';
import { type ServiceFile, serviceFileKind } from './collector.ts';
import { wantedUnits } from './tasks.ts';

/** Follows them; what they start is told by the commands' origin alone. */
export function runJobs(context: FactContext, chain: StartChain): void {
  const enabled = enabledUnits(context);
  for (const { path, layer, data } of context.index.live<ServiceFile>('services').values()) {
    const kind = serviceFileKind(path);
    const cron = kind === 'crontab' || kind === 'system-crontab';
    if (!cron && !(kind === 'unit' && enabled.has(path))) continue;
    for (const [line, , ...argv] of data.j ?? []) {
      if (builtins.has(argv[0] ?? '')) continue;
      const evidence = fileEvidence(path, layer, line);
      chain.run(argv, { origin: cron ? 'cron' : 'unit', path, layer, line, evidence }, false);
    }
  }
}

/** Units that a link in a folder of wanted ones leads to; a timer stands for the service of its name. */
function enabledUnits(context: FactContext): ReadonlySet<string> {
  const { image } = context;
  const out = new Set<string>();
  for (const link of wantedUnits(context)) {
    const unit = image.rootfs.resolve(link.path);
    if (!unit || out.size > 500) continue;
    out.add(unit.path);
    const timed = unit.path.endsWith('.timer')
      ? image.rootfs.resolve(unit.path.replace(/\.timer$/, '.service'))
      : undefined;
    if (timed) out.add(timed.path);
  }
  return out;
}
