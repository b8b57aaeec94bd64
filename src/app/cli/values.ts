/** Checks single option values. Every error names the option, what it takes and what it got. */
import type { Limits } from '../../image/limits.ts';
import { defaultLimits } from '../../image/limits.ts';
import { suggestion } from '../../rules/suggest.ts';
import { isDay } from '../../types/day.ts';
import { UsageError } from '../../types.ts';
import { quote } from './words.ts';

/** One word of a fixed list. */
export function choice<T extends string>(option: string, text: string, words: readonly T[]): T {
  if ((words as readonly string[]).includes(text)) return text as T;
  const all = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join();
  throw new UsageError(`--${option} is ${all}, not ${quote(text)}${suggestion(text, words)}`);
}

/** A decimal number within bounds. */
export function decimal(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${option} is a number from ${least} to ${most}, not ${quote(text)}`);
}

/** A whole number within bounds. */
export function whole(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${option} is a whole number from ${least} to ${most}, not ${quote(text)}`);
}

const units: Record<string, number> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes: `1500000`, `500MB` (10^6), `2GiB` (2^30). */
export function byteSize(option: string, text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmgt]i?)?b?$/i.exec(text);
  const value = match ? Math.floor(Number(match[1]) * units[(match[2] ?? '').toLowerCase()]!) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${option} is a size such as 500MB or 2GiB, not ${quote(text)}`);
}

/** A calendar day, `YYYY-MM-DD`. */
export function day(option: string, text: string): string {
  if (isDay(text)) return text;
  throw new UsageError(`--${option} is a day such as 2026-11-23, not ${quote(text)}`);
}

/** `left=right`, split at the first `=`; both sides must be there. */
export function pair(option: string, text: string, shape: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`--${option} is ${shape}, not ${quote(text)}`);
}

/** The default limits with those of `--limit NAME=VALUE` set. Names as in src/image/limits.ts, or in kebab-case. */
export function limits(items: readonly string[]): Limits {
  const result = { ...defaultLimits };
  const names = Object.keys(defaultLimits) as (keyof Limits)[];
  for (const item of items) {
    const [written, value] = pair('limit', item, 'NAME=VALUE');
    const name = names.find((known) => known === written || kebab(known) === written);
    if (!name) {
      const known = names.map(kebab);
      throw new UsageError(
        `there is no limit ${quote(written)}${suggestion(written, known) || `; the limits are ${known.join(', ')}`}`,
      );
    }
    const amount = byteSize(`limit ${kebab(name)}`, value);
    if (amount < 1) throw new UsageError(`--limit ${kebab(name)} cannot be switched off: give a number above 0`);
    result[name] = amount;
  }
  return result;
}

/** `layerBytes` → `layer-bytes`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
