import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { packagesLeft } from '../installs.ts';
import { toolHits } from '../present-tools.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

/** Git fetches through the ssh client: where both are there it is a part of git. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const kind = softwareOf(context, 'network');
  const isGit = ({ name }: { name: string }) => name === 'git' || name.startsWith('git-');
  if (!dockerfile) {
    const git = facts.packages.known && facts.packages.value.some(isGit);
    return toolHits(facts, kind, ({ packages }) => git && packages.some((name) => sshClients.has(name)));
  }
  const found = softwareLeft(dockerfile, kind);
  const git = packagesLeft(dockerfile).some(isGit);
  return installHits(
    dockerfile,
    found.filter(({ name }) => !git || !sshClients.has(name)),
  );
};

const sshClients = new Set(['openssh-client', 'openssh-clients', 'openssh-client-default', 'openssh']);
