import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { packagesLeft } from '../installs.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const found = softwareLeft(dockerfile, softwareOf(context, 'network'));
  // Git fetches through the ssh client: where both are installed it is a part of git.
  const git = packagesLeft(dockerfile).some(({ name }) => name === 'git' || name.startsWith('git-'));
  return installHits(
    dockerfile,
    found.filter(({ name }) => !git || !sshClients.has(name)),
  );
};

const sshClients = new Set(['openssh-client', 'openssh-clients', 'openssh-client-default', 'openssh']);
