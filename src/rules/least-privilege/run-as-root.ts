import type { DockerfileFacts } from '../../types/dockerfile.ts';
import type { Facts, RunUser } from '../../types/facts.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf, rootStage, targetStage, wholePlace } from '../dockerfile.ts';
import { inConfig, namesOf, placesOf, unknownHit } from '../hits.ts';
import { isWindows, runUser, userPart } from '../users.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) return inDockerfile(dockerfile, facts, namesOf(context, 'windowsAdministrators'));
  const at = inConfig('/config/User');
  if (isWindows(facts)) return windows(facts, namesOf(context, 'windowsAdministrators'));
  const user = runUser(facts);
  if (!user.known) return unknownHit(user.reason, at);
  const variant = rootBy(user.value);
  if (variant === undefined) return [];
  const { spec, name, dropsPrivilegeBy: helper } = user.value;
  return [
    {
      variant: helper === undefined ? variant : 'drops',
      data: { user: spec, name: name ?? userPart(spec), ...(helper !== undefined && { helper }) },
      evidence: placesOf(user, at),
      ...(helper !== undefined && { confidence: 'medium' }),
    },
  ];
};

/** How the image comes to run as uid 0; undefined where it does not. */
function rootBy(user: RunUser): 'missing' | 'zero' | 'root' | 'alias' | undefined {
  const name = userPart(user.spec);
  if (user.uid !== 0 && !(user.uid === undefined && name === 'root')) return undefined;
  if (user.defaulted) return 'missing';
  if (user.numeric) return 'zero';
  return name === 'root' ? 'root' : 'alias';
}

/** The user by the builder's semantics. A base that nobody looked into is unknown: it may well set a user. */
function inDockerfile(dockerfile: DockerfileFacts, facts: Facts, administrators: string[]): Hit[] {
  const { user } = facts;
  const at = wholePlace(dockerfile);
  const own = targetStage(dockerfile)?.user;
  if (isWindows(facts)) {
    const spec = own?.value ?? '';
    const account = spec
      .slice(spec.lastIndexOf('\\') + 1)
      .trim()
      .toLowerCase();
    if (account !== '' && !administrators.includes(account)) return [];
    return [
      {
        variant: account === '' ? 'windowsMissing' : 'windows',
        data: { user: spec },
        evidence: [own?.evidence ?? at],
        // Nano Server runs as ContainerUser by itself.
        ...(account === '' && { confidence: 'medium' }),
      },
    ];
  }
  if (!user.known) return unknownHit(user.reason, at, { confidence: 'medium' });
  const variant = rootBy(user.value);
  if (variant === undefined) return [];
  const { spec, name, dropsPrivilegeBy: helper } = user.value;
  const root = rootStage(dockerfile);
  const elsewhere = own ? undefined : dockerfile.stages.find(({ role, user: other }) => role !== 'ships' && other);
  const inherited = elsewhere ? 'elsewhere' : root?.base.scratch ? 'missing' : spec === '' ? 'noUser' : 'base';
  const stage = elsewhere ? (elsewhere.name ?? String(elsewhere.index)) : '';
  return [
    {
      variant: helper !== undefined ? 'drops' : own ? variant : inherited,
      data: {
        user: spec,
        name: name ?? userPart(spec),
        base: root?.base.text ?? '',
        stage,
        ...(helper !== undefined && { helper }),
      },
      evidence: placesOf(user, at),
      ...((helper !== undefined || (own?.open.length ?? 0) > 0) && { confidence: 'medium' }),
    },
  ];
}

/** Windows containers start as ContainerAdministrator unless told otherwise. */
function windows({ container }: Facts, administrators: string[]): Hit[] {
  const at = inConfig('/config/User');
  if (!container.known) return unknownHit(container.reason, at);
  const { user } = container.value;
  const account = user
    .slice(user.lastIndexOf('\\') + 1)
    .trim()
    .toLowerCase();
  if (account !== '' && !administrators.includes(account)) return [];
  return [{ variant: account === '' ? 'windowsMissing' : 'windows', data: { user }, evidence: [at] }];
}
