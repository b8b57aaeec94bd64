/** What a finding points at: its places back to instructions and commands. */
import { SourceText } from '../dockerfile/source.ts';
import type { CommandFact, DockerfileFacts, InstructionFact, PlaceFact } from '../types/dockerfile.ts';
import type { Finding, Range } from '../types.ts';

type Span = Pick<PlaceFact, 'start' | 'end'>;

/** File offsets of a finding's places. */
export function spansOf({ evidence }: Finding, { text }: DockerfileFacts): Span[] {
  const source = sourceOf(text);
  const offset = ({ line, column }: Range['start']): number =>
    source.lineStart(line) + column - 1 + (line === 1 ? source.bom : 0);
  return evidence.flatMap((place) =>
    place.at === 'instruction' ? [{ start: offset(place.range.start), end: offset(place.range.end) }] : [],
  );
}

/** Instructions that a finding points at or into; what ONBUILD defers in place of its ONBUILD. */
export function instructionsAt(
  finding: Finding,
  dockerfile: DockerfileFacts,
  ...keywords: string[]
): InstructionFact[] {
  const spans = spansOf(finding, dockerfile);
  return dockerfile.instructions
    .filter((instruction) => !instruction.invalid && spans.some((span) => touch(span, instruction)))
    .map((instruction) => instruction.trigger ?? instruction)
    .filter(({ keyword }) => keywords.length === 0 || keywords.includes(keyword));
}

/** Commands of shell scripts that a finding points at, at a part of them, or at what they stand in. */
export function commandsAt(finding: Finding, dockerfile: DockerfileFacts): CommandFact[] {
  const spans = spansOf(finding, dockerfile);
  return dockerfile.commands.filter(
    (command) => dockerfile.scripts[command.script]?.dialect === 'posix' && spans.some((span) => touch(span, command)),
  );
}

function touch(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

let last: SourceText | undefined;

/** Many findings ask for the same text. */
function sourceOf(text: string): SourceText {
  if (last?.text !== text) last = new SourceText(text);
  return last;
}
