/** What the operands of package managers name. */
import type { ArgumentFact } from '../../types/dockerfile.ts';
import type { PackageOperandFact } from '../../types/package-action.ts';
import type { Manager } from './manager-grammar.ts';

/** What an operand of an install names. */
export function packageOperand({ family, version }: Manager, argument: ArgumentFact): PackageOperandFact {
  const { text, dynamic } = argument;
  if (text.length > longest) return { name: text.slice(0, longest), kind: 'unknown', argument };
  const kind = operandKind(family, text);
  if (kind !== 'name') return { name: text, kind, argument };
  const plain = family === 'apt' ? text.replace(/^([^:=/]+):[a-z0-9-]+/, '$1') : text;
  const found = version?.exec(plain);
  const name = (found ? plain.slice(0, found.index) : plain).trim();
  const value = found ? plain.slice(found.index + found[0].length).trim() : '';
  // `$PACKAGES` may hold names with versions; of `tool=$VERSION` the name is known.
  if (dynamic && (!found || /[$`]/.test(name))) return { name: text, kind: 'unknown', argument };
  return {
    name: family === 'pip' ? name.replace(/\[.*$/, '') : name,
    kind,
    argument,
    ...(value !== '' && { version: value }),
  };
}

function operandKind(family: string, text: string): PackageOperandFact['kind'] {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^(?:git|hg|svn|bzr)\+/i.test(text)) return 'url';
  if (text.startsWith('@') && (family === 'dnf' || family === 'apk')) return 'group';
  if (/^(?:[./~]|[A-Za-z]:[\\/])/.test(text) && !(family === 'apk' && !text.includes('/'))) return 'file';
  if (files.get(family)?.test(text)) return 'file';
  // A group by its title, or a capability: no version can be given.
  if (family === 'dnf' && /[ (]/.test(text)) return 'group';
  // A path without a host is the standard library's or the module's own.
  if (family === 'go' && !text.split('/', 1)[0]!.includes('.')) return 'file';
  return 'name';
}

/** Longer than any name. */
const longest = 1024;

/** Names of package files. */
const files = new Map<string, RegExp>([
  ['apt', /\.deb$/],
  ['apk', /\.apk$/],
  ['dnf', /\.rpm$/],
  ['zypper', /\.rpm$/],
  ['pip', /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$|\//],
  ['npm', /\.(?:tgz|tar\.gz)$|^(?:file|link|workspace):/],
  ['yarn', /\.(?:tgz|tar\.gz)$|^(?:file|link|workspace):/],
  ['pnpm', /\.(?:tgz|tar\.gz)$|^(?:file|link|workspace):/],
  ['gem', /\.gem$/],
  ['pacman', /\.pkg\.tar(?:\.\w+)?$/],
]);
