import type { OsFootprint } from '../../types/base.ts';
import type { Entrypoint, Facts, Package } from '../../types/facts.ts';
import type { Check, CheckContext } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { inConfig, placesOf, tableOf, unknownHit } from '../hits.ts';
import { formatBytes } from '../template.ts';

/** SCORING.md, "minimal-base": each doubling past 2 MB costs a ninth, each doubling past four packages a seventh. */
export const check: Check = (facts, context) => {
  const { osFootprint: footprint } = facts;
  if (!footprint.known) return unknownHit(footprint.reason, inConfig('/rootfs'), { weight: 1 });
  const weight = footprintWeight(footprint.value);
  if (weight === 0) return [];
  const [variant, base] = smallestBase(facts, context);
  const { bytes, packages } = footprint.value;
  const [first, ...rest] = placesOf(footprint, inConfig('/rootfs'));
  return [
    {
      variant,
      weight,
      data: { bytes, packages, base },
      evidence: [first, ...rest, ...heaviest(facts, footprint.value)],
    },
  ];
};

/** The m of SCORING.md, 0 to 1 in hundredths. */
function footprintWeight({ bytes, packages }: OsFootprint): number {
  const byBytes = clamp(Math.log2(bytes / 2e6) / 9);
  const byPackages = clamp(Math.log2(packages / 4) / 7);
  return Math.round(Math.max(byBytes, byPackages) * 100) / 100;
}

function clamp(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
}

/** The variant of the advice, and the base that it names. */
function smallestBase({ entrypoint }: Facts, context: CheckContext): [variant: string, base: string] {
  if (!entrypoint.known) return ['default', ''];
  const runtime = runtimeBase(entrypoint.value, tableOf(context, 'runtimes'));
  if (runtime) return ['runtime', runtime];
  switch (entrypoint.value.kind) {
    case 'elf-static':
      return ['static', ''];
    case 'elf-dynamic':
      return [entrypoint.value.interpreter?.includes('ld-musl') ? 'musl' : 'dynamic', ''];
    case 'script':
      return ['script', ''];
    default:
      return ['default', ''];
  }
}

/** The base for an interpreter, whether it is the program itself or stands on a script's first line. */
function runtimeBase(
  { kind, path, interpreter }: Entrypoint,
  runtimes: ReadonlyMap<string, string>,
): string | undefined {
  const words = kind === 'script' ? (interpreter ?? '').replace(/^#!/, '').trim().split(/\s+/) : [path ?? ''];
  const names = words.filter((word) => word !== '' && !word.startsWith('-')).map(programName);
  const name = names[0] === 'env' ? names[1] : names[0];
  return name === undefined ? undefined : runtimes.get(name);
}

/** `/usr/bin/python3.11` → `python`. */
function programName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  let end = name.length;
  while (end > 1 && /[0-9.-]/.test(name[end - 1]!)) end--;
  return name.slice(0, end);
}

/** Where the weight lies: the heaviest packages, each at the database that lists it. */
function heaviest({ packages }: Facts, footprint: OsFootprint): Evidence[] {
  if (!packages.known) return [];
  const byName = new Map(packages.value.map((item): [string, Package] => [item.name, item]));
  return footprint.heaviest.slice(0, 5).flatMap(({ name, bytes, layer }): Evidence[] => {
    const item = byName.get(name);
    return item ? [{ at: 'file', path: item.database, layer, note: `${name} ${formatBytes(bytes)}` }] : [];
  });
}
