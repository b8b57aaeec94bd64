import type { Edit, Fixer } from './change.ts';
import { insertion, standsAs } from './edits.ts';
import { commandsAt } from './places.ts';
import { familyOf } from './state.ts';

/** One dot for each MB in place of a bar. Only GNU's wget has the option; busybox's has not. */
export const wgetProgress: Fixer = (finding, context) => {
  const { dockerfile } = context;
  const edits: Edit[] = [];
  for (const command of commandsAt(finding, dockerfile)) {
    if (command.name !== 'wget') continue;
    const family = familyOf(context, command.stage);
    const installed = dockerfile.commands.some(
      ({ stage, index, packages }) =>
        stage === command.stage &&
        index < command.index &&
        packages?.packages.some(({ name }) => name === 'wget') === true,
    );
    if (!installed && (family === undefined || family === 'alpine' || family === 'scratch' || family === 'distroless'))
      return [];
    if (!standsAs(dockerfile, command.program, command.program.text)) return [];
    edits.push(insertion(command.program.end, ' --progress=dot:giga'));
  }
  return edits.length === 0 ? [] : [{ description: 'Show progress in dots, not as a bar', unsafe: false, edits }];
};
