/** Errors as they are answered: Problem Details (RFC 9457), one sentence, never a stack. */
import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import { SourceError, UsageError } from '../../types.ts';
import { isPassing } from './store/database.ts';

/** Thrown by routes: what is answered. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** RFC 9457, section 3.1. */
export interface ProblemBody {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
}

/** Status and sentence for whatever was thrown; the sentence for faults of our own says nothing of them. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UsageError) return new Problem(400, error.message);
  if (error instanceof SourceError) return new Problem(403, error.message);
  if (isPassing(error))
    return new Problem(503, 'The database cannot be reached; try again later', { 'retry-after': '5' });
  const { statusCode, message, code } = error as FastifyError;
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Problem(statusCode, sentences[code] ?? message.slice(0, 500));
  return new Problem(500, 'The server failed at this request; its log says why');
}

const sentences: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is longer than this address takes',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body must be of the type application/json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty; JSON is needed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its header says',
};

export function bodyOf({ status, message }: Problem): ProblemBody {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message };
}
