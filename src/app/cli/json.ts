/** JSON of the user's. */
import { UsageError } from '../../types.ts';
import { quote } from './words.ts';

/** The value of a file's text. @throws UsageError where it is none. */
export function fromJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${quote(name)} is no JSON; write a report with tare scan IMAGE --format json`);
  }
}
