/** Environment settings of a Dockerfile by name: ENV, ARG with a default, `NAME=value command`, export. */
import type { DockerfileFacts } from '../types/dockerfile.ts';
import type { Evidence } from '../types.ts';
import { commandsOf, instructionsOf, isBuilt, placeIn } from './dockerfile.ts';
import { once } from './once.ts';

export interface NamedSetting {
  name: string;
  value: string;
  by: 'ENV' | 'ARG' | 'RUN';
  stage: number;
  evidence: Evidence;
}

/** All of the built stages and of the ARGs in front of them, in order. Values that are not known are left out. */
export const namedSettings: (dockerfile: DockerfileFacts) => NamedSetting[] = once((dockerfile: DockerfileFacts) => {
  const out: NamedSetting[] = [];
  for (const { keyword, stage, pairs } of instructionsOf(dockerfile, 'ENV', 'ARG')) {
    if (stage >= 0 && !isBuilt(dockerfile, stage)) continue;
    for (const { name, value } of pairs) {
      if (!value) continue;
      const evidence = placeIn(dockerfile, stage, {
        ...name,
        end: value.end,
        range: { start: name.range.start, end: value.range.end },
      });
      out.push({ name: name.text, value: value.value, by: keyword as 'ENV' | 'ARG', stage, evidence });
    }
  }
  for (const command of commandsOf(dockerfile)) {
    for (const { name, value } of command.assignments) {
      if (value) out.push({ name, value: value.text, by: 'RUN', stage: command.stage, evidence: command.evidence });
    }
    if (!/^(?:export|declare|env|set|setx)$/.test(command.name)) continue;
    for (const arg of command.args) {
      const at = arg.text.indexOf('=');
      if (at > 0 && /^[A-Za-z_]\w*$/.test(arg.text.slice(0, at)))
        out.push({
          name: arg.text.slice(0, at),
          value: arg.text.slice(at + 1),
          by: 'RUN',
          stage: command.stage,
          evidence: placeIn(dockerfile, command.stage, arg),
        });
    }
  }
  return out;
});
