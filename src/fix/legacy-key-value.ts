import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';

/** `NAME=value` for ENV and LABEL, quoted where the value has blanks. */
export const keyValue: Fixer = (finding, { dockerfile }) => {
  const { text, escape: mark } = dockerfile;
  const edits: Edit[] = [];
  for (const { pairs, keyword } of instructionsAt(finding, dockerfile, 'ENV', 'LABEL')) {
    for (const { name, value, legacy } of pairs) {
      if (!legacy || !value) continue;
      const written = text.slice(value.start, value.end);
      let out: string;
      if (!/\s/.test(written) || /^"(?:[^"\\]|\\.)*"$/s.test(written) || /^'[^']*'$/s.test(written)) out = written;
      // Inside of double quotes blanks and variables mean what they did.
      else if (!/["'\\`]/.test(written.replace(/[\\`][ \t]*(?=\r?\n)/g, ''))) out = `"${written}"`;
      else if (!written.includes('$') && !/[\r\n"\\`]/.test(value.value)) out = `"${value.value}"`;
      else if (!written.includes('$') && !/[\r\n`]/.test(value.value) && mark === '\\')
        out = `"${value.value.replace(/["\\]/g, '\\$&')}"`;
      else return [];
      if (keyword === 'ENV' && written === '') return [];
      edits.push(replacement({ start: name.end, end: value.end }, `=${out}`));
    }
  }
  return edits.length === 0 ? [] : [{ description: 'Write NAME=value', unsafe: false, edits }];
};
