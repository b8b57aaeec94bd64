/** What a rule's metadata says, for readers of other programs. */
import type { RuleMetadata } from '../types/rule.ts';
import { prose } from './format.ts';
import { markdownText } from './markdown/escape.ts';
import { neutralise } from './text.ts';

export function ruleHelpText(rule: RuleMetadata): string {
  const advice = advicesOf(rule);
  return [
    neutralise(`${prose(rule.title)}. ${prose(rule.why)}`),
    `How to mend it:\n${advice.map((text) => `- ${neutralise(text)}`).join('\n')}`,
    ...(rule.references.length > 0
      ? [`References:\n${rule.references.map((reference) => `- ${neutralise(referenceName(reference))}`).join('\n')}`]
      : []),
  ].join('\n\n');
}

/** Headings start at the second level: the first is the alert's own. */
export function ruleHelpMarkdown(rule: RuleMetadata): string {
  return [
    `## ${markdownText(prose(rule.title))}`,
    markdownText(prose(rule.why)),
    '### How to mend it',
    advicesOf(rule)
      .map((text) => `- ${markdownText(text)}`)
      .join('\n'),
    ...(rule.references.length > 0
      ? ['### References', rule.references.map((reference) => `- ${linked(reference)}`).join('\n')]
      : []),
    `Rule \`${rule.id}\`, category ${markdownText(rule.category)}.`,
  ].join('\n\n');
}

/** The URL where it is one for a browser, written as RFC 3986 asks. */
export function webUrl(url: string | undefined): string | undefined {
  const written = /^https?:\/\/(?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;
  return url !== undefined && written.test(url) && URL.canParse(url) ? url : undefined;
}

/** Where to read on: the first of a rule's references that is on the web. */
export function helpUrl({ references }: RuleMetadata): string | undefined {
  return references.map(({ url }) => webUrl(url)).find((url) => url !== undefined);
}

/** Every variant but the one for what is not known, each once; values that only a finding has are left open. */
function advicesOf({ remediation }: RuleMetadata): string[] {
  const { unknown, ...variants } = remediation;
  const texts = Object.values(variants).map((text) => prose(text).replace(/\{[a-z][A-Za-z0-9]*(?::[^{}]*)?\}/g, '…'));
  return [...new Set(texts)];
}

type Reference = RuleMetadata['references'][number];

/** Title, section and address in one line. */
export function referenceName({ title, section, url }: Reference): string {
  return [title, section, url].filter(Boolean).join(', ');
}

function linked({ title, section, url }: Reference): string {
  const name = markdownText([title, section].filter(Boolean).join(', '));
  // A bracket would end the link.
  const target = webUrl(url);
  return target && !/[()]/.test(target) ? `[${name}](${target})` : name;
}
