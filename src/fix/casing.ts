/** Spelling that changes nothing: keywords, AS, names of stages, protocols of ports. */
import type { DockerfileFacts, InstructionFact, WordFact } from '../types/dockerfile.ts';
import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';

/** AS as FROM is written. */
export const fromAsCasing: Fixer = (finding, { dockerfile }) =>
  once(
    'Write FROM and AS in the same case',
    instructionsAt(finding, dockerfile, 'FROM').flatMap(({ name, args }) => {
      const word = args[1];
      if (word?.text.toUpperCase() !== 'AS') return [];
      const wanted = name.text === name.text.toLowerCase() ? 'as' : 'AS';
      return word.text === wanted ? [] : [replacement(word, wanted)];
    }),
  );

/** All keywords in the case that most of the file has. */
export const instructionCasing: Fixer = (finding, { dockerfile }) => {
  const lower = mostlyLower(dockerfile);
  const found = instructionsAt(finding, dockerfile);
  const whole = found.flatMap((instruction) => {
    const outer = dockerfile.instructions[instruction.index]!;
    return outer === instruction ? [instruction] : [outer, instruction];
  });
  return once(
    'Write keywords in one case',
    [...new Set(whole)].flatMap((instruction) => keyword(instruction, lower)),
  );
};

/** AS goes with its FROM. */
function keyword({ name, keyword: of, args }: InstructionFact, lower: boolean): Edit[] {
  const words = [name, ...(of === 'FROM' && args[1]?.text.toUpperCase() === 'AS' ? [args[1]] : [])];
  const cased = (text: string) => (lower ? text.toLowerCase() : text.toUpperCase());
  if (name.text === cased(name.text)) return [];
  return words.filter(({ text }) => text !== cased(text)).map((word) => replacement(word, cased(word.text)));
}

function mostlyLower({ instructions }: DockerfileFacts): boolean {
  const count = (wanted: (text: string) => string) =>
    instructions.filter(({ name }) => name.text === wanted(name.text)).length;
  return count((text) => text.toLowerCase()) > count((text) => text.toUpperCase());
}

/** Names of stages in lower case, as the builder compares them. */
export const stageNameCasing: Fixer = (finding, { dockerfile }) =>
  once(
    'Write the stage name in lower case',
    instructionsAt(finding, dockerfile, 'FROM').flatMap(({ stage }) => {
      const word = dockerfile.stages[stage]?.nameWord;
      return word && word.text !== word.text.toLowerCase() ? [replacement(word, word.text.toLowerCase())] : [];
    }),
  );

/** `80/TCP` → `80/tcp`. */
export const exposeProtocolCasing: Fixer = (finding, { dockerfile }) =>
  once(
    'Write the protocol in lower case',
    instructionsAt(finding, dockerfile, 'EXPOSE').flatMap(({ args }) => args.flatMap(protocol)),
  );

function protocol(word: WordFact): Edit[] {
  const slash = word.text.lastIndexOf('/');
  const name = word.text.slice(slash + 1);
  if (slash < 0 || !/^[A-Za-z]+$/.test(name) || name === name.toLowerCase()) return [];
  return [replacement({ start: word.end - name.length, end: word.end }, name.toLowerCase())];
}

function once(description: string, edits: Edit[]): ReturnType<Fixer> {
  return edits.length === 0 ? [] : [{ description, unsafe: false, edits }];
}
