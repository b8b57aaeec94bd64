/** The smallest base family that would serve a workload, by what it loads and starts. */
import type { Facts } from '../types/facts.ts';
import type { Workload } from '../types/workload.ts';
import type { BaseTarget, BaseTargets } from './data.ts';
import { wildcard } from './wild.ts';

export interface ServingBase {
  target: BaseTarget;
  /** The image to write in FROM. */
  image: string;
}

/** The first family of the data that serves; undefined where the workload is not known well enough to say. */
export function smallestBase(facts: Facts, data: BaseTargets): ServingBase | undefined {
  const { workload } = facts;
  if (!workload.known || !workload.value.complete) return undefined;
  const target = data.targets.find((one) => serves(one, facts, workload.value, data));
  return target && { target, image: imageOf(target, facts, workload.value.kind, data) };
}

/** Figures of a reference image are no exact measure of any other. */
const tolerance = 1.1;

/** Whether this much of an operating system is no more than the family's own. */
export function isWithin(os: { bytes: number; packages: number }, { megabytes, packages }: BaseTarget): boolean {
  return os.bytes <= megabytes * 1e6 * tolerance && os.packages <= Math.ceil(packages * tolerance);
}

/** Whether a family serves the workload; undefined where that cannot be told. */
export function servesWorkload(target: BaseTarget, facts: Facts, data: BaseTargets): boolean | undefined {
  const { workload } = facts;
  if (!workload.known || !workload.value.complete || ['unknown', 'none'].includes(workload.value.kind))
    return undefined;
  return serves(target, facts, workload.value, data);
}

/** The image of a family for this workload: the runtime's version stays. */
export function imageOf(target: BaseTarget, facts: Facts, kind: string, data: BaseTargets): string {
  const runtime = data.runtimes.find((one) => one.kind === kind);
  const version = runtimeVersion(facts, kind, data);
  if (runtime?.tag !== undefined && target.image.startsWith('NAME:')) {
    const tail = target.image.endsWith('-alpine') ? '-alpine' : '';
    return `${runtime.image}:${filled(runtime.tag, version)}${tail}`;
  }
  return filled(target.image, version).replace('NAME', runtime?.image ?? 'the runtime');
}

function filled(text: string, version: string): string {
  return version === '' ? text.replace('VERSION-', '').replace('VERSION', '') : text.replace('VERSION', version);
}

function serves(target: BaseTarget, facts: Facts, workload: Workload, data: BaseTargets): boolean {
  const { kind, needsShell, elf } = workload;
  if (!target.for.includes(kind) || (needsShell && !target.shell)) return false;
  if (kind === 'static' || kind === 'shell') return true;
  if (target.versions && !target.versions.includes(runtimeVersion(facts, kind, data))) return false;
  if (target.libc !== undefined && elf?.libc !== undefined && elf.libc !== target.libc) {
    // There is no image of PHP on a slim glibc; its extensions are compiled anew in any case.
    return kind === 'php';
  }
  if (kind !== 'dynamic') return true;
  if (elf === undefined || elf.libc === undefined) return target.libraries?.includes('*') === true;
  const { libraries = [] } = target;
  return elf.needed.every((name) => /^ld(?:64|-)/.test(name) || libraries.some((one) => wildcard(one, name)));
}

/** As many parts of the version as the tags of its image have; '' where it is not known. */
function runtimeVersion({ runtimes, workload }: Facts, kind: string, data: BaseTargets): string {
  if (!runtimes.known) return '';
  const main = workload.known ? workload.value.main?.path : undefined;
  const own = runtimes.value.filter(({ name, version }) => name === kind && version !== '');
  const found = own.find(({ path }) => path === main) ?? own[0];
  const parts = data.runtimes.find((one) => one.kind === kind)?.parts ?? 2;
  const numbers = /^(?:1\.(?=[5-8]\.))?(\d{1,4}(?:\.\d{1,4}){0,3})/.exec(found?.version ?? '')?.[1] ?? '';
  return numbers.split('.').slice(0, parts).join('.');
}
