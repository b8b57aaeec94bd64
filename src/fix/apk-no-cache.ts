import type { Change, Edit, Fixer } from './change.ts';
import { insertion, standsAs } from './edits.ts';
import { commandsAt } from './places.ts';
import { removeCommand } from './script.ts';

/** `--no-cache` for what installs; an `apk update` in front of it in the same RUN is of no more use. */
export const apkNoCache: Fixer = (finding, { dockerfile }) => {
  const found = commandsAt(finding, dockerfile);
  const runs = new Set(found.map(({ script }) => script));
  const edits: Edit[] = [];
  let updates = 0;
  for (const command of dockerfile.commands) {
    const action = command.packages;
    if (!runs.has(command.script) || action?.manager !== 'apk' || action.cache !== 'kept') continue;
    const word = action.verbArgument;
    if (!word || !standsAs(dockerfile, word, word.text)) return [];
    if (action.verb === 'install' || action.verb === 'upgrade') {
      edits.push(insertion(word.end, ' --no-cache'));
      continue;
    }
    const last = dockerfile.commands.some(
      ({ script, index, packages }) =>
        script === command.script &&
        index > command.index &&
        packages?.manager === 'apk' &&
        packages.verb === 'install',
    );
    const edit = last ? removeCommand(dockerfile, command) : undefined;
    if (!edit) continue;
    updates++;
    edits.push(edit);
  }
  if (edits.length === 0) return [];
  const change: Change = {
    description: `Keep no package index (--no-cache)${updates > 0 ? ', which fetches it by itself' : ''}`,
    unsafe: false,
    edits,
  };
  return [change];
};
