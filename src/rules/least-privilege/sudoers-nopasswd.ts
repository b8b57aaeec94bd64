import type { Facts } from '../../types/facts.ts';
import type { Check, Hit } from '../../types/rule.ts';
import type { SudoGrant } from '../../types/surface.ts';
import { dockerfileOf, ships } from '../dockerfile.ts';
import { inConfig, listed, unknownHit } from '../hits.ts';
import { writtenTexts } from '../written.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts);
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

/** A hit for each line. What no account of the image is given is told with little confidence. */
function inImage({ sudoGrants, user, escalations }: Facts): Hit[] {
  if (!sudoGrants.known) return unknownHit(sudoGrants.reason, inConfig('/rootfs'));
  const name = user.known ? user.value.name : undefined;
  const known = new Set(
    escalations.known
      ? escalations.value.filter(({ kind, certainty }) => kind === 'sudo' && certainty === 'known').map(placeOf)
      : [],
  );
  return sudoGrants.value
    .filter(({ password }) => !password)
    .map((grant): Hit => {
      const { who, accounts = [], commands, evidence } = grant;
      const own = who.includes('ALL') || (name !== undefined && accounts.includes(name));
      const any = commands.length === 0 || known.has(placeOf(grant));
      return {
        ...(commands.length > 0 && { variant: 'some' }),
        ...(!(own && any) && { severity: 'medium' as const }),
        ...(!own && accounts.length === 0 && { confidence: 'low' as const }),
        data: { who: listed(who, 4), commands: listed(commands, 4) },
        evidence: [evidence],
      };
    });
}

/** Two lines of one file are two places. */
function placeOf({ evidence }: Pick<SudoGrant, 'evidence'>): string {
  return evidence.at === 'file' ? `${evidence.path}:${evidence.line}` : '';
}
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
