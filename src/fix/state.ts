/** What holds at an instruction: the user, the folder and the distribution, along the chain of stages. */
import { posix } from 'node:path';
import type { DockerfileFacts, InstructionFact, StageFact } from '../types/dockerfile.ts';
import type { FixContext } from './change.ts';

/** Families of distributions whose tools differ where fixes care. */
export type Family = 'debian' | 'alpine' | 'redhat' | 'suse' | 'arch' | 'scratch' | 'distroless';

const families = new Map<string, Family>(
  Object.entries({
    debian: 'debian',
    ubuntu: 'debian',
    kali: 'debian',
    raspbian: 'debian',
    linuxmint: 'debian',
    alpine: 'alpine',
    wolfi: 'alpine',
    chainguard: 'alpine',
    fedora: 'redhat',
    centos: 'redhat',
    rhel: 'redhat',
    rocky: 'redhat',
    almalinux: 'redhat',
    ol: 'redhat',
    amzn: 'redhat',
    mariner: 'redhat',
    azurelinux: 'redhat',
    'opensuse-leap': 'suse',
    'opensuse-tumbleweed': 'suse',
    sles: 'suse',
    arch: 'arch',
    scratch: 'scratch',
  }),
);

/** The distribution of a stage, told by its base image or by the package managers that its RUNs call. */
export function familyOf({ dockerfile, bases }: FixContext, stage: number): Family | undefined {
  const distro = bases[stage]?.distro;
  if (distro?.distroless) return 'distroless';
  const known = distro && (families.get(distro.id) ?? distro.idLike.map((id) => families.get(id)).find(Boolean));
  if (known) return known;
  const chain = new Set(chainOf(dockerfile, stage).map(({ index }) => index));
  for (const { name, stage: own, origin, context } of dockerfile.commands) {
    if (origin !== 'RUN' || !chain.has(own) || context.branch) continue;
    const found = byManager.get(name);
    if (found) return found;
  }
  return undefined;
}

const byManager = new Map<string, Family>([
  ['apt-get', 'debian'],
  ['apt', 'debian'],
  ['apk', 'alpine'],
  ['yum', 'redhat'],
  ['dnf', 'redhat'],
  ['microdnf', 'redhat'],
  ['zypper', 'suse'],
  ['pacman', 'arch'],
]);

/** Stages of a FROM chain, the bottom one first. */
export function chainOf({ stages }: DockerfileFacts, stage: number): StageFact[] {
  const out: StageFact[] = [];
  for (let at: number | undefined = stage; at !== undefined && out.length <= stages.length; ) {
    const found: StageFact | undefined = stages[at];
    if (!found) break;
    out.unshift(found);
    at = found.base.stage;
  }
  return out;
}

/** Instructions of the chain in front of one, in the order in which they take effect. */
export function before(dockerfile: DockerfileFacts, { index, stage }: InstructionFact): InstructionFact[] {
  return chainOf(dockerfile, stage).flatMap(({ instructions, index: own }) =>
    instructions
      .filter((at) => own !== stage || at < index)
      .map((at) => dockerfile.instructions[at]!)
      .filter(({ invalid }) => !invalid),
  );
}

/** True where the instruction surely runs as root, undefined where nobody knows. */
export function runsAsRoot(context: FixContext, instruction: InstructionFact): boolean | undefined {
  const own = before(context.dockerfile, instruction).findLast(({ keyword }) => keyword === 'USER');
  const word = own?.args[0];
  if (word && word.open.length > 0) return undefined;
  const user = word ? word.value : context.bases[instruction.stage]?.user;
  return user === undefined ? undefined : /^(?:|root|0+)(?::|$)/.test(user.trim());
}

/** Official images whose own folder is not `/`, as far as they are met as bases; others of the library start at `/`. */
const homes = new Map([
  ['golang', '/go'],
  ['composer', '/app'],
  ['php', '/var/www/html'],
  ['httpd', '/usr/local/apache2'],
  ['tomcat', '/usr/local/tomcat'],
]);
const rooted =
  /^(?:debian|ubuntu|alpine|busybox|fedora|centos|rockylinux|almalinux|oraclelinux|amazonlinux|archlinux|buildpack-deps|python|node|ruby|rust|openjdk|eclipse-temurin|maven|nginx)$/;

/** The folder that an instruction works in; undefined where it is not known. */
export function workdirAt({ dockerfile }: FixContext, instruction: InstructionFact): string | undefined {
  const root = chainOf(dockerfile, instruction.stage)[0];
  let at = root && baseWorkdir(root);
  for (const { keyword, args } of before(dockerfile, instruction)) {
    if (keyword !== 'WORKDIR') continue;
    const word = args[0];
    if (!word || word.open.length > 0) at = undefined;
    else if (word.value.startsWith('/')) at = posix.normalize(word.value);
    else if (at !== undefined) at = posix.join(at, word.value);
  }
  return at === undefined || at === '/' ? at : at.replace(/\/+$/, '');
}

function baseWorkdir({ base, image }: StageFact): string | undefined {
  if (base.scratch) return '/';
  if (image) return image.container.workingDir || '/';
  const { reference } = base;
  if (reference?.registry !== 'docker.io' || !reference.repository.startsWith('library/')) return undefined;
  const name = reference.repository.slice('library/'.length);
  return homes.get(name) ?? (rooted.test(name) ? '/' : undefined);
}
