/** Small things that change nothing in the image. */
import type { Edit, Fixer } from './change.ts';
import { insertion, lineStartAt, removeWords, replacement } from './edits.ts';
import { commandsAt, instructionsAt } from './places.ts';

/** Empty lines inside of continuations, which the builder will refuse one day. */
export const emptyContinuation: Fixer = (finding, { dockerfile }) => {
  const { text } = dockerfile;
  const edits: Edit[] = [];
  for (const { start, range, emptyLines } of instructionsAt(finding, dockerfile)) {
    let at = lineStartAt(text, start);
    let line = range.start.line;
    for (const empty of emptyLines) {
      for (; line < empty; line++) at = text.indexOf('\n', at) + 1;
      const newline = text.indexOf('\n', at);
      if (newline < 0 || text.slice(at, newline).trim() !== '') return [];
      edits.push(replacement({ start: at, end: newline + 1 }, ''));
    }
  }
  return edits.length === 0
    ? []
    : [{ description: 'Take the empty lines out of the instruction', unsafe: false, edits }];
};

/** `--platform=$TARGETPLATFORM` is what the builder does by itself. */
export const redundantPlatform: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const { flags } of instructionsAt(finding, dockerfile, 'FROM')) {
    const flag = flags.find(
      ({ name, value }) => name === 'platform' && /^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(value ?? ''),
    );
    const edit = flag && removeWords(dockerfile, flag);
    if (!edit) return [];
    edits.push(edit);
  }
  return edits.length === 0
    ? []
    : [{ description: 'Leave the platform to the builder', unsafe: false, edits, alters: ['platform'] }];
};

/** Several sources go into a folder, and the slash says that it is one. */
export const copyIntoFolder: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const { args, json } of instructionsAt(finding, dockerfile, 'COPY', 'ADD')) {
    const target = args.at(-1);
    if (!target || args.length < 3 || target.text.endsWith('/') || !/^[\w./@${}:+-]+$/.test(target.text)) continue;
    edits.push(insertion(json ? target.end - 1 : target.end, '/'));
  }
  return edits.length === 0 ? [] : [{ description: 'Say that the target is a folder', unsafe: false, edits }];
};

/** A high uid makes useradd write a sparse lastlog of gigabytes, which a layer keeps in full. */
export const noLogInit: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  for (const { name, program } of commandsAt(finding, dockerfile)) {
    if (name === 'useradd' && dockerfile.text.slice(program.start, program.end).endsWith('useradd'))
      edits.push(insertion(program.end, ' --no-log-init'));
  }
  return edits.length === 0 ? [] : [{ description: 'Keep the user out of lastlog and faillog', unsafe: false, edits }];
};
