/** Licences of Debian packages: dpkg's database has none, but each package brings a copyright file (Debian copyright-format 1.0). */
import type { LayerCollector } from '../image/collector.ts';
import type { FactIndex } from './evidence.ts';
import { latin1 } from './text.ts';

/** The names that its `License:` fields begin with, in their order. */
export interface Copyright {
  l: string[];
}

/** The files of the package come first; what is cut off is mostly the text of licences. */
const headBytes = 64 << 10;
const mostLicences = 16;
const field = Buffer.from('\nLicense:');

export const debianCopyrightCollector: LayerCollector<Copyright> = {
  id: 'debian-copyright',
  version: 1,
  wants: ({ path, type, size }) =>
    path.endsWith('/copyright') && path.startsWith('usr/share/doc/') && type === 'file' && size > 0
      ? { kind: 'head', bytes: headBytes }
      : undefined,
  take: (_entry, { bytes }) => {
    // Anything else is prose.
    if (!latin1(bytes.subarray(0, 6)).startsWith('Format')) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = new Set<string>();
    for (let at = text.indexOf(field); at >= 0 && found.size < mostLicences; at = text.indexOf(field, at + 1)) {
      const from = at + field.length;
      const end = text.indexOf(10, from);
      const name = text.toString('utf8', from, end < 0 ? text.length : Math.min(end, from + 256)).trim();
      if (name !== '' && name.length <= 128) found.add(name);
    }
    return found.size > 0 ? { l: [...found] } : undefined;
  },
};

/** All licences of a package's files; several hold together. Undefined where its copyright file is prose or not there. */
export function debianLicence(index: FactIndex, name: string): string | undefined {
  const names = index.at<Copyright>('debian-copyright', `usr/share/doc/${name}/copyright`)?.data.l;
  if (!names || names.length < 2) return names?.[0];
  return names.map((one) => (/ (and|or|with) /i.test(one) ? `(${one})` : one)).join(' AND ');
}
