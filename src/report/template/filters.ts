/** The filters of a template: a fixed set of pure functions. */

import { countedSeverity } from '../../types/severity.ts';
import type { Evidence, Finding } from '../../types.ts';
import { bytes, instruction, placeName, points, prose, thousands } from '../format.ts';
import { markdownCode } from '../markdown/escape.ts';
import { asCsv, asJson, asMarkdown, asText, asXml, plainText } from './escape.ts';

/** What a filter made fit for the output: it is written as it is. */
export class Escaped {
  constructor(readonly text: string) {}
}

type Plain = string | number | boolean;
type Filter = (value: unknown, ...values: Plain[]) => unknown;

/** Sizes that a template may ask for are bounded by what it is given. */
const filters = {
  // These say how a value is written.
  text: (value) => new Escaped(asText(value)),
  xml: (value) => new Escaped(asXml(value)),
  html: (value) => new Escaped(asXml(value)),
  markdown: (value) => new Escaped(asMarkdown(value)),
  code: (value) => new Escaped(markdownCode(plainText(value), { cell: true })),
  json: (value) => new Escaped(asJson(value)),
  csv: (value) => new Escaped(asCsv(value)),
  url: (value) => new Escaped(encodeURIComponent(plainText(value).toWellFormed())),
  raw: (value) => new Escaped(plainText(value)),
  // These change the value.
  upper: (value) => plainText(value).toUpperCase(),
  lower: (value) => plainText(value).toLowerCase(),
  line: (value) => prose(plainText(value)),
  default: (value, other = '') => (value === undefined || value === null || value === '' ? other : value),
  length: (value) => (Array.isArray(value) || typeof value === 'string' ? value.length : 0),
  limit: (value, most = 0) =>
    Array.isArray(value)
      ? value.slice(0, Math.max(0, Number(most)))
      : [...plainText(value)].slice(0, Number(most)).join(''),
  join: (value, between = ', ') => (Array.isArray(value) ? value.map(plainText).join(String(between)) : value),
  thousands: (value) => (typeof value === 'number' ? thousands(value) : value),
  bytes: (value) => (typeof value === 'number' ? bytes(value) : value),
  points: (value) => (typeof value === 'number' ? points(value) : value),
  instruction: (value) => instruction(plainText(value)),
  place: (value) => (isEvidence(value) ? placeName(value) : ''),
  counted: (value) => (isFinding(value) ? countedSeverity(value) : ''),
} satisfies Record<string, Filter>;

export type FilterName = keyof typeof filters;
export const filterNames = Object.keys(filters) as FilterName[];

export function isFilter(name: string): name is FilterName {
  return Object.hasOwn(filters, name);
}

export function applyFilter(name: FilterName, value: unknown, values: readonly Plain[]): unknown {
  const of = value instanceof Escaped ? value.text : value;
  return (filters[name] as Filter)(of, ...values);
}

function isEvidence(value: unknown): value is Evidence {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'at');
}

function isFinding(value: unknown): value is Finding {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'severity');
}
