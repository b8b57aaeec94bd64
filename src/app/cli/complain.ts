/** The one place where an error becomes a sentence. */
import type { RulesetError } from '../../types.ts';

/** `tare: ` and one sentence on standard error; the stack only with TARE_DEBUG=1. */
export function complain(error: unknown): void {
  process.stderr.write(`tare: ${sentenceOf(error)}\n`);
  const { excerpt } = error as Partial<RulesetError>;
  if (isExpected(error) && excerpt) process.stderr.write(`${excerpt.map(plain).join('\n')}\n`);
  if (process.env['TARE_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`);
}

/** One line, without control characters: parts of it may come from an image. */
function sentenceOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s*[\r\n\u2028\u2029]+\s*/g, '; ');
  const said = plain(text).slice(0, 2000) || 'unknown error';
  return isExpected(error) ? said : `internal error: ${said} (TARE_DEBUG=1 shows where)`;
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');
}

const expected = new Set(['SourceError', 'RulesetError', 'UsageError']);

/** True for errors that are about the input and not about us. By name: the server's bundle has classes of its own. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && expected.has(error.name);
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
