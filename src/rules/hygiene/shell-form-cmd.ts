import type { StageFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile } from '../stages.ts';

/** Not where SHELL was chosen, nor where the shell makes way with exec. What a later one replaces is another rule's. */
export const check: Check = (facts) =>
  onDockerfile(facts, ({ stages, instructions }) =>
    stages.flatMap((stage) =>
      (['ENTRYPOINT', 'CMD'] as const).flatMap((instruction): Hit[] => {
        const setting = instruction === 'CMD' ? stage.cmd : stage.entrypoint;
        // A stage below speaks for itself.
        if (!setting || setting.stage !== stage.index || setting.value.json || stage.shell) return [];
        const [line = ''] = setting.value.words;
        if (line.trim() === '') return [];
        const { evidence } = instructions[setting.instruction]!;
        if (/^\s*\[\s*["'\w/]/.test(line))
          return [{ variant: 'broken', severity: 'medium', data: { instruction }, evidence: [evidence] }];
        if (instruction === 'CMD' && stage.entrypoint?.value.json && takesArguments(stage))
          return [{ variant: 'argument', severity: 'medium', data: { instruction }, evidence: [evidence] }];
        return /^\s*exec\s/.test(line) ? [] : [{ data: { instruction }, evidence: [evidence] }];
      }),
    ),
  );

/** Entrypoints that run what they are given, like init wrappers and scripts, work with a shell form as well. */
function takesArguments({ entrypoint }: StageFact): boolean {
  const words = entrypoint!.value.words;
  const program = words[0]?.split('/').at(-1) ?? '';
  return (
    !/^(?:tini|tini-static|dumb-init|gosu|su-exec|env|init|catatonit)$|\.(?:sh|bash|py|pl|rb)$|entry|start|run|init/i.test(
      program,
    ) && words.at(-1) !== '--'
  );
}
