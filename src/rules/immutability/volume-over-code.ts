import type { DockerfileFacts } from '../../types/dockerfile.ts';
import type { Facts } from '../../types/facts.ts';
import { trimEndSlashes } from '../../types/names.ts';
import type { Check, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { dockerfileOf, instructionsOf, ships, targetStage } from '../dockerfile.ts';
import { inConfig, namesOf, pointerPart } from '../hits.ts';

/** A volume over folders of programs, or over a folder that this file fills with code. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const system = new Set(namesOf(context, 'folders'));
  if (!dockerfile) return inImage(facts, system);
  const target = targetStage(dockerfile);
  if (!target) return [];
  const code = new Set(namesOf(context, 'code'));
  const copies = copiesOf(dockerfile);
  const hits: Hit[] = [];
  for (const volume of target.volumes) {
    const path = clean(volume.value);
    if (path === undefined) continue;
    if (system.has(path)) {
      hits.push({ variant: 'path', data: { path }, evidence: [volume.evidence] });
      continue;
    }
    const filled = copies.find(({ sources, to }) => {
      const within = to === path || to.startsWith(`${path}/`);
      return within && sources.some((source) => source === '.' || source === './' || code.has(extension(source)));
    });
    if (filled) hits.push({ data: { path }, evidence: [volume.evidence, filled.evidence] });
  }
  return hits;
};

/** Where the config or its user is not known the rest is judged: what is not known of them has findings of its own. */
function inImage({ container, surface }: Facts, system: ReadonlySet<string>): Hit[] {
  if (!container.known) return [];
  const hits: Hit[] = [];
  for (const volume of container.value.volumes) {
    const path = clean(volume);
    const evidence = inConfig(`/config/Volumes/${pointerPart(volume)}`);
    if (path !== undefined && system.has(path)) hits.push({ variant: 'path', data: { path }, evidence: [evidence] });
  }
  if (!surface.known) return hits;
  for (const { path, need, code, evidence } of surface.value.mounts)
    if (need === 'declared' && code > 0 && !system.has(`/${path}`))
      hits.push({ variant: 'image', data: { path: `/${path}`, count: code }, evidence: [evidence] });
  return hits;
}

/** What ships is copied where, in the folder that is the working one at that point. */
function copiesOf(dockerfile: DockerfileFacts): { sources: string[]; to: string; evidence: Evidence }[] {
  const out = [];
  let folder = '/';
  for (const { keyword, stage, args, evidence } of instructionsOf(dockerfile, 'FROM', 'WORKDIR', 'COPY', 'ADD')) {
    if (!ships(dockerfile, stage)) continue;
    if (keyword === 'FROM') folder = dockerfile.stages[stage]?.base.stage === undefined ? '/' : folder;
    else if (keyword === 'WORKDIR') folder = absolute(args[0]?.value ?? '', folder);
    else
      out.push({
        sources: args.slice(0, -1).map(({ value }) => value),
        to: absolute(args.at(-1)?.value ?? '', folder),
        evidence,
      });
  }
  return out;
}

function clean(path: string): string | undefined {
  const plain = trimEndSlashes(path);
  return plain.startsWith('/') ? plain : path === '/' ? '/' : undefined;
}

function absolute(path: string, folder: string): string {
  if (path.startsWith('/')) return trimEndSlashes(path);
  const plain = trimEndSlashes(path.replace(/^\.\/?/, ''));
  return plain === '' ? folder : `${folder === '/' ? '' : folder}/${plain}`;
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(dot);
}
