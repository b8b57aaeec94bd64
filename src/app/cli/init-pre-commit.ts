/** `tare init --pre-commit`: an entry of the pre-commit program's configuration, a line of husky's hook, or a Git hook of its own. */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { gitAsConfigured } from '../../source/git.ts';
import { UsageError } from '../../types.ts';
import { type Planned, readIfThere } from './init-command.ts';

/** The names that `tare lint` finds Dockerfiles by. */
const files = '(?i)(^|/)(Dockerfile|Containerfile)([._-][^/]+)?$|\\.(Dockerfile|Containerfile)$';

const noFiles =
  '(?i)(\\.(dockerignore|containerignore|j2|jinja2?|tmpl|template|tpl|in|erb|m4|md|orig|bak|rej|swp|swo|~)|~)$';

const entry = [
  '- repo: local',
  '  hooks:',
  '    - id: tare-lint',
  '      name: tare lint',
  '      entry: tare lint',
  '      language: system',
  `      files: '${files}'`,
  `      exclude: '${noFiles}'`,
];

const hook = `#!/bin/sh
# Dockerfiles that are about to be committed, checked by tare (tare init --pre-commit).
if command -v tare >/dev/null 2>&1; then
  exec tare lint --staged
fi
exec npx --no-install tare lint --staged
`;

const huskyLine = 'npx --no-install tare lint --staged';

/** What to write, worked out and not written. @throws UsageError outside of a Git work tree, and where a file is there that nothing can be added to. */
export async function planPreCommit(folder: string): Promise<Planned> {
  const top = (await gitAsConfigured(['rev-parse', '--show-toplevel'], folder))?.replace(/\r?\n$/, '');
  if (!top) throw new UsageError('tare init --pre-commit needs a Git work tree: run git init, or go into a repository');
  const shown = (path: string): string => relative(resolve(folder), path) || path;
  const config = join(top, '.pre-commit-config.yaml');
  const before = await readIfThere(config);
  if (before !== undefined) return intoConfig(shown(config), before);
  const husky = join(top, '.husky');
  if (await isFolder(husky))
    return intoHusky(shown(join(husky, 'pre-commit')), await readIfThere(join(husky, 'pre-commit')));
  const answer = (await gitAsConfigured(['rev-parse', '--git-path', 'hooks/pre-commit'], top))?.replace(/\r?\n$/, '');
  if (!answer) throw new UsageError('Git does not say where its hooks are; is this a work tree?');
  const path = resolve(top, answer);
  const there = await readIfThere(path);
  if (there !== undefined) return alreadyThere(shown(path), there, 'tare lint --staged || exit 1');
  return { path: shown(path), text: hook, executable: true, said: 'a Git hook that checks staged Dockerfiles' };
}

function intoHusky(path: string, before: string | undefined): Planned {
  if (before === undefined)
    return { path, text: `${huskyLine}\n`, executable: true, said: 'a hook of husky’s that checks staged Dockerfiles' };
  if (mentionsTare(before)) return { path, said: 'checks Dockerfiles already' };
  // A hook that ends the shell before its last line would never come to ours.
  if (/^\s*exec\b/m.test(before)) return alreadyThere(path, before, huskyLine);
  const end = before === '' || before.endsWith('\n') ? '' : '\n';
  return { path, text: `${before}${end}${huskyLine}\n`, said: 'checks staged Dockerfiles too, behind what was there' };
}

/** Added behind the last entry of `repos`, in its own indentation; comments and everything else stay as they are. */
async function intoConfig(path: string, before: string): Promise<Planned> {
  if (mentionsTare(before)) return { path, said: 'checks Dockerfiles already' };
  const { isMap, isSeq, parseDocument } = await import('yaml');
  const document = parseDocument(before, { keepSourceTokens: true });
  const repos = isMap(document.contents) ? document.get('repos', true) : undefined;
  const usable = document.errors.length === 0 && isSeq(repos) && !repos.flow && repos.items.length > 0;
  if (!usable || !isSeq(repos) || !repos.range)
    throw new UsageError(
      `${path} is there, and has no list of repos that an entry could be added to; add a local hook with the entry "tare lint" (docs/pre-commit.md)`,
    );
  const token = repos.srcToken;
  const indent = ' '.repeat(token && 'indent' in token ? Math.max(0, token.indent as number) : 2);
  const at = endOfLines(before, repos.range[1]);
  const line = before.includes('\r\n') ? '\r\n' : '\n';
  const added = entry.map((text) => `${indent}${text}${line}`).join('');
  const start = before.slice(0, at);
  const text = `${start}${start.endsWith('\n') ? '' : line}${added}${before.slice(at)}`;
  if (parseDocument(text).errors.length > 0)
    throw new UsageError(
      `${path} is there, and an entry does not fit into it; add a local hook with the entry "tare lint" (docs/pre-commit.md)`,
    );
  return { path, text, said: 'a local hook that checks Dockerfiles, behind the others' };
}

/** The start of the line behind the last character of a value. */
function endOfLines(text: string, end: number): number {
  const last = text.slice(0, end).trimEnd().length;
  const newline = text.indexOf('\n', last);
  return newline < 0 ? text.length : newline + 1;
}

function alreadyThere(path: string, before: string, line: string): Planned {
  if (mentionsTare(before)) return { path, said: 'checks Dockerfiles already' };
  throw new UsageError(`${path} is there and is not tare’s; add this line to it: ${line}`);
}

function mentionsTare(text: string): boolean {
  return /\btare lint\b|\bid: tare-lint\b/.test(text);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
