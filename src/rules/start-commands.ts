/** Questions that rules ask of the commands that run when a container starts. */
import type { StartCommand } from '../types/workload.ts';
import { isLocal } from './urls.ts';

/** A package manager that installs or upgrades. `npm start`, `go run` and `yarn build` do not. */
export function installsAtStart({ name, argv, installs }: StartCommand): boolean {
  if (installs)
    return (
      installs.verb === 'install' ||
      installs.verb === 'upgrade' ||
      installs.verb === 'dist-upgrade' ||
      (installs.verb === 'update' && installs.manager !== 'npm')
    );
  return /^(?:bundle|poetry|pipenv|bower)$/.test(name) && argv.slice(1).includes('install');
}

/** A package manager that brings what is installed up to date. */
export function upgradesSystem({ installs }: StartCommand): boolean {
  return installs?.verb === 'upgrade' || installs?.verb === 'dist-upgrade';
}

/** A download that is kept as a file, or a checkout. What only asks a service for an answer is none. */
export function fetchesFile({ name, argv }: StartCommand): boolean {
  const words = argv.slice(1);
  if (name === 'git') {
    const verb = words.find((word) => word !== '' && !word.startsWith('-'));
    return verb !== undefined && /^(?:clone|pull|fetch)$/.test(verb);
  }
  const remote = words.some((word) => /^(?:https?|ftp):\/\//.test(word) && !isLocal(word));
  if (!remote) return false;
  if (name === 'curl')
    return (
      !words.includes('/dev/null') && words.some((word) => /^(?:-[a-zA-Z]*[oO]|--output|--remote-name)$/.test(word))
    );
  if (name !== 'wget') return name === 'aria2c' || name === 'axel';
  const quiet = words.some(
    (word, i) =>
      word === '--spider' ||
      /^-[a-zA-Z]*O-$/.test(word) ||
      (/^(?:-[a-zA-Z]*O|--output-document)$/.test(word) &&
        (words[i + 1] === '-' || words[i + 1] === '/dev/null' || words[i + 1] === '')),
  );
  return !quiet;
}

/** `chmod`, `sed -i`, `cp` and `mv` onto a script of the chain itself. */
export function rewritesStart({ name, argv, path }: StartCommand, paths: ReadonlySet<string>): boolean {
  const words = argv.slice(1).filter((word) => word !== '');
  const own = (word: string) =>
    word === '$0' || (word.startsWith('/') && (word.slice(1) === path || (paths.has(word.slice(1)) && isScript(word))));
  if (name === 'chmod') return words.slice(1).some(own);
  if (name === 'sed')
    return words.some((word) => /^-[a-zA-Z]*i/.test(word) || word === '--in-place') && words.some(own);
  if (name === 'cp' || name === 'mv') return words.length > 1 && own(words.at(-1)!);
  return false;
}

function isScript(path: string): boolean {
  return /\.(sh|bash)$|entrypoint/.test(path);
}
