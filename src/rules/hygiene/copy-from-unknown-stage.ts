import type { DockerfileFacts, InstructionFact, PlaceFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { flagNamed, onDockerfile, partPlace } from '../stages.ts';

/** Names with a tag, a path or a host are images; plain ones may be, and may be build contexts. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const images = new Set(namesOf(context, 'images'));
    const hits: Hit[] = [];
    for (const instruction of readable(dockerfile)) {
      for (const { name, place } of sourcesOf(instruction)) {
        const what = faultOf(name, instruction, dockerfile, images);
        if (!what) continue;
        const data = { instruction: instruction.keyword, name, count: dockerfile.stages.length };
        hits.push({ ...what, data, evidence: [partPlace(dockerfile, instruction, place)] });
      }
    }
    return hits;
  });

/** Those that the builder refuses for nothing but the stage, too. */
function readable({ instructions, errors }: DockerfileFacts): InstructionFact[] {
  const other = new Set<number>();
  for (const { code, instruction } of errors)
    if (instruction !== undefined && code !== 'stage-reference') other.add(instruction);
  return instructions
    .filter(({ index }) => !other.has(index))
    .map((outer) => outer.trigger ?? outer)
    .filter(({ keyword }) => keyword === 'COPY' || keyword === 'RUN');
}

function sourcesOf(instruction: InstructionFact): { name: string; place: PlaceFact }[] {
  const flag = instruction.keyword === 'COPY' ? flagNamed(instruction, 'from') : undefined;
  if (flag) return flag.value ? [{ name: flag.value, place: flag }] : [];
  return instruction.mounts.flatMap((mount) => (mount.from ? [{ name: mount.from, place: mount }] : []));
}

function faultOf(
  name: string,
  { stage, keyword }: InstructionFact,
  { stages }: DockerfileFacts,
  images: ReadonlySet<string>,
): Pick<Hit, 'variant' | 'confidence'> | undefined {
  // Mounts expand variables, COPY --from does not.
  if (name.includes('$')) return keyword === 'COPY' ? { variant: 'variable' } : undefined;
  if (/^\d+$/.test(name)) {
    const number = Number(name);
    if (number < stage || number === stage) return undefined;
    return { variant: number < stages.length ? 'later' : 'number' };
  }
  const found = stages.find((other) => other.name === name.toLowerCase());
  if (found) return found.index > stage ? { variant: 'later' } : undefined;
  if (/[:@./]/.test(name) || images.has(name)) return undefined;
  return { confidence: 'medium' };
}
