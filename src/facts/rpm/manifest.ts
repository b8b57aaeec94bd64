/**
 * `container-manifest-2`: what CBL-Mariner and Azure Linux leave of the rpm database in their distroless images
 * (azurelinux, toolkit/tools/imagegen): name, version-release, installed, built, vendor, epoch, size, architecture, epoch
 * as a number and source package, tab-separated. It names no files.
 */
import { detach, lines, utf8 } from '../text.ts';
import { headerBudget, type RpmRow } from './header.ts';
import { type RpmRows, rowsOf } from './rows.ts';

/** Largest manifest that is read. */
export const manifestBytes = 16 * 2 ** 20;

/** Lines that are no package are counted as damaged. */
export function readManifest(bytes: Uint8Array, truncated: boolean): RpmRows {
  const rows: RpmRow[] = [];
  const most = headerBudget().rows;
  let damaged = 0;
  for (const line of lines(utf8(bytes))) {
    if (line.trim() === '') continue;
    const [name, version, , , vendor, epoch, , arch, , source] = line.split('\t', 10).map(field);
    if (!name || !version || rows.length >= most) damaged++;
    else {
      rows.push({
        n: name,
        v: epoch ? `${epoch}:${version}` : version,
        a: arch ?? '',
        ...(source ? { s: source } : {}),
        ...(vendor ? { d: vendor } : {}),
      });
    }
  }
  return rowsOf(rows, undefined, damaged, truncated);
}

/** rpm writes `(none)` for a tag that is not there. */
function field(text: string): string {
  return text === '(none)' ? '' : detach(text.slice(0, 512));
}
