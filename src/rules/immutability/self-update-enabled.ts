import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, namesOf, unknownHit } from '../hits.ts';
import { heldHit, heldOf, isWorkload, startedOf, startOf } from '../services.ts';
import { softwareOf } from '../software.ts';
import { upgradesSystem } from '../start-commands.ts';

/** `systemctl enable` and cron lines that upgrade count as set up; they count as running where their scheduler does. */
export const check: Check = (facts, context) => {
  const { updateSettings, workload } = facts;
  if (!updateSettings.known) return unknownHit(updateSettings.reason, inConfig('/rootfs'));
  if (!workload.known) return unknownHit(workload.reason, inConfig('/config/Entrypoint'));
  const kind = softwareOf(context, 'updater');
  const started = startedOf(facts, context);
  const scheduler = startOf(started.commands, new Set(namesOf(context, 'schedulers')));
  // An updater that is the workload updates others: that is what it is for.
  const programs = new Set((kind.programs ?? []).filter((name) => name !== started.main));
  const held = heldOf(facts, kind).filter((item) => !isWorkload(item, started));
  const jobs = workload.value.commands.filter(
    (command) =>
      (command.origin === 'cron' || command.origin === 'unit') &&
      (upgradesSystem(command) || programs.has(command.name)),
  );
  const direct = startOf(started.commands, programs);
  const own = jobs.filter(
    ({ package: owner }) => owner === undefined || held.some(({ packages }) => packages.includes(owner)) || scheduler,
  );
  const settings = updateSettings.value.filter(() => held.length > 0);
  const evidence: Evidence[] = [
    ...(direct ? [direct.evidence] : []),
    ...own.map((command) => command.evidence),
    ...settings.map(({ path, layer, line, name }): Evidence => ({ at: 'file', path, layer, line, note: name })),
    ...(heldHit(held)[0]?.evidence ?? []),
  ];
  if (!atLeastOne(evidence)) return [];
  const names = [
    ...(direct ? [direct.name] : []),
    ...own.map(({ argv }) =>
      argv
        .slice(0, 2)
        .filter((word) => word !== '')
        .join(' '),
    ),
    ...held.map(({ name }) => name),
  ];
  const data = { names: listed(names), count: new Set(names).size };
  if (direct || scheduler) return [{ data, evidence }];
  return [{ variant: 'idle', data, evidence, confidence: 'low', severity: 'medium' }];
};
