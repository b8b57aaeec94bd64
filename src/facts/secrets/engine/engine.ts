/** Formats made ready to run: the keyword filter, tables by byte, patterns compiled when first needed. */
import { table } from './bytes.ts';
import { engineData, type KeywordUse, keywordUses } from './data.ts';
import type { SecretFormat } from './format.ts';
import { KeywordFilter } from './keyword-filter.ts';

export interface ReadyFormat {
  format: SecretFormat;
  /** Sticky. */
  regex(): RegExp;
  before?: { table: Uint8Array; min: number; max: number };
  lead?: { table: Uint8Array; count: number };
  end?: Uint8Array;
  name?: RegExp;
}

export interface Engine {
  formats: ReadyFormat[];
  uses: KeywordUse[];
  filter: KeywordFilter;
  /** The keyword that every armoured key begins with, an index into `uses`. */
  armour: number;
}

let made: Engine | undefined;

/** The one engine of this thread; made in a few milliseconds when a file is first scanned. */
export function engine(): Engine {
  if (!made) {
    const { formats } = engineData();
    const uses = keywordUses(formats);
    made = {
      formats: formats.map(ready),
      uses,
      filter: new KeywordFilter(uses, engineData().plan),
      armour: uses.findIndex((use) => use.text === '-----begin ' && !use.wrapped),
    };
  }
  return made;
}

const tables = new Map<string, Uint8Array>();

function ready(format: SecretFormat): ReadyFormat {
  let regex: RegExp | undefined;
  return {
    format,
    regex: () => (regex ??= new RegExp(format.pattern!, 'y')),
    ...(format.before ? { before: { ...format.before, table: tableOf(format.before.set) } } : {}),
    ...(format.lead ? { lead: { ...format.lead, table: tableOf(format.lead.set) } } : {}),
    ...(format.end ? { end: tableOf(format.end) } : {}),
    ...(format.name ? { name: new RegExp(format.name, 'i') } : {}),
  };
}

function tableOf(set: string): Uint8Array {
  let found = tables.get(set);
  if (!found) {
    found = table(new RegExp(set));
    tables.set(set, found);
  }
  return found;
}
