/** Paths that a command removes, and whether they take a folder in. */
import type { CommandFact } from '../../types/dockerfile.ts';
import { globMatches } from '../glob.ts';

/** What `rm` and `find … -delete` take away, as written, `{a,b}` expanded. */
export function removedPaths({ name, args }: CommandFact): string[] {
  if (name === 'rm') return args.filter(({ text }) => !text.startsWith('-')).flatMap(({ text }) => braces(text));
  if (name !== 'find') return [];
  const from = args.findIndex(({ text }) => /^[-(!]/.test(text));
  const deletes = args.some(
    ({ text }, at) => text === '-delete' || (text === 'rm' && /^-exec/.test(args[at - 1]?.text ?? '')),
  );
  return deletes ? args.slice(0, from < 0 ? args.length : from).map(({ text }) => text) : [];
}

/** The path, or a folder above it, is one of `paths`; `/*` at the end and home folders however written are seen through. */
export function coversPath(written: string, paths: readonly string[]): boolean {
  const parts = plain(written);
  if (parts.length === 0) return false;
  return paths.some((path) => {
    const wanted = plain(path);
    const extra = parts.slice(wanted.length);
    if (extra.length > 1 || !extra.every((part) => /^[*?._]+$/.test(part))) return false;
    return parts.slice(0, wanted.length).every((part, at) => part === wanted[at] || globMatches(part, wanted[at]!));
  });
}

/** Segments; `~`, `$HOME`, `/root` and `/home/NAME` are all `~`. */
function plain(path: string): string[] {
  const text = path
    .slice(0, 512)
    .replace(/^(?:~|\$HOME(?!\w)|\$\{HOME\}|\/root(?=\/|$)|\/home\/[^/]+)/, '~')
    .replace(/\/(?:\*{1,2}|\.\*)?$/, '');
  return text.split('/').filter((part) => part !== '' && part !== '.');
}

/** `/var/{lib,cache}/apt` → both; deeper or many of them stay as they are. */
function braces(text: string): string[] {
  const found = /^([^{}]{0,256})\{([^{}]{0,256})\}([^{}]{0,256})$/.exec(text);
  if (!found?.[2]?.includes(',')) return [text];
  return found[2]
    .split(',')
    .slice(0, 32)
    .map((item) => `${found[1]}${item}${found[3]}`);
}
