import type { StageFact } from '../types/dockerfile.ts';
import { accountsOf } from './accounts.ts';
import type { Change, Edit, FixContext, Fixer } from './change.ts';
import { insertion, lineEndAt, topOf } from './edits.ts';
import { chainOf, type Family, familyOf, runsAsRoot } from './state.ts';

/** Above what distributions give to accounts of their own, and far below where ids get unusual. */
const uid = 10001;
/** The account that distroless and Wolfi images bring. */
const nonroot = 65532;

/** Commands that make a group and an account of it, by what is there to make them. */
const makers = new Map<Family, (name: string) => string[]>([
  ['debian', shadow],
  ['redhat', shadow],
  ['suse', shadow],
  ['arch', shadow],
  ['alpine', (name) => [`addgroup -g ${uid} ${name}`, `adduser -D -H -u ${uid} -G ${name} -s /sbin/nologin ${name}`]],
]);

function shadow(name: string): string[] {
  const options = `--no-log-init --uid ${uid} --gid ${uid} --no-create-home --home-dir /nonexistent`;
  return [`groupadd --gid ${uid} ${name}`, `useradd ${options} --shell /usr/sbin/nologin ${name}`];
}

/** Images of the families whose tools are not all there. */
const bare = /(?:^|\/)(?:ubi[\d]*-(?:minimal|micro)|ubi-(?:minimal|micro)|fedora-minimal|amazonlinux|minideb|photon)$/;

/** Programs that ask for no right: whoever starts them, they do the same. */
const harmless = /^(?:echo|printf|sleep|true|false|date|uname|id|whoami)$/;

/** USER with a numeric account in front of what the container starts. */
export const nonRootUser: Fixer = (_finding, context) => {
  const { dockerfile } = context;
  const { target } = dockerfile;
  const stage = target === undefined ? undefined : dockerfile.stages[target];
  if (!stage || stage.os === 'windows') return [];
  const place = placeFor(context, stage);
  if (!place) return [];
  const unsafe = !needsNothing(context, stage);
  const changes: Change[] = [];
  for (const { lines, edits = [], description } of waysOf(context, stage, place.root))
    changes.push({ description, unsafe, edits: [...edits, place.insert(lines)], alters: ['user'] });
  return changes;
};

interface Way {
  description: string;
  lines: string[];
  edits?: Edit[];
}

/** Best first. `root` says that a RUN at the place may make accounts. */
function waysOf(context: FixContext, stage: StageFact, root: boolean): Way[] {
  const { dockerfile } = context;
  const only = (user: string): Way => ({
    description: `Run as ${user}, an account without rights`,
    lines: [`USER ${user}`],
  });
  const family = familyOf(context, stage.index);
  if (family === 'scratch' || family === 'distroless') return [only(`${nonroot}:${nonroot}`)];
  const ways: Way[] = [];
  const accounts = accountsOf(dockerfile, stage.index).filter((account) => account.uid !== 0);
  const numbered = accounts.findLast((account) => account.uid !== undefined);
  const named = accounts.findLast((account) => account.uid === undefined);
  if (numbered)
    ways.push({ description: `Run as ${numbered.name} (${numbered.uid})`, lines: [`USER ${numbered.uid}`] });
  else if (named) {
    const { command, name } = named;
    const option = command.name === 'useradd' || family === 'debian' ? '--uid' : '-u';
    ways.push({
      description: `Give ${name} a number and run as it`,
      lines: [`USER ${uid}`],
      edits: [insertion(command.program.end, ` ${option} ${uid}`)],
    });
  }
  const { reference } = chainOf(dockerfile, stage.index)[0]!.base;
  if (reference?.registry === 'docker.io' && reference.repository === 'library/node')
    ways.push({ description: 'Run as node, the account that the image brings', lines: ['USER 1000:1000'] });
  const maker = family && makers.get(family);
  if (root && maker && !bare.test(reference?.repository ?? '')) {
    const name = accounts.some((account) => account.name === 'app') ? 'workload' : 'app';
    ways.push({
      description: `Make the account ${name} (${uid}) and run as it`,
      lines: [`RUN ${maker(name).join(` ${dockerfile.escape}\n    && `)}`, `USER ${uid}:${uid}`],
    });
  }
  ways.push(only(`${uid}:${uid}`));
  return ways;
}

/** In front of the first of CMD and ENTRYPOINT behind the last instruction that does something as root. */
function placeFor(context: FixContext, stage: StageFact): { root: boolean; insert(lines: string[]): Edit } | undefined {
  const { instructions, text } = context.dockerfile;
  const own = stage.instructions.map((index) => instructions[index]!);
  if (own.some(({ invalid }) => invalid)) return undefined;
  const passive = /^(?:CMD|ENTRYPOINT|EXPOSE|LABEL|ENV|ARG|STOPSIGNAL|HEALTHCHECK|MAINTAINER|VOLUME|ONBUILD)$/;
  const from = own.findLastIndex(({ keyword }) => !passive.test(keyword)) + 1;
  const next = own.slice(from).find(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  const last = own.at(-1) ?? instructions[stage.from];
  if (!last || last.invalid) return undefined;
  const root = runsAsRoot(context, { ...last, index: last.index + 1 }) === true;
  const eol = lineEndAt(text, 0);
  const lower =
    instructions.filter(({ name }) => name.text === name.text.toLowerCase()).length * 2 > instructions.length;
  const cased = (line: string) => (lower ? line.replace(/^[A-Z]+/, (word) => word.toLowerCase()) : line);
  return {
    root,
    insert: (lines) => {
      const block = lines.map(cased).join('\n').replaceAll('\n', eol);
      return next ? insertion(topOf(text, next), `${block}${eol}`) : insertion(last.end, `${eol}${block}`);
    },
  };
}

/** The start is known, and all of it harmless. */
function needsNothing({ dockerfile, bases }: FixContext, stage: StageFact): boolean {
  if (bases[stage.index]?.user === undefined || stage.volumes.length > 0) return false;
  const started = dockerfile.commands.filter(
    ({ origin, overridden, deferred }) => origin !== 'RUN' && !overridden && !deferred,
  );
  return started.length > 0 && started.every(({ name, redirects }) => harmless.test(name) && redirects.length === 0);
}
