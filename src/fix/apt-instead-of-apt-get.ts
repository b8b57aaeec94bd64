import type { Edit, Fixer } from './change.ts';
import { insertion, replacement, standsAs } from './edits.ts';
import { commandsAt } from './places.ts';

/** Words that apt-get has too, with the same meaning. */
const shared = new Set(
  'install reinstall satisfy update remove purge autoremove autopurge clean autoclean build-dep source download'.split(
    ' ',
  ),
);

/** apt-get and apt-cache in place of apt, where they have the word. */
export const aptGet: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const command of commandsAt(finding, dockerfile)) {
    if (command.name !== 'apt' || !standsAs(dockerfile, command.program, 'apt')) continue;
    const verb = command.packages?.verbArgument;
    if (!verb || !standsAs(dockerfile, verb, verb.text)) return [];
    if (/^(?:search|show|policy|depends|rdepends)$/.test(verb.text)) {
      edits.push(replacement(command.program, 'apt-cache'));
      continue;
    }
    edits.push(replacement(command.program, 'apt-get'));
    if (shared.has(verb.text)) continue;
    if (verb.text === 'full-upgrade') edits.push(replacement(verb, 'dist-upgrade'));
    else if (verb.text === 'upgrade') edits.push(insertion(verb.end, ' --with-new-pkgs'));
    else return [];
  }
  return edits.length === 0 ? [] : [{ description: 'Call apt-get, whose interface is stable', unsafe: false, edits }];
};
