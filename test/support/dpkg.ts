/** What dpkg writes of packages that are installed. */
import type { TestLayer } from './image.ts';

/** One package of the list of all. */
export const stanza = (name: string, version = '1'): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;

/** The database of packages by name, each with its files. */
export const dpkg = (lists: Record<string, string[]>): TestLayer => ({
  'var/lib/dpkg/status': Object.keys(lists)
    .map((name) => stanza(name))
    .join(''),
  ...Object.fromEntries(
    Object.entries(lists).map(([name, paths]) => [`var/lib/dpkg/info/${name}.list`, `/.\n${paths.join('\n')}\n`]),
  ),
});
