/** Paths and names as images write them: collectors and rules read them alike, in time that grows with their length alone. */

const slash = 0x2f;
const versionCharacters = '0123456789.-';

/** A path without the slashes around it: as the rootfs names it. */
export function trimSlashes(path: string): string {
  let start = 0;
  while (path.charCodeAt(start) === slash) start++;
  return trimEndSlashes(path.slice(start));
}

/** A path without the slashes behind it; '' for the root. */
export function trimEndSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === slash) end--;
  return path.slice(0, end);
}

/** The name that a list knows a program by: its own (`base64`), else without the version at its end (`python3.11`). */
export function listedName(name: string, list: { has(name: string): boolean }): string | undefined {
  if (list.has(name)) return name;
  let end = name.length;
  while (end > 1 && versionCharacters.includes(name[end - 1]!)) end--;
  const plain = name.slice(0, end);
  return list.has(plain) ? plain : undefined;
}
