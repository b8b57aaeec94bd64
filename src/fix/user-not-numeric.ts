import { accountsOf } from './accounts.ts';
import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';

/** The number that useradd gave the name: the runtime finds the same account by it, with its groups and home. */
export const numericUser: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const { args, stage } of instructionsAt(finding, dockerfile, 'USER')) {
    const [word] = args;
    const [name = '', ...group] = word?.text.split(':') ?? [];
    const found = accountsOf(dockerfile, stage).filter((account) => account.name === name);
    const uid = found.length === 1 ? found[0]!.uid : undefined;
    if (!word || uid === undefined || uid === 0) return [];
    edits.push(replacement(word, [uid, ...group].join(':')));
  }
  return edits.length === 0
    ? []
    : [{ description: 'Name the user by its number', unsafe: false, edits, alters: ['user'] }];
};
