/** What baked configuration says, held against a rule's table of readers and settings. */
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import type { SourceSetting } from '../types/source-setting.ts';
import { unknownHit } from './hits.ts';
import { isLocal } from './urls.ts';
import { wildcard } from './wild.ts';

/**
 * The settings that a table names: `reader name` to values in lower case, several with blanks between, * for any run of
 * characters. What holds for this machine's own sources alone is nobody's way in.
 */
export function namedFileSettings(facts: Facts, table: ReadonlyMap<string, string>): SourceSetting[] {
  if (!facts.sourceSettings.known) return [];
  const entries = [...table].map(([key, values]) => {
    const [reader, name = ''] = key.split(' ');
    return { reader, name, values: values.split(' ') };
  });
  return facts.sourceSettings.value.filter(
    ({ reader, name, value, address }) =>
      !isOwn(address) &&
      entries.some(
        (entry) =>
          entry.reader === reader &&
          wildcard(entry.name, name) &&
          entry.values.some((wanted) => wildcard(wanted === '-' ? '' : wanted, value.toLowerCase())),
      ),
  );
}

/** What the check says where the files could not be read. */
export function unreadSettings({ sourceSettings }: Facts): Hit[] {
  return sourceSettings.known ? [] : unknownHit(sourceSettings.reason, { at: 'config', pointer: '/rootfs' });
}

/** `[extras] gpgcheck=0`, or `insecure` alone. */
export function shownSetting({ name, value, of }: SourceSetting): string {
  const text = value === '' ? name : `${name}=${value.slice(0, 60)}`;
  return of === undefined ? text : `${text} for ${of.slice(0, 100)}`;
}

/** A source on the image's own disk, or on this machine, is what the build made. */
function isOwn(address: string | undefined): boolean {
  return address !== undefined && (/^(?:file|cdrom|copy|media|dir|hd|iso):/i.test(address) || isLocal(address));
}
