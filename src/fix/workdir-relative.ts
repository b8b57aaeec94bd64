import { posix } from 'node:path';
import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';
import { workdirAt } from './state.ts';

/** The folder in full, where the one that it is relative to is known. */
export const absoluteWorkdir: Fixer = (finding, context) => {
  const edits: Edit[] = [];
  for (const instruction of instructionsAt(finding, context.dockerfile, 'WORKDIR')) {
    const [word] = instruction.args;
    const from = workdirAt(context, instruction);
    if (!word || from === undefined || !/^[\w.@+-][\w./@+-]*$/.test(word.text)) return [];
    edits.push(replacement(word, posix.join(from, word.text)));
  }
  return edits.length === 0 ? [] : [{ description: 'Write the folder in full', unsafe: false, edits }];
};
