import type { Check } from '../../types/rule.ts';
import { dockerfileOf, ships } from '../dockerfile.ts';
import { writtenTexts } from '../written.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  return writtenTexts(dockerfile)
    .filter(
      ({ text, path, stage, by }) =>
        ships(dockerfile, stage) &&
        /(?:^|\/)(?:sudoers(?:\.d)?|doas(?:\.d|\.conf))(?:\/|$)/.test(path ?? '') &&
        (grants(text) || (by === 'sed' && text.includes('NOPASSWD'))),
    )
    .map(({ text, evidence }) => ({
      ...(!everything(text) && { variant: 'some', severity: 'medium' as const }),
      data: { who: whoOf(text) },
      evidence: [evidence],
    }));
};

/** A line that is no comment and asks for no password (sudoers(5), doas.conf(5)). */
function grants(text: string): boolean {
  return text
    .split('\n')
    .some(
      (line) =>
        !line.trimStart().startsWith('#') && /\bNOPASSWD\s*:|\bpermit\b[^#]*\bnopass\b|!authenticate\b/.test(line),
    );
}

/** The line allows any command, or does not say which. */
function everything(text: string): boolean {
  return text.split('\n').some((line) => {
    const found = /NOPASSWD\s*:([^#]*)/.exec(line);
    return found
      ? /(?:^|[\s:,])ALL\b/.test(found[1]!) || !/\//.test(found[1]!)
      : /nopass|!authenticate/.test(line) && !/\bcmd\b/.test(line);
  });
}

function whoOf(text: string): string {
  const line = text.split('\n').find((one) => /NOPASSWD|nopass/.test(one)) ?? '';
  const first = /^\s*([%\w.@${}-]{1,64})\s/.exec(line)?.[1];
  return first === undefined || first === 'permit' ? 'an account' : first;
}
