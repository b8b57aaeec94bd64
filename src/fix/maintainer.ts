import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';

/** The label of the OCI annotations in place of MAINTAINER. */
export const maintainerLabel: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const { name, args, json } of instructionsAt(finding, dockerfile, 'MAINTAINER')) {
    const [first] = args;
    const last = args.at(-1);
    if (!first || !last || json) return [];
    const text = dockerfile.text.slice(first.start, last.end);
    if (/[\r\n\0]/.test(text)) return [];
    const bare = /^"([^"]*)"$|^'([^']*)'$/.exec(text.trim());
    const value = (bare ? (bare[1] ?? bare[2] ?? '') : text.trim()).replace(/["$\\]/g, (character) =>
      character === '\\' && dockerfile.escape !== '\\' ? character : `${dockerfile.escape}${character}`,
    );
    const keyword = name.text === name.text.toLowerCase() ? 'label' : 'LABEL';
    edits.push(
      replacement({ start: name.start, end: last.end }, `${keyword} org.opencontainers.image.authors="${value}"`),
    );
  }
  return edits.length === 0
    ? []
    : [{ description: 'Name the authors in a label', unsafe: false, edits, alters: ['labels'] }];
};
