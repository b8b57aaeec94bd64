/** Language interpreters by the name of their program, and the application files in their arguments. */
import type { WorkloadKind } from '../types/workload.ts';

const kinds: readonly [RegExp, WorkloadKind][] = [
  [/^(node|nodejs)$/, 'node'],
  [/^(python|pypy)[\d.]{0,8}$/, 'python'],
  [/^javaw?$/, 'java'],
  [/^(ruby[\d.]{0,8}|jruby|truffleruby)$/, 'ruby'],
  [/^php(-fpm|-cgi)?[\d.]{0,8}$/, 'php'],
  [/^perl[\d.]{0,8}$/, 'perl'],
  [/^dotnet$/, 'dotnet'],
  [/^(erl|erlexec|escript|elixir|iex|beam(\.smp)?)$/, 'erlang'],
];

/** The language of an interpreter; undefined for any other program. */
export function interpreterKind(name: string): WorkloadKind | undefined {
  return kinds.find(([pattern]) => pattern.test(name))?.[1];
}

/** The interpreter of a `#!` line, `env` and its options looked through. */
export function shebangProgram(line: string): string {
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  let i = 0;
  if (/(^|\/)env$/.test(words[0] ?? '')) {
    i = 1;
    while (i < words.length && (words[i]!.startsWith('-') || words[i]!.includes('='))) i++;
  }
  // s6-overlay: `#!/command/with-contenv bash`.
  if (/(^|\/)with-contenv$/.test(words[i] ?? '') && words[i + 1]) i++;
  return words[i] ?? '';
}

/** Options with a value of their own, by language. */
const valued: Partial<Record<WorkloadKind, readonly string[]>> = {
  node: ['-r', '--require', '--import', '--loader', '--experimental-loader', '--env-file', '-C', '--conditions'],
  python: ['-W', '-X', '--check-hash-based-pycs'],
  java: ['-cp', '-classpath', '--class-path', '-p', '--module-path', '--add-modules', '-jar'],
  ruby: ['-I', '-r', '-C', '-E'],
  php: ['-c', '-d', '-t', '-S'],
  perl: ['-I', '-M'],
  dotnet: ['--additionalprobingpath', '--depsfile', '--runtimeconfig', '--fx-version'],
};

/** Paths, as written or made from a module's name, where the application may lie. Whoever asks looks which of them is there. */
export function applicationPaths(kind: WorkloadKind, argv: readonly string[]): string[] {
  const out: string[] = [];
  const takes = valued[kind] ?? [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]!;
    if (kind === 'java' && (word === '-jar' || word === '-cp' || word === '-classpath')) {
      const value = argv[++i] ?? '';
      out.push(...value.split(':', 64).map((part) => part.replace(/\/?\*$/, '')));
      if (word === '-jar') break;
    } else if (kind === 'python' && word === '-m') {
      out.push(...modulePaths(argv[i + 1] ?? ''));
      break;
    } else if (takes.includes(word)) i++;
    else if (word === '' || word.startsWith('-')) continue;
    else if (kind === 'java') break;
    else {
      out.push(word);
      if (kind === 'node') out.push(`${word}.js`, `${word}/index.js`, `${word}/package.json`);
      if (kind === 'python') out.push(`${word}/__main__.py`);
      break;
    }
  }
  return out.filter((path) => path !== '');
}

/** `gunicorn -b :80 shop.web:app`: modules that a server of the language is given. */
export function servedModules(kind: WorkloadKind, argv: readonly string[]): string[] {
  if (kind !== 'python') return [];
  const module = argv.slice(1).find((word) => /^[A-Za-z_][\w.]{0,200}:[A-Za-z_][\w.]{0,64}(\(\))?$/.test(word));
  return module === undefined ? [] : modulePaths(module.slice(0, module.indexOf(':')));
}

function modulePaths(module: string): string[] {
  if (!/^[A-Za-z_][\w.]{0,255}$/.test(module)) return [];
  const path = module.replaceAll('.', '/');
  return [`${path}.py`, `${path}/__main__.py`, `${path}/__init__.py`];
}
