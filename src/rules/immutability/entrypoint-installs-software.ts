import type { Facts } from '../../types/facts.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { downloadOf } from '../downloads.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { packageCommand } from '../installs.ts';
import { startCommands } from '../software.ts';
import { fetchesFile, installsAtStart, rewritesStart } from '../start-commands.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts);
  const hits: Hit[] = [];
  for (const command of startCommands(dockerfile)) {
    const { name, args, evidence, origin } = command;
    const what = [name, ...args.slice(0, 2).map(({ text }) => text)].join(' ').slice(0, 80);
    const data = { what, origin };
    const call = packageCommand(command);
    if (call) {
      // `npm start`, `go run` and `yarn build` install nothing; `npm install` does.
      if (
        call.verb === 'install' ||
        call.verb === 'upgrade' ||
        call.verb === 'dist-upgrade' ||
        (call.verb === 'update' && call.family !== 'npm')
      )
        hits.push({ data, evidence: [evidence] });
    } else if (
      name === 'git' &&
      /^(?:clone|pull|fetch|checkout)$/.test(args.find(({ text }) => !text.startsWith('-'))?.text ?? '')
    )
      hits.push({ variant: 'fetches', data, evidence: [evidence] });
    else if (
      (name === 'bundle' || name === 'poetry' || name === 'pipenv' || name === 'bower') &&
      args[0]?.text === 'install'
    )
      hits.push({ data, evidence: [evidence] });
    else if (downloadOf(command)?.to === 'file')
      hits.push({ variant: 'fetches', data, evidence: [evidence], confidence: 'medium' });
  }
  return hits;
};

/** What a script does it may do under a condition only, so that only the config is sure. */
function inImage({ workload }: Facts): Hit[] {
  if (!workload.known) return unknownHit(workload.reason, inConfig('/config/Entrypoint'));
  const { commands, paths } = workload.value;
  const chain = commands.filter(({ origin }) => origin === 'entrypoint' || origin === 'script');
  const hits: Hit[] = [];
  const judge = (variant: string, test: (command: (typeof chain)[number]) => boolean) => {
    const found = chain.filter(test);
    const evidence = found.map((command) => command.evidence);
    if (!atLeastOne(evidence)) return;
    const what = found.map(({ argv }) =>
      argv
        .slice(0, 3)
        .filter((word) => word !== '')
        .join(' '),
    );
    const sure = variant === 'image' && found.some(({ origin }) => origin === 'entrypoint');
    hits.push({
      variant,
      data: { what: listed(what, 4), count: found.length },
      evidence,
      confidence: sure ? 'high' : 'medium',
    });
  };
  judge('image', installsAtStart);
  judge('downloads', fetchesFile);
  const own = new Set(paths);
  judge('rewrites', (command) => rewritesStart(command, own));
  return hits;
}
