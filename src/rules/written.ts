/** Text that a Dockerfile writes to files: echo and printf with a redirection or tee, here-documents, sed -i, COPY with a body. */
import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Evidence } from '../types.ts';
import { commandsOf, instructionsOf, isBuilt, placeIn } from './dockerfile.ts';
import { pipedInto } from './downloads.ts';
import { once } from './once.ts';

export interface WrittenText {
  text: string;
  /** Where it goes, as far as that is known. */
  path?: string;
  /** `sed`: a script that edits the file rather than text that is put into it. */
  by: 'echo' | 'heredoc' | 'sed' | 'copy';
  stage: number;
  evidence: Evidence;
  command?: CommandFact;
}

const longest = 2 ** 16;

/** Everything that built stages write in plain sight. */
export const writtenTexts: (dockerfile: DockerfileFacts) => WrittenText[] = once((dockerfile: DockerfileFacts) => {
  const out: WrittenText[] = [];
  for (const command of commandsOf(dockerfile, { origin: ['RUN'] })) {
    const { name, args, stage, evidence } = command;
    const add = (text: string, by: WrittenText['by'], path: string | undefined) =>
      out.push({ text: text.slice(0, longest), by, stage, evidence, command, ...(path !== undefined && { path }) });
    if (name === 'echo' || name === 'printf') {
      const path = targetOf(dockerfile, command);
      if (path === undefined) continue;
      const words = args.map((arg) => arg.text);
      while (name === 'echo' && /^-[neE]+$/.test(words[0] ?? '')) words.shift();
      const text = words.join(' ');
      add(text.replaceAll('\\n', '\n').replaceAll('\\t', '\t'), 'echo', path);
    } else if (name === 'sed' && args.some((arg) => /^-[a-zE]*i|^--in-place/.test(arg.text))) {
      const path = args.at(-1)?.text;
      for (const arg of args.slice(0, -1)) if (!arg.text.startsWith('-')) add(arg.text, 'sed', path);
    } else {
      for (const { body } of command.redirects)
        if (body)
          add(body.text, 'heredoc', targetOf(dockerfile, command) ?? (name === 'tee' ? args.at(-1)?.text : undefined));
    }
  }
  for (const { stage, heredocs, args } of instructionsOf(dockerfile, 'COPY', 'ADD')) {
    if (!isBuilt(dockerfile, stage)) continue;
    for (const heredoc of heredocs) {
      const path = args.at(-1)?.value;
      out.push({
        text: heredoc.content.slice(0, longest),
        by: 'copy',
        stage,
        evidence: placeIn(dockerfile, stage, heredoc),
        ...(path !== undefined && { path }),
      });
    }
  }
  return out;
});

/** The file that the command's output goes to: its own redirection, that of the group around it, or a tee behind a pipe. */
function targetOf(dockerfile: DockerfileFacts, command: CommandFact): string | undefined {
  const redirect = command.redirects.find(
    ({ operator, descriptor }) => /^>>?\|?$|^&>>?$/.test(operator) && (descriptor ?? 1) === 1,
  );
  if (redirect?.target) return redirect.target.text;
  for (const next of pipedInto(dockerfile, command)) {
    if (next.name === 'tee') return next.args.find(({ text }) => !text.startsWith('-'))?.text;
    const behind = next.redirects.find(({ operator }) => /^>>?$/.test(operator));
    if (behind?.target) return behind.target.text;
  }
  return undefined;
}
