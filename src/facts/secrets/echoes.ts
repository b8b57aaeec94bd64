/** Secrets of files that the history repeats: `RUN echo … > file` shows to everyone what the file holds. */
import type { AnalysedImage } from '../../image/model.ts';
import type { SecretSighting } from '../../types/secrets.ts';
import type { Evidence } from '../../types.ts';
import { fingerprint } from './engine/mask.ts';
import type { SecretFile } from './examine.ts';
import type { Masking } from './redact.ts';
import type { SealedHit } from './seal.ts';

export interface Echo {
  hit: SealedHit;
  where: SecretSighting['where'];
  evidence: Evidence;
  layer?: number;
}

/** Hashing a word that could be a made-up password is slow on purpose, so few are tried: those of the step that made the file. */
const quickLength = 20;
const quickWords = 50_000;
const slowWords = 40;

/** Words of the history and the variables whose fingerprint is that of a file's secret; `seen` are those found there already. */
export function echoes(image: AnalysedImage, seen: ReadonlySet<string>): { sealed: Echo[]; maskings: Masking[] } {
  const wanted = wantedHits(image);
  const sealed: Echo[] = [];
  const maskings: Masking[] = [];
  if (wanted.size === 0) return { sealed, maskings };
  const shortIn = new Set(
    [...wanted.values()].flatMap(({ hit, layers }) => (hit.kind === 'password-in-file' ? [...layers] : [])),
  );
  let quick = 0;
  let slow = 0;
  for (const { text, where, pointer, layer } of texts(image)) {
    const writes = layer !== undefined && shortIn.has(layer) && /[>|]|\btee\b|\bsed\b/.test(text);
    for (const word of wordsOf(text)) {
      const long = word.length >= quickLength;
      if (long ? ++quick > quickWords : !writes || !couldBePassword(word) || ++slow > slowWords) continue;
      const print = fingerprint(word);
      const entry = wanted.get(print);
      if (!entry) continue;
      maskings.push({ value: word, masked: entry.hit.masked });
      if (seen.has(print)) continue;
      sealed.push({
        hit: entry.hit,
        where,
        evidence: { at: 'config', pointer, document: 'config' },
        ...(layer !== undefined && { layer }),
      });
    }
  }
  return { sealed, maskings };
}

function wantedHits(image: AnalysedImage): Map<string, { hit: SealedHit; layers: Set<number> }> {
  const wanted = new Map<string, { hit: SealedHit; layers: Set<number> }>();
  image.records.forEach((record, layer) => {
    for (const { data } of (record.facts['secrets'] ?? []) as { data: SecretFile }[]) {
      for (const hit of data.hits ?? []) {
        const entry = wanted.get(hit.fingerprint) ?? { hit, layers: new Set() };
        wanted.set(hit.fingerprint, entry);
        entry.layers.add(layer);
      }
    }
  });
  return wanted;
}

function* texts(
  image: AnalysedImage,
): IterableIterator<{ text: string; where: Echo['where']; pointer: string; layer?: number }> {
  const { container, history } = image.config;
  for (const [i, text] of container.env.entries()) yield { text, where: 'env', pointer: `/config/Env/${i}` };
  for (const [i, { createdBy, layer }] of history.entries())
    if (createdBy)
      yield {
        text: createdBy,
        where: 'run',
        pointer: `/history/${i}/created_by`,
        ...(layer !== undefined && { layer }),
      };
}

/** Not a path, an option, a plain word or a package. */
function couldBePassword(word: string): boolean {
  return !/^[-/.]|^[a-z-]+$|^[A-Z_]+$|\.(sh|conf|txt|json|gz|py|d)$/.test(word);
}

/** Words between blanks and quotes, and their parts between the marks that commonly join them. */
function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const whole of text.slice(0, 65_536).split(/[\s"'`;|&<>(),]+/)) {
    if (whole.length < 6 || whole.length > 4096) continue;
    words.add(whole);
    for (const part of whole.split(/[=:@/\\]+/)) if (part.length >= 6 && part !== whole) words.add(part);
    const cut = whole.indexOf('=');
    if (cut > 0 && whole.length - cut > 6) words.add(whole.slice(cut + 1));
  }
  return words;
}
