/** What a base looks like where nothing names it, and what speaks against a name that an image gives. */
import type { BaseIdentity } from '../types/base.ts';
import type { Distro } from '../types/facts.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { configEvidence } from './evidence.ts';
import { globMatches } from './glob.ts';

/** By the first step of the history, else by os-release: low confidence, and no name to judge by. */
export function likeness(
  context: FactContext,
  distro: Distro | undefined,
): Extract<Fact<BaseIdentity>, { known: true }> | undefined {
  const step = fromHistory(context);
  if (step) {
    return {
      known: true,
      value: { kind: 'image', via: 'history', confidence: 'low', likely: step.likely },
      evidence: [configEvidence(`/history/${step.index}`)],
    };
  }
  if (!distro || distro.id === 'windows') return undefined;
  return {
    known: true,
    value: { kind: 'image', via: 'os-release', confidence: 'low', likely: distro.prettyName },
    evidence: [configEvidence('/rootfs')],
  };
}

/** Steps looked at: a base's root filesystem comes first, behind a few settings at most. */
const stepsRead = 8;

/** What distributions' own builds leave in the history: the file that the root filesystem came from, or the tool that made it. */
function fromHistory({ image }: FactContext): { likely: string; index: number } | undefined {
  for (const [index, { createdBy = '' }] of image.config.history.slice(0, stepsRead).entries()) {
    const step = createdBy.slice(0, 512);
    const alpine = /ADD alpine-minirootfs-([0-9.]{1,16})-/.exec(step);
    if (alpine) return { likely: `alpine ${alpine[1]}`, index };
    const debian = /# debian\.sh .{0,128}'([a-z]{3,16})' '@\d{1,12}'/.exec(step);
    if (debian) return { likely: `debian ${debian[1]}`, index };
    const busybox = /^BusyBox ([0-9.]{1,16}) \(([a-z]{1,8})\)/.exec(step);
    if (busybox) return { likely: `busybox ${busybox[1]} ${busybox[2]}`, index };
  }
  return undefined;
}

/** A distribution's own image cannot lie below another distribution, nor below another release of it. */
export function conflictOf(
  { data }: FactContext,
  { reference }: BaseIdentity,
  distro: Distro | undefined,
): string | undefined {
  if (!reference || !distro || distro.id === 'scratch') return undefined;
  const name = `${reference.registry}/${reference.repository}`;
  const system = data['base-images'].systems.find(({ repository }) => globMatches(repository, name));
  if (!system) return undefined;
  if (system.distro !== distro.id) return `its files are those of ${distro.prettyName}`;
  const release = /^\d{1,4}/.exec(system.version ?? reference.tag ?? '')?.[0];
  const held = /^\d{1,4}/.exec(distro.versionId)?.[0];
  // A date is no release: `20260803`.
  if (release === undefined || held === undefined || release.length > 2 || release === held) return undefined;
  return `its files are those of ${distro.prettyName}`;
}
