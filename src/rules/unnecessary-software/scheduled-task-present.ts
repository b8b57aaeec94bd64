import type { Check } from '../../types/rule.ts';
import type { ScheduledTask } from '../../types/services.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, namesOf, unknownHit } from '../hits.ts';
import { startedOf, startOf } from '../services.ts';

export const check: Check = (facts, context) => {
  const { scheduledTasks, tools } = facts;
  if (!scheduledTasks.known) return unknownHit(scheduledTasks.reason, inConfig('/rootfs'));
  const schedulers = new Set(namesOf(context, 'schedulers'));
  const started = startedOf(facts, context);
  const command = startOf(started.commands, schedulers);
  const init = started.programs.has('systemd');
  const present = tools.known && tools.value.some(({ name, applet }) => schedulers.has(name) && !applet);
  // What packages bring does nothing until a scheduler runs; timers ask for systemd, the others for cron.
  const counts = (task: ScheduledTask) =>
    task.kind === 'timer' ? init : task.package === undefined || command !== undefined;
  const tasks = scheduledTasks.value.filter(counts);
  const evidence = tasks.map(
    ({ path, layer, line, command: what }): Evidence => ({
      ...{ at: 'file', path, layer },
      ...(line !== undefined && { line }),
      note: what,
    }),
  );
  if (!atLeastOne(evidence)) return [];
  const data = { names: listed(tasks.map(({ path }) => `/${path}`)), count: tasks.length };
  if (command || init) return [{ data, evidence: command ? [...evidence, command.evidence] : evidence }];
  if (present) return [{ variant: 'idle', data, evidence, confidence: 'medium', severity: 'low' }];
  return [{ variant: 'unused', data, evidence, confidence: 'low', severity: 'low' }];
};
