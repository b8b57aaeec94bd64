import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { downloadOf } from '../downloads.ts';
import { packageCommand } from '../installs.ts';
import { startCommands } from '../software.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
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
