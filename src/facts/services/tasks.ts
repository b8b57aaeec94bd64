/** Tasks that run by the clock, and units that an init system starts. */
import type { RootNode } from '../../image/rootfs.ts';
import type { ScheduledTask, SystemUnit, UpdateSetting } from '../../types/services.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import { scriptMarks } from '../script-words.ts';
import { builtins } from '../start-script.ts';
import { baseName } from '../text.ts';
import { type ServiceFile, serviceFileKind } from './collector.ts';

type OwnerOf = (path: string) => string | undefined;

const limit = 500;
const folders = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'].map((name) => `etc/cron.${name}`);
const periodic = ['15min', 'hourly', 'daily', 'weekly', 'monthly'].map((name) => `etc/periodic/${name}`);
const atFolders = ['var/spool/cron/atjobs', 'var/spool/at', 'var/spool/atjobs'];

/** Lines of crontabs, scripts of their folders, enabled timers, jobs of at. */
export function collectTasks(
  context: FactContext,
  ownerOf: OwnerOf,
  units: readonly SystemUnit[],
): Fact<ScheduledTask[]> {
  const value: ScheduledTask[] = [];
  const add = (task: ScheduledTask, file = task.path) => {
    const owner = ownerOf(file);
    if (value.length < limit) value.push(owner === undefined ? task : { ...task, package: owner });
  };
  for (const { path, layer, data } of context.index.live<ServiceFile>('services').values()) {
    if (!serviceFileKind(path)?.endsWith('crontab')) continue;
    const seen = new Set<number>();
    for (const [line, marks, ...words] of data.j ?? []) {
      const name = baseName(words[0] ?? '');
      // A line that only calls the folders below is no task of its own.
      if (
        seen.has(line) ||
        marks & scriptMarks.inner ||
        builtins.has(name) ||
        name === 'run-parts' ||
        name === 'anacron'
      )
        continue;
      seen.add(line);
      add({ kind: 'crontab', path, layer, line, command: name || 'a command' });
    }
  }
  for (const folder of [...folders, ...periodic])
    for (const { path, entry } of files(context, folder))
      if ((entry.mode & 0o111) !== 0 && !baseName(path).startsWith('.'))
        add({ kind: 'folder', path, layer: entry.layer, command: baseName(path) });
  for (const folder of atFolders)
    for (const { path, entry } of files(context, folder))
      if (/^[a-z=][0-9a-f]{5,}/.test(baseName(path))) add({ kind: 'at', path, layer: entry.layer, command: 'at job' });
  for (const { name, path, layer, target } of units)
    if (name.endsWith('.timer')) add({ kind: 'timer', path, layer, command: name }, target);
  return { known: true, value, evidence: value.map(({ path, layer, line }) => fileEvidence(path, layer, line)) };
}

/** Links by which systemd, System V's rc and OpenRC know what to start. What vendors wire together below /usr/lib is no choice of the image. */
export function collectUnits(context: FactContext, ownerOf: OwnerOf): Fact<SystemUnit[]> {
  const value: SystemUnit[] = [];
  const add = (manager: SystemUnit['manager'], name: string, node: RootNode) => {
    const target = context.image.rootfs.resolve(node.path);
    if (value.length >= limit || node.entry.type !== 'symlink' || node.entry.linkname === '/dev/null') return;
    const unit: SystemUnit = { name, manager, path: node.path, layer: node.entry.layer };
    if (target) unit.target = target.path;
    const owner = (target && ownerOf(target.path)) ?? ownerOf(node.path);
    if (owner !== undefined) unit.package = owner;
    value.push(unit);
  };
  for (const node of wantedUnits(context)) add('systemd', baseName(node.path), node);
  for (const parent of ['etc', 'etc/rc.d'])
    for (const level of ['S', '2', '3', '4', '5'])
      for (const [name, node] of context.image.rootfs.resolve(`${parent}/rc${level}.d`)?.children ?? [])
        if (/^S\d\d./.test(name)) add('sysv', name.slice(3), node);
  for (const level of context.image.rootfs.resolve('etc/runlevels')?.children?.values() ?? [])
    for (const [name, node] of level.children ?? []) add('openrc', name, node);
  const once = [...new Map(value.map((unit) => [`${unit.manager}:${unit.name}`, unit])).values()];
  return { known: true, value: once, evidence: once.map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** Links to the units that systemd brings up by itself. */
export function* wantedUnits({ image }: FactContext): IterableIterator<RootNode> {
  for (const [name, folder] of image.rootfs.resolve('etc/systemd/system')?.children ?? [])
    if (/\.(wants|requires)$/.test(name)) yield* folder.children?.values() ?? [];
}

/** Settings of apt, dnf and yum that switch updates on. */
export function collectUpdateSettings(context: FactContext, ownerOf: OwnerOf): Fact<UpdateSetting[]> {
  const value: UpdateSetting[] = [];
  for (const { path, layer, data } of context.index.live<ServiceFile>('services').values())
    for (const [name, line] of data.u ?? []) {
      const owner = ownerOf(path);
      if (value.length < limit) value.push({ name, path, layer, line, ...(owner !== undefined && { package: owner }) });
    }
  return { known: true, value, evidence: value.map(({ path, layer, line }) => fileEvidence(path, layer, line)) };
}

function files({ image }: FactContext, folder: string): RootNode[] {
  return [...(image.rootfs.resolve(folder)?.children?.values() ?? [])].filter(({ entry }) => entry.type === 'file');
}
