/** Options that belong on every install of a build: answers to questions, and no cache for pip. */
import type { CommandFact } from '../types/dockerfile.ts';
import type { Edit, Fixer } from './change.ts';
import { insertion, standsAs } from './edits.ts';
import { commandsAt } from './places.ts';

/** Says yes where nobody is there to be asked. */
export const yesFlag: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const command of commandsAt(finding, dockerfile)) {
    const action = command.packages;
    if (!action || action.answered || !/^(?:install|upgrade|dist-upgrade|remove)$/.test(action.verb)) continue;
    const word = action.verbArgument;
    if (!word || !standsAs(dockerfile, word, word.text)) return [];
    const option = answers.get(action.manager);
    if (option === undefined) return [];
    edits.push(insertion(word.end, ` ${option}`));
  }
  return edits.length === 0 ? [] : [{ description: 'Answer the question with -y', unsafe: false, edits }];
};

const answers = new Map([
  ['apt', '-y'],
  ['dnf', '-y'],
  ['zypper', '-y'],
  ['conda', '-y'],
  ['choco', '-y'],
]);

/** pip, and uv with its own word for it, keep nothing. */
export const pipNoCache: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const command of commandsAt(finding, dockerfile)) {
    if (!leavesCache(command)) continue;
    const { program, verbArgument: word } = command.packages!;
    if (!word || !standsAs(dockerfile, word, word.text)) return [];
    edits.push(insertion(word.end, program === 'uv pip' ? ' --no-cache' : ' --no-cache-dir'));
  }
  return edits.length === 0 ? [] : [{ description: 'Keep no download cache', unsafe: false, edits }];
};

function leavesCache({ packages }: CommandFact): boolean {
  return packages?.manager === 'pip' && packages.verb === 'install' && packages.cache === 'kept';
}
