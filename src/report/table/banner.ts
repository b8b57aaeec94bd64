/** The grade and the score, large enough to be read across a room and without colour. */
import type { Grade } from '../../types/report.ts';

const letters: Record<Grade, readonly string[]> = {
  A: [' ██████ ', '██    ██', '████████', '██    ██', '██    ██'],
  B: ['███████ ', '██    ██', '███████ ', '██    ██', '███████ '],
  C: [' ██████ ', '██    ██', '██      ', '██    ██', ' ██████ '],
  D: ['███████ ', '██    ██', '██    ██', '██    ██', '███████ '],
  F: ['████████', '██      ', '██████  ', '██      ', '██      '],
};

/** Five pixel rows in three lines of half blocks. */
const digits: Record<string, readonly string[]> = {
  '0': ['█▀▀█', '█  █', '▀▀▀▀'],
  '1': ['▀█  ', ' █  ', '▀▀▀ '],
  '2': ['▀▀▀█', '█▀▀▀', '▀▀▀▀'],
  '3': ['▀▀▀█', ' ▀▀█', '▀▀▀▀'],
  '4': ['█  █', '▀▀▀█', '   ▀'],
  '5': ['█▀▀▀', '▀▀▀█', '▀▀▀▀'],
  '6': ['█▀▀▀', '█▀▀█', '▀▀▀▀'],
  '7': ['▀▀▀█', '   █', '   ▀'],
  '8': ['█▀▀█', '█▀▀█', '▀▀▀▀'],
  '9': ['█▀▀█', '▀▀▀█', '▀▀▀▀'],
  '.': [' ', ' ', '▀'],
};

/** Eight columns, five lines. */
export function bigLetter(grade: Grade): readonly string[] {
  return letters[grade];
}

/** A figure of digits and a point; three lines. */
export function bigFigure(figure: string): string[] {
  return [0, 1, 2].map((row) => [...figure].map((character) => digits[character]?.[row] ?? '').join(' '));
}
