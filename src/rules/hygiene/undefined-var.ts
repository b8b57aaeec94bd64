import type { DockerfileFacts, InstructionFact, StageFact } from '../../types/dockerfile.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { onDockerfile, partPlace } from '../stages.ts';
import { suggestion } from '../suggest.ts';
import { declaredNames, expandedWords, globalNames } from '../variables.ts';
import { wildcard } from '../wild.ts';

/** What a base image may set is not told, but where its name is nearly one that is declared. Triggers run with variables of their own. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const always = new Set(namesOf(context, 'alwaysSet'));
    const globals = new Set(globalNames(dockerfile));
    return dockerfile.stages.flatMap((stage) => {
      const declared = declaredNames(dockerfile, stage);
      const known = new Set(declared);
      const base = baseOf(stage, dockerfile, context);
      return stage.instructions.flatMap((index): Hit[] => {
        const instruction = dockerfile.instructions[index]!;
        if (instruction.invalid) return [];
        const seen = new Set<string>();
        return expandedWords(instruction).flatMap((word) =>
          word.undeclared.flatMap((name): Hit[] => {
            if (always.has(name) || seen.has(name) || base.sets.has(name) || setHere(instruction, name)) return [];
            seen.add(name);
            const what = kindOf(name, globals, known, base.plain, context);
            if (!what && !base.plain && !near(name, declared)) return [];
            const hint = near(name, declared) ? suggestion(name, declared) : '';
            return [
              {
                ...(what ?? (base.plain ? {} : { confidence: 'medium' as const })),
                data: { instruction: instruction.keyword, name, hint: hint.replace(/\?$/, '') },
                evidence: [partPlace(dockerfile, instruction, word)],
              },
            ];
          }),
        );
      });
    });
  });

/** env-self-reference speaks of these. */
function setHere({ keyword, pairs }: InstructionFact, name: string): boolean {
  return keyword === 'ENV' && pairs.some((pair) => pair.name.text === name);
}

function baseOf(
  stage: StageFact,
  { stages }: DockerfileFacts,
  context: CheckContext,
): { plain: boolean; sets: ReadonlySet<string> } {
  const { base, image } = stages[stage.root]!;
  if (image) return { plain: true, sets: new Set(image.container.env.map((line) => line.split('=', 1)[0]!)) };
  if (base.scratch) return { plain: true, sets: new Set() };
  const { reference } = base;
  const plain =
    reference !== undefined &&
    namesOf(context, 'plainBases').some((pattern) =>
      wildcard(pattern, `${reference.registry}/${reference.repository}`),
    );
  return { plain, sets: new Set(plain ? namesOf(context, 'plainNames') : []) };
}

function kindOf(
  name: string,
  globals: ReadonlySet<string>,
  declared: ReadonlySet<string>,
  plain: boolean,
  context: CheckContext,
): Pick<Hit, 'variant' | 'confidence'> | undefined {
  if (globals.has(name)) return { variant: 'global' };
  if (declared.has(name)) return { variant: 'late', ...(!plain && { confidence: 'medium' as const }) };
  if (plain && namesOf(context, 'shellOnly').includes(name)) return { variant: 'shell' };
  return undefined;
}

/** One letter away from one that is declared, two in a long name. */
function near(name: string, declared: readonly string[]): boolean {
  const most = name.length > 7 ? 2 : name.length > 3 ? 1 : 0;
  return declared.some((other) => Math.abs(other.length - name.length) <= most && differs(name, other) <= most);
}

/** Places that differ, counted from both ends. */
function differs(a: string, b: string): number {
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let to = 0;
  while (to < a.length - from && to < b.length - from && a.at(-1 - to) === b.at(-1 - to)) to++;
  return Math.max(a.length, b.length) - from - to;
}
