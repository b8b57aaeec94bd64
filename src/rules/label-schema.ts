/** The labels that an image must and may have, as the rules for labels take them. */
import type { Ruleset } from '../types/rule.ts';
import { UsageError } from '../types.ts';
import { suggestion } from './suggest.ts';

/** A label's name and what is said of it. */
export interface LabelSchema {
  /** Name to the kind of its value. */
  labels: Record<string, string>;
  /** Those that may be missing. */
  optional: readonly string[];
  /** Labels that are not named are allowed. */
  open: boolean;
}

const kinds = ['text', 'url', 'rfc3339', 'semver', 'hash', 'spdx', 'email'];
const mostLabels = 200;

/**
 * `NAME=KIND`, comma-separated; `NAME` alone takes any text, a `?` behind the kind lets it be missing, and `*` allows others.
 * @throws UsageError
 */
export function parseLabelSchema(text: string): LabelSchema {
  const entries = text.split(',').map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? ([part.trim(), 'text'] as const) : ([part.slice(0, at).trim(), part.slice(at + 1).trim()] as const);
  });
  return labelSchema(entries, '--label-schema');
}

/** The same from a table, whose `*` stands for a name. @throws UsageError that names `where`. */
export function labelSchema(entries: readonly (readonly [name: string, kind: string])[], where: string): LabelSchema {
  const labels: Record<string, string> = Object.create(null);
  const optional: string[] = [];
  let open = false;
  for (const [name, written] of entries) {
    if (name === '*') {
      open = true;
      continue;
    }
    const kind = written.replace(/\?$/, '') || 'text';
    if (!/^[^\s=,*]{1,128}$/.test(name))
      throw new UsageError(`${where} names a label ${JSON.stringify(name.slice(0, 60))}, which is none`);
    if (!kinds.includes(kind))
      throw new UsageError(
        `${where}: the kind of ${name} is one of ${kinds.join(', ')}, not ${JSON.stringify(kind.slice(0, 40))}${suggestion(kind, kinds)}`,
      );
    labels[name] = kind;
    if (written.endsWith('?')) optional.push(name);
  }
  const count = Object.keys(labels).length;
  if (count === 0)
    throw new UsageError(`${where} names no label; write NAME=KIND, such as org.opencontainers.image.source=url`);
  if (count > mostLabels) throw new UsageError(`${where} names ${count} labels; ${mostLabels} are the most`);
  return { labels, optional, open };
}

/** The ruleset with the schema in place of its own. */
export function withLabels(ruleset: Ruleset, { labels, optional, open }: LabelSchema): Ruleset {
  const required = Object.fromEntries(Object.entries(labels).filter(([name]) => !optional.includes(name)));
  return {
    ...ruleset,
    rules: ruleset.rules.map((rule) => {
      const { metadata } = rule;
      if (!Object.hasOwn(metadata.parameters, 'labels')) return rule;
      const own =
        metadata.id === 'label-required-missing' ? required : metadata.id === 'label-not-allowed' && open ? {} : labels;
      return { ...rule, metadata: { ...metadata, parameters: { ...metadata.parameters, labels: own } } };
    }),
  };
}
