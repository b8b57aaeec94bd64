/** The formats as the build wrote them, read once, when a scan first needs them. */
import type { SecretFormat } from './format.ts';
import { plan, text } from './patterns.generated.ts';

/** A keyword and who asks for it. */
export interface KeywordUse {
  text: string;
  exact: boolean;
  /** Indexes into `formats`. */
  formats: number[];
  /** The text is a plain keyword in base64; what it stands in is decoded first. */
  wrapped?: true;
  /** It begins with an abbreviation that other words end in: `os_password` is no part of `Kerberos.password`. */
  abbreviated?: true;
}

export interface EngineData {
  formats: SecretFormat[];
  /** sha256 of public values, 16 hex digits. */
  known: Set<string>;
  placeholders: Set<string>;
  /** Windows of the keyword filter, for `keywordUses` of the formats. */
  plan: Uint8Array;
}

/** As written: texts that many formats share are kept once. */
interface Packed {
  texts: string[];
  formats: (Omit<SecretFormat, 'rotate' | 'name' | 'end'> & { rotate: number; name?: number; end?: number })[];
  known: string[];
  placeholders: string[];
}

let read: EngineData | undefined;

export function engineData(): EngineData {
  if (!read) {
    const raw = JSON.parse(text) as Packed;
    const full = (index: number | undefined) => (index === undefined ? undefined : raw.texts[index]);
    read = {
      formats: raw.formats.map((format) => {
        const [name, end] = [full(format.name), full(format.end)];
        const { name: _, end: __, rotate, ...rest } = format;
        return { ...rest, rotate: full(rotate)!, ...(name ? { name } : {}), ...(end ? { end } : {}) };
      }),
      known: new Set(raw.known),
      placeholders: new Set(raw.placeholders),
      plan: Buffer.from(plan, 'base64'),
    };
  }
  return read;
}

/** Keywords with their formats: each text once, and those that may stand in base64 in its three alignments too. */
export function keywordUses(formats: readonly SecretFormat[]): KeywordUse[] {
  const uses = new Map<string, KeywordUse>();
  const add = (word: string, exact: boolean, format: number, wrapped: boolean) => {
    const key = `${wrapped ? 'w' : exact ? 'e' : 'f'}${word}`;
    const use = uses.get(key) ?? {
      text: word,
      exact,
      formats: [],
      ...(wrapped ? { wrapped: true as const } : {}),
      ...(/^[a-z0-9]{1,3}[_.-]/.test(word) ? { abbreviated: true as const } : {}),
    };
    use.formats.push(format);
    uses.set(key, use);
  };
  formats.forEach((format, i) => {
    const exact = format.kind === 'token';
    for (const word of format.keywords) {
      add(word, exact, i, false);
      if (!format.wrapped) continue;
      for (const text of inBase64(format.reader === 'pem' ? word.toUpperCase() : word)) add(text, true, i, true);
    }
  });
  return [...uses.values()];
}

/** What of a text is the same in base64 whatever stands around it, for each of the three places that it can begin at. */
export function inBase64(word: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(word, 'latin1')]).toString('base64');
    const from = [0, 2, 3][before]!;
    const to = Math.floor(((before + word.length) * 8) / 6);
    return encoded.slice(from, to);
  });
}
