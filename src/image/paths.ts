/** Names in archives, made into rootfs paths. */
import type { FileEntry } from '../types.ts';

/**
 * A clean rootfs path: no leading slash, no `.`, and `..` held at the root as a chroot would.
 * `escaped` tells that a `..` would have left the rootfs.
 */
export function cleanPath(name: string): { path: string; escaped: boolean } {
  // Most names need nothing but the loss of a leading `./` or a trailing slash.
  let start = 0;
  let end = name.length;
  if (name.startsWith('./')) start = 2;
  while (start < end && name.charCodeAt(start) === 47) start++;
  while (end > start && name.charCodeAt(end - 1) === 47) end--;
  const plain = name.slice(start, end);
  if (plain === '.') return { path: '', escaped: false };
  if (!plain.includes('//') && !plain.includes('./') && !plain.endsWith('/.') && !plain.endsWith('..'))
    return { path: plain, escaped: false };
  const kept: string[] = [];
  let escaped = false;
  for (const segment of plain.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (kept.length === 0) escaped = true;
      kept.pop();
    } else kept.push(segment);
  }
  return { path: kept.join('/'), escaped };
}

/** Number of segments. */
export function pathDepth(path: string): number {
  let depth = 1;
  for (let i = path.indexOf('/'); i >= 0; i = path.indexOf('/', i + 1)) depth++;
  return depth;
}

/**
 * What a whiteout name removes (OCI image-spec, layer.md, "Whiteouts"); undefined for an ordinary name,
 * `ignore` for what AUFS kept for itself at the top of a layer. Content in `.wh..wh.plnk` is ordinary: hardlinks lead to it.
 */
export function whiteout(path: string): Pick<FileEntry, 'path' | 'whiteout'> | 'ignore' | undefined {
  const cut = path.lastIndexOf('/') + 1;
  if (path.startsWith('.wh..wh.plnk/')) return undefined;
  if (!path.startsWith('.wh.', cut)) return path.startsWith('.wh..wh.') ? 'ignore' : undefined;
  const folder = cut > 0 ? path.slice(0, cut - 1) : '';
  const name = path.slice(cut + 4);
  if (name === '.wh..opq') return { path: folder, whiteout: 'opaque' };
  if (name.startsWith('.wh.')) return 'ignore';
  if (name === '' || name === '.' || name === '..') return 'ignore';
  return { path: folder ? `${folder}/${name}` : name, whiteout: 'file' };
}

/** Name behind the last slash. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
