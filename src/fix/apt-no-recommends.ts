import type { ArgumentFact, CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { PackageActionFact } from '../types/package-action.ts';
import type { Edit, Fixer } from './change.ts';
import { indentAt, insertion, lineEndAt, lineStartAt, standsAs } from './edits.ts';
import { commandsAt } from './places.ts';

/** Packages that are of little use without a recommended one, and which that is. */
const needs = new Map([
  ['curl', 'ca-certificates'],
  ['wget', 'ca-certificates'],
  ['git', 'ca-certificates'],
  ['libcurl4', 'ca-certificates'],
  ['gcc', 'libc6-dev'],
  ['clang', 'libc6-dev'],
]);

/** Packages that other packages of the list bring by a hard dependency. */
const brings = new Map([
  ['libc6-dev', ['build-essential', 'g++', 'libc-dev']],
  ['ca-certificates', ['apt-transport-https', 'software-properties-common', 'openjdk']],
]);

/** Collections whose content is what they recommend, and tools that are bought for it. */
const collections =
  /^(?:task-|kde|gnome|xfce|lxde|lxqt|mate-|cinnamon|ubuntu-|xubuntu|lubuntu|texlive|libreoffice|r-base|r-recommended|wine|npm$|python3?-pip$|python-pip$|dpkg-dev|devscripts|debhelper|cmake$|autoconf$|libtool$|xvfb$|apache2$|mysql|mariadb|postgresql|openssh-|network-manager|ros-|default-jdk|default-jre|openjdk)/;

/** Leaves recommended packages out, and names the one that is needed all the same. */
export const aptNoRecommends: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  const added = new Set<string>();
  let unsafe = false;
  for (const command of commandsAt(finding, dockerfile)) {
    const action = command.packages;
    if (action?.manager !== 'apt' || action.verb !== 'install' || action.noRecommends) continue;
    const word = action.verbArgument;
    if (!word || !standsAs(dockerfile, word, word.text)) return [];
    const missing = missingOf(dockerfile.commands, command, action);
    unsafe ||= action.packages.some(({ name, kind }) => kind !== 'name' || collections.test(name));
    for (const name of missing) added.add(name);
    edits.push(...edited(dockerfile, command, word, missing));
  }
  if (edits.length === 0) return [];
  const names = [...added].join(', ');
  return [
    {
      description: `Leave recommended packages out${names && `, but keep ${names}`}`,
      unsafe,
      edits,
      extends: ['apt-unpinned'],
    },
  ];
};

/** What the install would lose and somebody needs: not named here nor installed before in the stage. */
function missingOf(commands: readonly CommandFact[], command: CommandFact, { packages }: PackageActionFact): string[] {
  const names = new Set(packages.map(({ name }) => name));
  const wanted = new Set([...names].flatMap((name) => needs.get(name) ?? []));
  return [...wanted].filter((name) => {
    const sources = [name, ...(brings.get(name) ?? [])];
    const has = (list: Iterable<string>) => [...list].some((one) => sources.some((source) => one.startsWith(source)));
    if (has(names)) return false;
    return !commands.some(
      ({ stage, index, packages: other }) =>
        stage === command.stage &&
        index < command.index &&
        other?.manager === 'apt' &&
        other.verb === 'install' &&
        has(other.packages.map((item) => item.name)),
    );
  });
}

/** The option goes behind those that are there, the packages in front of the first one, in its way. */
function edited(
  dockerfile: DockerfileFacts,
  command: CommandFact,
  verb: ArgumentFact,
  missing: readonly string[],
): Edit[] {
  const { text, escape: mark } = dockerfile;
  let { end } = verb;
  for (const arg of command.args.filter(({ start }) => start >= verb.end)) {
    const single = /^-(?:[a-zA-Z]*[yqf]+|-(?:yes|assume-yes|quiet|fix-missing|fix-broken))$/.test(arg.text);
    if (!single || !standsAs(dockerfile, arg, arg.text) || !/^[ \t]+$/.test(text.slice(end, arg.start))) break;
    end = arg.end;
  }
  const option = ' --no-install-recommends';
  if (missing.length === 0) return [insertion(end, option)];
  const first = command.packages!.packages[0]!.argument;
  const indent = indentAt(text, first.start);
  const ownLine = first.start === lineStartAt(text, first.start) + indent.length;
  if (!ownLine) return [insertion(end, `${option} ${missing.join(' ')}`)];
  const lines = missing.map((name) => `${name} ${mark}${lineEndAt(text, first.start)}${indent}`);
  return [insertion(end, option), insertion(first.start, lines.join(''))];
}
