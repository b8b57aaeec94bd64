import type { Facts, Program } from '../../types/facts.ts';
import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, namesOf, unknownHit } from '../hits.ts';

export const check: Check = ({ packageManagers, shells }, context) => {
  if (!packageManagers.known) return unknownHit(packageManagers.reason, inConfig('/rootfs'));
  const programs = packageManagers.value;
  const evidence = programs.map(
    (program): Evidence => ({
      at: 'file',
      path: program.path,
      layer: program.layer,
      ...(program.package !== undefined && { note: `package ${program.package}` }),
    }),
  );
  if (!atLeastOne(evidence)) return [];
  const multicall = isMulticall(shells, namesOf(context, 'appletHosts'));
  const real = programs.filter((program) => !multicall(program));
  return [
    {
      ...(real.length === 0 && { variant: 'applet', severity: 'low' }),
      data: { names: listed(programs.map(({ name }) => name)), count: programs.length },
      evidence,
    },
  ];
};

/** A program that is one of many names of one file: by that file's name, or because a shell is another of its names. */
function isMulticall(shells: Facts['shells'], hosts: readonly string[]): (program: Program) => boolean {
  const file = ({ path, target }: Program) => target ?? path;
  const shellFiles = new Set(shells.known ? shells.value.map(file) : []);
  return (program) =>
    shellFiles.has(file(program)) || hosts.includes(file(program).slice(file(program).lastIndexOf('/') + 1));
}
