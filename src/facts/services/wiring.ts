/** Services, tasks, updates and parts of a host: the facts of this folder, each by itself. */
import type { ServiceFacts } from '../../types/services.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import type { RootFile } from '../packages.ts';
import { collectHostParts } from './host-parts.ts';
import { collectTasks, collectUnits, collectUpdateSettings } from './tasks.ts';

/** Collects them; one that fails leaves the others. */
export function collectServices(
  context: FactContext,
  files: () => readonly RootFile[],
  ownerOf: (path: string) => string | undefined,
  attempt: <T>(part: string, make: () => Fact<T>) => Fact<T>,
): Omit<ServiceFacts, 'workload'> {
  const systemUnits = attempt('system-units', () => collectUnits(context, ownerOf));
  return {
    systemUnits,
    scheduledTasks: attempt('scheduled-tasks', () =>
      collectTasks(context, ownerOf, systemUnits.known ? systemUnits.value : []),
    ),
    updateSettings: attempt('update-settings', () => collectUpdateSettings(context, ownerOf)),
    hostParts: attempt('host-parts', () => collectHostParts(context, files(), ownerOf)),
  };
}
