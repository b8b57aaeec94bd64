import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { removeOptions, type Unwanted } from './options.ts';
import { commandsAt } from './places.ts';

const no = /gpgcheck=(?:0|false)$/i;

/** Options with which nobody asks who signed a package, by family. */
const unwanted = new Map<string, readonly Unwanted[]>([
  [
    'apt',
    [
      { name: '--allow-unauthenticated' },
      { name: '--allow-insecure-repositories' },
      { name: '--allow-downgrade-to-insecure-repositories' },
      {
        name: '-o',
        value: /^(?:apt::get::allowunauthenticated|acquire::allowinsecurerepositories|apt::get::force-yes)=/i,
      },
      { name: '--option', value: /^(?:apt::get::allowunauthenticated|acquire::allowinsecurerepositories)=/i },
    ],
  ],
  ['dnf', [{ name: '--nogpgcheck' }, { name: '--nogpg' }, { name: '--no-gpgchecks' }, { name: '--setopt', value: no }]],
  ['zypper', [{ name: '--no-gpg-checks' }, { name: '--no-gpgcheck' }, { name: '--allow-unsigned-rpm' }]],
  ['apk', [{ name: '--allow-untrusted' }]],
]);

/** Has packages' signatures verified again. */
export const packageSignature: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  let unsafe = false;
  for (const command of commandsAt(finding, dockerfile)) {
    const action = command.packages;
    const list = action && unwanted.get(action.manager);
    if (!action || !list) continue;
    const found = removeOptions(dockerfile, command, list);
    if (!found) return [];
    const forced = forceYes(dockerfile, command);
    edits.push(...found, ...forced);
    unsafe ||= found.length + forced.length > 0 && mayNeedIt(dockerfile, command);
  }
  return edits.length === 0 ? [] : [{ description: 'Verify the signatures of packages again', unsafe, edits }];
};

/** `--force-yes` says yes as well. */
function forceYes(dockerfile: DockerfileFacts, { args }: CommandFact): Edit[] {
  const said = args.some(({ text }) => /^(?:-[a-z]*y[a-z]*|--yes|--assume-yes)$/.test(text));
  return args
    .filter((arg) => arg.text === '--force-yes' && dockerfile.text.slice(arg.start, arg.end) === arg.text)
    .map((arg) => {
      if (!said) return replacement(arg, '-y');
      const blank = /[ \t]$/.test(dockerfile.text.slice(0, arg.start)) ? 1 : 0;
      return replacement({ start: arg.start - blank, end: arg.end }, '');
    });
}

/** Packages from a file, an address, or a repository that the build added: they may have no signature that is known. */
function mayNeedIt(
  { commands, instructions }: DockerfileFacts,
  { packages, stage, index, instruction }: CommandFact,
): boolean {
  if (packages!.manager === 'apk') return packages!.packages.some(({ kind }) => kind !== 'name') || addsRepository();
  // yum and dnf do not ask for the signature of a lone file (localpkg_gpgcheck is off).
  if (packages!.packages.some(({ kind }) => kind === 'unknown')) return true;
  return addsRepository();

  function addsRepository(): boolean {
    return (
      commands.some(
        (command) =>
          command.stage === stage &&
          command.index <= index &&
          (/^(?:add-apt-repository|yum-config-manager|apt-add-repository)$/.test(command.name) ||
            (command.index < index &&
              command.packages?.packages.some(({ name }) => /(?:-release|-repo)\b/.test(name)) === true) ||
            [
              ...command.args.map(({ text }) => text),
              ...command.redirects.map(({ target }) => target?.text ?? ''),
            ].some((text) =>
              /sources\.list|yum\.repos\.d|\/etc\/apk\/repositories|zypp\/repos\.d|^(?:-X|--repository|--enablerepo)/.test(
                text,
              ),
            )),
      ) ||
      instructions.some(
        (other) =>
          other.stage === stage &&
          other.index < instruction &&
          (other.keyword === 'COPY' || other.keyword === 'ADD') &&
          /etc\/(?:apt|yum|apk|zypp)|\.repo$/.test(other.text),
      )
    );
  }
}
