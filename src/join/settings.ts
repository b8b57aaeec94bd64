/** Who made a setting of the image config: an instruction of the stage, or what lies below it. */
import type { Setting, Stage } from '../dockerfile/model.ts';
import type { ContainerConfig, ImageConfig } from '../types.ts';
import { portsOf } from './ports.ts';

/** `base`: nothing in the file sets it. `nobody`: no user is set, neither in the file nor below. Undefined: no setting. */
export function settingOf(
  pointer: string,
  stage: Stage,
  { container }: ImageConfig,
): Setting<unknown> | 'base' | 'nobody' | undefined {
  const [, config, name = '', ...rest] = pointer.split('/').map(unescaped);
  if (config !== 'config') return undefined;
  const key = rest[0];
  switch (name) {
    case 'User':
      return stage.user ?? (container.user === '' ? 'nobody' : 'base');
    case 'WorkingDir':
      return stage.workdir ?? 'base';
    case 'Entrypoint':
      return command(stage.entrypoint, container.entrypoint);
    case 'Cmd':
      return command(stage.cmd, container.cmd);
    case 'Healthcheck':
      return stage.healthcheck ?? 'base';
    case 'StopSignal':
      return stage.stopSignal ?? 'base';
    case 'Shell':
      return stage.shell ?? 'base';
    case 'Env':
      return key === undefined ? undefined : (stage.env.get(variableAt(container, key)) ?? 'base');
    case 'Labels':
      return key === undefined ? undefined : (stage.labels.get(key) ?? 'base');
    case 'ExposedPorts':
      return key === undefined ? undefined : (portSetting(stage, [key, ...rest.slice(1)].join('/')) ?? 'base');
    case 'Volumes':
      return key === undefined ? undefined : (stage.volumes.findLast(({ value }) => value === key) ?? 'base');
    case 'OnBuild':
      return onBuild(stage, container, key);
    default:
      return undefined;
  }
}

function command(
  setting: Setting<unknown> | undefined,
  there: readonly string[],
): Setting<unknown> | 'base' | undefined {
  return setting ?? (there.length > 0 ? 'base' : undefined);
}

/** Name of the variable with an index, as the config lists them. */
function variableAt({ env }: ContainerConfig, index: string): string {
  const text = (/^\d{1,6}$/.test(index) && env[Number(index)]) || '';
  return text.split('=', 1)[0]!;
}

/** The last instruction that exposes it. */
function portSetting(stage: Stage, spec: string): Setting<string> | undefined {
  const ports = portsOf([spec]);
  return stage.ports.findLast(({ value, open }) => {
    if (open.length > 0 && !/\d/.test(value)) return true;
    const own = new Set(portsOf([value]));
    return ports.length > 0 && ports.every((port) => own.has(port));
  });
}

function onBuild(
  stage: Stage,
  { onBuild: list }: ContainerConfig,
  key: string | undefined,
): Setting<unknown> | undefined {
  const at = key !== undefined && /^\d{1,6}$/.test(key) ? Number(key) : -1;
  const instruction = list.length === stage.onbuild.length ? stage.onbuild[at] : undefined;
  return instruction === undefined ? undefined : { value: undefined, instruction, stage: stage.index, open: [] };
}

/** RFC 6901, section 4. */
function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
