import type { CommandFact, DockerfileFacts, InstructionFact, WordFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf } from '../dockerfile.ts';
import { namesOf } from '../hits.ts';
import { copyParts, flagNamed, onDockerfile, ownInstructions, partPlace } from '../stages.ts';

/** Archives of the build context: what comes out of a stage has been made there for a purpose. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const extensions = namesOf(context, 'extensions');
    const extractors = new Set(namesOf(context, 'extractors'));
    const extracts = commandsOf(dockerfile, { origin: ['RUN'] }).filter((command) => isExtraction(command, extractors));
    if (extracts.length === 0) return [];
    return dockerfile.stages.flatMap((stage) =>
      ownInstructions(dockerfile, stage, 'COPY').flatMap((copy) => copyHits(copy, extensions, extracts, dockerfile)),
    );
  });

function copyHits(
  copy: InstructionFact,
  extensions: readonly string[],
  extracts: readonly CommandFact[],
  dockerfile: DockerfileFacts,
): Hit[] {
  if (flagNamed(copy, 'from')) return [];
  const { sources, destination } = copyParts(copy);
  return sources.flatMap((source): Hit[] => {
    if (!extensions.some((extension) => source.value.endsWith(extension))) return [];
    const names = namesAfter(source, destination?.value ?? '', extensions);
    const command = extracts.find(
      ({ stage, instruction, args, redirects }) =>
        stage === copy.stage &&
        instruction > copy.index &&
        [...args, ...redirects.flatMap(({ target }) => target ?? [])].some(({ text }) => names.has(baseName(text))),
    );
    if (!command) return [];
    const data = { archive: source.value, command: command.name, line: command.range.start.line };
    return [{ data, evidence: [partPlace(dockerfile, copy, source), command.evidence] }];
  });
}

/** What the archive is called where it lies. */
function namesAfter(source: WordFact, destination: string, extensions: readonly string[]): ReadonlySet<string> {
  const renamed = extensions.some((extension) => destination.endsWith(extension));
  return new Set([baseName(renamed ? destination : source.value)]);
}

function isExtraction({ name, args }: CommandFact, extractors: ReadonlySet<string>): boolean {
  if (!extractors.has(name)) return false;
  if (name !== 'tar' && name !== 'bsdtar') return true;
  return args.some(
    ({ text }, at) =>
      (at === 0 ? /^-?[a-zA-Z]*x/ : /^-[a-zA-Z]*x/).test(text) || text === '--extract' || text === '--get',
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
