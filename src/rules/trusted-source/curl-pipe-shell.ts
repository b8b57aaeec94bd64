import type { CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { type Download, downloadOf, nearby, pipedInto, readsProgram } from '../downloads.ts';
import { shownUrl } from '../urls.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const hits: Hit[] = [];
  for (const command of commandsOf(dockerfile)) {
    const download = downloadOf(command);
    if (!download) continue;
    const runner = runnerOf(dockerfile, download);
    if (!runner) continue;
    hits.push({
      data: { url: shownUrl(download.urls[0]!.text), downloader: command.name, interpreter: runner.name },
      evidence: [command.evidence, runner.evidence],
    });
  }
  return hits;
};

/** The interpreter that runs what is downloaded: behind a pipe, around `$(…)` or `<(…)`. */
function runnerOf(dockerfile: DockerfileFacts, { command, to }: Download): CommandFact | undefined {
  if (to === 'file') return undefined;
  const piped = pipedInto(dockerfile, command).find((next) => readsProgram(next));
  if (piped) return piped;
  if (!command.context.substitution) return undefined;
  // What stands in an argument is read before the command that it is an argument of.
  return nearby(dockerfile, command).find(({ name, args }) => {
    const at = args.findIndex(({ inner }) => inner.includes(command.index));
    if (at < 0) return false;
    const before = args.slice(0, at);
    if (/^(?:eval|source|\.)$/.test(name)) return true;
    if (!/^(?:sh|bash|dash|ash|zsh|ksh|python[\d.]*|perl|ruby|node|php)$/.test(name)) return false;
    // `sh -c "$(…)"` and `bash <(…)`; an argument of a script is data.
    return before.every(({ text }) => text.startsWith('-'));
  });
}
