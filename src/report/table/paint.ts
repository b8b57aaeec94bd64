/** Turns lines of spans into text: the only code that writes escape sequences. */
import pc from 'picocolors';
import type { Grade } from '../../types/report.ts';
import type { Severity } from '../../types.ts';
import { hang, type Line, type Span, type Style, span } from '../text.ts';

/** One string, ending in a newline; no line ends in a space. */
export function paint(lines: readonly Line[], colour: boolean): string {
  const colours = pc.createColors(colour);
  const styles: Record<Style, (text: string) => string> = {
    bold: colours.bold,
    dim: colours.dim,
    red: colours.red,
    redBold: (text) => colours.bold(colours.red(text)),
    yellow: colours.yellow,
    green: colours.green,
    cyan: colours.cyan,
    greenInverse: (text) => colours.bold(colours.inverse(colours.green(text))),
    redInverse: (text) => colours.bold(colours.inverse(colours.red(text))),
  };
  return lines
    .map(
      (line) =>
        `${joined(trimEnd(line))
          .map(({ text, style }) => (style ? styles[style](text) : text))
          .join('')}\n`,
    )
    .join('');
}

export const severityStyle: Record<Severity, Style> = {
  critical: 'redBold',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

export const gradeStyle: Record<Grade, Style> = { A: 'green', B: 'green', C: 'yellow', D: 'yellow', F: 'red' };

/** A section's heading, with a quieter word beside it. */
export function heading(title: string, aside: string, width: number): Line[] {
  return hang([span(title, 'bold')], [span(aside, 'dim')], aside ? title.length + 2 : 0, width);
}

export const blank: Line = [];

/** Spaces up to a column. */
export function pad(columns: number): Span {
  return span(' '.repeat(Math.max(0, columns)));
}

/** Neighbours of one style as one span: fewer escape sequences. */
function joined(line: Line): Span[] {
  const spans: Span[] = [];
  for (const one of line) {
    const last = spans.at(-1);
    if (one.text === '') continue;
    if (last && last.style === one.style) spans[spans.length - 1] = { ...last, text: last.text + one.text };
    else spans.push(one);
  }
  return spans;
}

function trimEnd(line: Line): Line {
  const kept = [...line];
  while (kept.length > 0) {
    const last = kept.pop()!;
    const text = last.text.trimEnd();
    if (text !== '') return [...kept, { ...last, text }];
  }
  return kept;
}
