/**
 * The builder's first step: physical lines to instructions' joined lines, comments and directives.
 * Facts: Dockerfile reference ("Format", "Parser directives"); BuildKit frontend/dockerfile/parser.
 */
import type { Comment, Directive, DockerfileError, ErrorCode } from './model.ts';
import { MappedText, type SourceText, skipSpace, trimSpaceEnd } from './source.ts';

/** One instruction's text: continuations joined, comment lines and blank lines inside them left out. */
export interface LogicalLine {
  text: string;
  map: MappedText;
  /** First and last physical line, one-based, heredocs not counted. */
  first: number;
  last: number;
  /** File offsets. */
  start: number;
  end: number;
  /** Blank lines inside the continuation: accepted with a warning by builders. */
  emptyLines: number[];
  /** Comment lines straight above. */
  comments: Comment[];
}

/** The builder reads lines of up to 65,535 bytes (Go bufio.MaxScanTokenSize − 1). */
export const maxLineBytes = 65_535;

/** Reads line by line; the caller takes heredoc bodies out between two instructions. */
export class LineReader {
  escape: '\\' | '`' = '\\';
  readonly directives: Directive[] = [];
  readonly comments: Comment[] = [];
  readonly errors: DockerfileError[] = [];
  /** Next physical line, one-based. */
  line = 1;
  private readonly source: SourceText;
  private directivesOver = false;
  private above: Comment[] = [];

  constructor(source: SourceText) {
    this.source = source;
  }

  /** The next instruction's line, or undefined at the end. */
  next(): LogicalLine | undefined {
    const { source } = this;
    while (this.line <= source.lines) {
      const number = this.line++;
      const { start, end } = this.bounds(number);
      const first = skipSpace(source.text, start, end);
      if (first === end) {
        this.directivesOver = true;
        continue;
      }
      if (source.text[first] === '#') {
        this.comment(first, end, true);
        continue;
      }
      this.directivesOver = true;
      return this.join(number, first, end);
    }
    return undefined;
  }

  /** Text bounds of a physical line, without byte order mark and line end; reports one that is too long. */
  bounds(number: number): { start: number; end: number } {
    const start = this.source.lineStart(number) + (number === 1 ? this.source.bom : 0);
    const end = this.source.lineEnd(number);
    if (end - start > maxLineBytes / 3 && Buffer.byteLength(this.source.text.slice(start, end)) > maxLineBytes) {
      this.error(
        'limit',
        `The line is longer than ${maxLineBytes} bytes, which builders refuse; break it with continuations.`,
        start,
      );
    }
    return { start, end };
  }

  error(code: ErrorCode, message: string, offset: number): void {
    this.errors.push({ code, message, ...this.source.position(offset) });
  }

  private join(number: number, start: number, firstEnd: number): LogicalLine {
    const { source } = this;
    const map = new MappedText();
    const emptyLines: number[] = [];
    const comments = this.above;
    this.above = [];
    let last = number;
    let end = firstEnd;
    let from = start;
    for (;;) {
      const cut = this.continued(from, end);
      map.add(source.text.slice(from, cut ?? end), from);
      if (cut === undefined) break;
      let found = false;
      while (!found && this.line <= source.lines) {
        const next = this.bounds(this.line);
        last = this.line++;
        const head = skipSpace(source.text, next.start, next.end);
        if (head === next.end) emptyLines.push(last);
        else if (source.text[head] === '#') this.comment(head, next.end, false);
        else {
          from = next.start;
          end = next.end;
          found = true;
        }
      }
      if (!found) break;
    }
    const text = map.text;
    return { text, map, first: number, last, start, end: Math.max(start, source.lineEnd(last)), emptyLines, comments };
  }

  /** Offset of the escape character that continues the line; doubled it is an escaped character, not a continuation. */
  private continued(start: number, end: number): number | undefined {
    const { text } = this.source;
    let at = end;
    while (at > start && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
    if (at === start || text[at - 1] !== this.escape) return undefined;
    if (at - 1 > start && text[at - 2] === this.escape) return undefined;
    return at - 1;
  }

  private comment(start: number, end: number, top: boolean): void {
    const { source } = this;
    const body = skipSpace(source.text, start + 1, end);
    const comment = {
      text: source.text.slice(body, trimSpaceEnd(source.text, body, end)),
      range: source.range(start, end),
    };
    if (top && !this.directivesOver && this.directive(comment, start)) return;
    this.comments.push(comment);
    if (!top) return;
    if (comment.text === '') this.above = [];
    else this.above.push(comment);
  }

  /** A comment `name = value` at the top of the file; any other comment ends the directives. */
  private directive(comment: Comment, start: number): boolean {
    const equals = comment.text.indexOf('=');
    const name = comment.text.slice(0, Math.max(0, equals)).trimEnd().toLowerCase();
    const value = comment.text.slice(equals + 1).trim();
    if (equals < 0 || value === '' || !directiveNames.has(name)) {
      this.directivesOver = true;
      return false;
    }
    if (this.directives.some((other) => other.name === name)) {
      this.error('directive', `The parser directive "${name}" is given twice; keep one.`, start);
    } else if (name === 'escape') {
      if (value === '\\' || value === '`') this.escape = value;
      else this.error('directive', 'The escape directive takes \\ or ` and nothing else.', start);
    }
    this.directives.push({ name, value, range: comment.range });
    return true;
  }
}

const directiveNames = new Set(['syntax', 'escape', 'check']);
