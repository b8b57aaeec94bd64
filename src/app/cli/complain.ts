/** The one place where an error becomes a sentence. */
import { RulesetError, SourceError, UsageError } from '../../types.ts';

/** `tare: ` and one sentence on standard error; the stack only with TARE_DEBUG=1. */
export function complain(error: unknown): void {
  process.stderr.write(`tare: ${sentenceOf(error)}\n`);
  if (error instanceof RulesetError && error.excerpt) process.stderr.write(`${error.excerpt.map(plain).join('\n')}\n`);
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

/** True for errors that are about the input and not about us. */
function isExpected(error: unknown): boolean {
  return error instanceof SourceError || error instanceof RulesetError || error instanceof UsageError;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
