import type { InstructionFact } from '../types/dockerfile.ts';
import type { Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';

/** What ADD unpacks by its name, or may by what is in it. */
const archive =
  /(?:\.(?:tar|t[gbx]z|tbz2|txz|tlz|tzst|gz|bz2|xz|zst|lz4|lzma|Z)$)|(?:^|[/_.-])(?:rootfs|tarball|archive|backup|layer|tar)(?:[/_.-]|$)/i;
const address = /^(?:https?|ftp|git|ssh):|^git@|\.git(?:#|$)/i;

/** COPY where nothing is fetched or unpacked. */
export const addToCopy: Fixer = (finding, { dockerfile }) => {
  const found = instructionsAt(finding, dockerfile, 'ADD');
  if (found.length === 0 || !found.every(onlyCopies)) return [];
  return [
    {
      description: 'Use COPY, which only copies',
      unsafe: found.some(mayDoMore),
      edits: found.map(({ name }) => replacement(name, name.text === name.text.toLowerCase() ? 'copy' : 'COPY')),
    },
  ];
};

function onlyCopies({ args, flags, heredocs }: InstructionFact): boolean {
  const sources = args.slice(0, -1);
  if (sources.length === 0 && heredocs.length === 0) return false;
  if (flags.some((flag) => !/^(?:chown|chmod|link|exclude)$/.test(flag.name))) return false;
  return !sources.some(({ value, text }) => address.test(value) || archive.test(value) || archive.test(text));
}

/** A variable may be an address, and a pattern may take an archive in. */
function mayDoMore({ args }: InstructionFact): boolean {
  return args.slice(0, -1).some(({ open, value }) => open.length > 0 || /(?:^|\/)\*[^./]*$|\.\*$/.test(value));
}
