/** Steps of an image's history taken apart: build arguments, variables, labels, commands (docker/moby and BuildKit, `created_by`). */

export interface StepPart {
  where: 'arg' | 'env' | 'label' | 'run';
  /** Name of the argument, variable or label. */
  name?: string;
  /** Value, or the command. */
  text: string;
}

const longest = 65_536;

/** The parts of a step that may hold a value. `|2 A=b C=d /bin/sh -c …` gives two arguments and a command. */
export function stepParts(createdBy: string): StepPart[] {
  let text = createdBy.slice(0, longest).replace(/ # buildkit$/, '');
  const nop = /^\/bin\/sh -c #\(nop\)\s{1,4}/.exec(text);
  if (nop) text = text.slice(nop[0].length);
  const parts: StepPart[] = [];
  const keyword =
    /^(ARG|ENV|LABEL|RUN|COPY|ADD|CMD|ENTRYPOINT|HEALTHCHECK|ONBUILD|SHELL|VOLUME|WORKDIR|USER|EXPOSE|STOPSIGNAL|MAINTAINER)\s{1,4}/.exec(
      text,
    )?.[1];
  const rest = keyword ? text.slice(keyword.length).trimStart() : text;
  if (keyword === 'ARG' || keyword === 'ENV' || keyword === 'LABEL') {
    const where = keyword === 'ARG' ? 'arg' : keyword === 'ENV' ? 'env' : 'label';
    for (const { name, value } of assignments(rest)) parts.push({ where, name, text: value });
    return parts;
  }
  const counted = /^\|(\d{1,3})\s/.exec(rest);
  if (!counted) return [{ where: 'run', text: rest }];
  const { values, command } = buildArguments(rest.slice(counted[0].length), Number(counted[1]));
  for (const { name, value } of values) parts.push({ where: 'arg', name, text: value });
  parts.push({ where: 'run', text: command });
  return parts;
}

/** `a=b c="d e"`; legacy `ENV name value` too. */
function assignments(text: string): { name: string; value: string }[] {
  const legacy = /^([A-Za-z_][\w.-]{0,200})\s+([^=\s][\s\S]*)$/.exec(text);
  if (legacy && !/^[A-Za-z_][\w.-]{0,200}=/.test(text)) return [{ name: legacy[1]!, value: legacy[2]! }];
  const found: { name: string; value: string }[] = [];
  const starts = [...text.matchAll(/(?:^|\s)([A-Za-z_][\w./-]{0,200})=/g)];
  for (const [i, match] of starts.entries()) {
    const from = match.index + match[0].length;
    const value = text.slice(from, starts[i + 1]?.index ?? text.length).trim();
    found.push({ name: match[1]!, value: value.replace(/^(["'])([\s\S]*)\1$/, '$2') });
  }
  return found;
}

/** The builder writes arguments one after another without quotes; the shell that follows ends the last. */
function buildArguments(text: string, count: number): { values: { name: string; value: string }[]; command: string } {
  const shell = /(?:^|\s)(?:\/usr)?\/bin\/(?:ba|da|a|z|k)?sh\s|(?:^|\s)(?:powershell|cmd)\s/.exec(text);
  const head = shell ? text.slice(0, shell.index) : text;
  const values = assignments(head).slice(0, Math.max(count, 0));
  return { values, command: shell ? text.slice(shell.index).trim() : '' };
}
