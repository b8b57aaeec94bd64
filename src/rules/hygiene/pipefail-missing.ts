import type { CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { isBuilt } from '../dockerfile.ts';
import { namesOf } from '../hits.ts';
import { onDockerfile } from '../stages.ts';

/** One hit for each RUN. Conditions ask for the status of the last command on purpose. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const infallible = new Set(namesOf(context, 'infallible'));
    const safe = pipefailFrom(dockerfile);
    const swallowed = swallowedBy(dockerfile);
    const hits = new Map<number, Hit>();
    for (const command of dockerfile.commands) {
      const { origin, script, pipeline, instruction, name } = command;
      if (origin !== 'RUN' || !pipeline || hits.has(instruction) || !isBuilt(dockerfile, command.stage)) continue;
      if (
        swallowed.has(command.index) ||
        pipeline.position + 1 >= pipeline.size ||
        infallible.has(name) ||
        isWrapper(command, dockerfile)
      )
        continue;
      if (dockerfile.scripts[script]?.dialect === 'powershell' || dockerfile.scripts[script]?.dialect === 'cmd')
        continue;
      const { condition, negated } = command.context;
      if (condition || negated || (safe.get(script) ?? Number.POSITIVE_INFINITY) < command.index) continue;
      if (shellsOf(command, dockerfile).some((text) => hasPipefail(text)) || isExcused(command, dockerfile)) continue;
      hits.set(instruction, { data: { command: name || 'a command' }, evidence: [command.evidence] });
    }
    return [...hits.values()];
  });

/** Commands whose status is lost with or without pipefail: `echo "$(a | b)"`. That of `V=$(a | b)` is not. */
function swallowedBy({ commands }: DockerfileFacts): ReadonlySet<number> {
  const inner = new Set<number>();
  for (const { program, args } of commands)
    for (const argument of [program, ...args]) for (const index of argument.inner) inner.add(index);
  return inner;
}

/** For each script the first command that sets it: `set -eo pipefail`, `set -o pipefail`. */
function pipefailFrom({ commands }: DockerfileFacts): Map<number, number> {
  const from = new Map<number, number>();
  for (const { name, args, script, index } of commands)
    if (name === 'set' && !from.has(script) && args.some(({ text }) => text === 'pipefail')) from.set(script, index);
  return from;
}

/** The interpreter of the script, and the shells between it and the command: `bash -o pipefail -c '…'`. */
function shellsOf({ script, parent }: CommandFact, { commands, scripts }: DockerfileFacts): string[] {
  const out = [...(scripts[script]?.interpreter ?? [])];
  for (let at = parent; at !== undefined; at = commands[at]!.parent)
    out.push(...commands[at]!.args.map(({ text }) => text));
  return out;
}

function hasPipefail(text: string): boolean {
  return text === 'pipefail' || /(?:^|\s)pipefail(?:\s|$)/.test(text.slice(0, 256));
}

/** What it runs stands behind it. */
function isWrapper({ index }: CommandFact, { commands }: DockerfileFacts): boolean {
  return commands[index + 1]?.parent === index;
}

/** `… | … || true`: failing is allowed. */
function isExcused({ pipeline, script, index }: CommandFact, { commands }: DockerfileFacts): boolean {
  for (let at = index + 1; commands[at]?.script === script; at++) {
    const { pipeline: other, join, name } = commands[at]!;
    if (other?.id === pipeline!.id) continue;
    return join === '||' && (name === 'true' || name === ':');
  }
  return false;
}
