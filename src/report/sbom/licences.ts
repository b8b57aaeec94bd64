/** What package managers call licences, as SPDX expressions where that is sure (SPDX 2.3, annex D). */
import parseExpression from 'spdx-expression-parse';
import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import current from 'spdx-license-ids/index.json' with { type: 'json' };

/** A licence as stated: with its SPDX expression, in which a part without an SPDX id is a `LicenseRef-…` of `extracted`. */
export interface Licence {
  stated: string;
  expression: string;
  /** Id of a reference and the words that it stands for; empty where every part is known to SPDX. */
  extracted: ReadonlyMap<string, string>;
}

/**
 * Names of Debian (copyright-format 1.0), Fedora before its move to SPDX, and Alpine that SPDX spells otherwise. A name
 * that leaves open which text is meant (`BSD`, `Public Domain`) is not here: a wrong licence is worse than none.
 */
const known: Record<string, string> = {
  expat: 'MIT',
  'mit/x11': 'MIT',
  'mit-x11': 'MIT',
  'asl 2.0': 'Apache-2.0',
  'asl-2.0': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  'apache license 2.0': 'Apache-2.0',
  'apache license, version 2.0': 'Apache-2.0',
  'apache-2': 'Apache-2.0',
  'asl 1.1': 'Apache-1.1',
  boost: 'BSL-1.0',
  cc0: 'CC0-1.0',
  'cc-by 3.0': 'CC-BY-3.0',
  'cc-by 4.0': 'CC-BY-4.0',
  'gpl+': 'GPL-1.0-or-later',
  'lgpl+': 'LGPL-2.0-or-later',
  'mplv1.1': 'MPL-1.1',
  'mplv2.0': 'MPL-2.0',
  'mpl-2': 'MPL-2.0',
  ofl: 'OFL-1.1',
  openldap: 'OLDAP-2.8',
  psf: 'PSF-2.0',
  'psf-2': 'PSF-2.0',
  'python-2': 'Python-2.0',
  'artistic 2.0': 'Artistic-2.0',
  'artistic-2': 'Artistic-2.0',
  'bsd-2': 'BSD-2-Clause',
  'bsd-3': 'BSD-3-Clause',
  'bsd-4': 'BSD-4-Clause',
  'bsd-2-clauses': 'BSD-2-Clause',
  'bsd-3-clauses': 'BSD-3-Clause',
};

const longest = 2048;

/** Undefined for no words at all. Never throws; time is linear in the text. */
export function licenceOf(stated: string | undefined): Licence | undefined {
  const text = stated?.replace(/\s+/g, ' ').trim();
  if (!text || /^(?:unknown|none|noassertion|\(none\))$/i.test(text)) return undefined;
  const extracted = new Map<string, string>();
  const whole = (): Licence => {
    extracted.clear();
    return { stated: text, expression: reference(text, extracted), extracted };
  };
  if (text.length > longest) return whole();
  const expression = translate(text, extracted);
  return expression !== undefined && parses(expression) ? { stated: text, expression, extracted } : whole();
}

/** Operators as SPDX writes them, each phrase between them by its id; undefined where the words are no expression. */
function translate(text: string, extracted: Map<string, string>): string | undefined {
  const tokens = text.split(/([()]|(?<=[ )]|^)(?:and|or|with)(?=[ (]|$))/i).flatMap((token) => {
    const word = token.replace(/^[ ,;]+|[ ,;]+$/g, '');
    return word === '' ? [] : [word];
  });
  const out: string[] = [];
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    const operator = /^(?:and|or|with)$/i.test(token);
    if (token === '(') depth++;
    if (token === ')') depth--;
    // A parser that descends must not be led too deep.
    if (depth > 20) return undefined;
    if (operator) out.push(token.toUpperCase());
    else if (token === '(' || token === ')') out.push(token);
    else if (/^with$/i.test(tokens[i - 1] ?? '')) {
      out.pop();
      const licence = out.pop();
      const pair = `${licence} WITH ${token}`;
      if (licence !== undefined && parses(pair)) out.push(pair);
      else out.push(reference(`${tokens[i - 2] ?? ''} with ${token}`.trim(), extracted));
    } else if (i > 0 && out.length > 0 && !/^(?:AND|OR|WITH|\()$/.test(out.at(-1)!)) return undefined;
    else out.push(idOf(token) ?? reference(token, extracted));
  }
  // A licence that only an exception made into a reference leaves no reference of its own behind.
  const expression = out.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
  for (const id of extracted.keys()) if (!out.includes(id)) extracted.delete(id);
  return expression;
}

let ids: Map<string, string> | undefined;

/** The SPDX id of one licence's name; an id is the same in any case (SPDX 2.3, D.2). */
function idOf(name: string): string | undefined {
  ids ??= new Map([...deprecated, ...current].map((id) => [id.toLowerCase(), id]));
  const lower = name.toLowerCase();
  if (Object.hasOwn(known, lower)) return known[lower];
  const gnu = gnuId(lower);
  if (gnu) return gnu;
  const plus = lower.endsWith('+') ? ids.get(lower.slice(0, -1)) : undefined;
  return ids.get(lower) ?? (plus === undefined ? undefined : `${plus}+`);
}

/** `GPL-2+`, `GPLv2+`, `GPL2`, `LGPL-2.1`, `GPL-2.0+`, `AGPLv3`, `GFDL-1.3+`: SPDX says in words which versions hold. */
function gnuId(lower: string): string | undefined {
  const match = /^(a?gpl|lgpl|gfdl)[- ]?v?(\d)(?:\.(\d))?(\+|-only|-or-later)?$/.exec(lower);
  if (!match) return undefined;
  const [, family, major, minor = '0', tail] = match;
  const id = `${family!.toUpperCase()}-${major}.${minor}-${tail === '+' || tail === '-or-later' ? 'or-later' : 'only'}`;
  return ids!.get(id.toLowerCase());
}

/** `LicenseRef-` and what an id may hold of the words (SPDX 2.3, 10.1); two wordings never share one. */
function reference(words: string, extracted: Map<string, string>): string {
  const text = words.slice(0, longest);
  const stem = `LicenseRef-${
    text
      .replace(/[^A-Za-z0-9.]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 64) || 'unnamed'
  }`;
  let id = stem;
  for (let i = 2; extracted.has(id) && extracted.get(id) !== text; i++) id = `${stem}-${i}`;
  extracted.set(id, text);
  return id;
}

function parses(expression: string): boolean {
  try {
    parseExpression(expression);
    return true;
  } catch {
    return false;
  }
}
