/** A secret between the file that holds it and its sealing: the only place where its value is kept, and never for long. */
import type { CriticalKind, SecretKind } from '../../types/secrets.ts';
import type { Confidence, Severity } from '../../types.ts';

/** A secret with its value. It must be sealed (seal.ts) before anything is returned, stored or printed. */
export interface RawSecret {
  detector: string;
  title: string;
  kind: SecretKind;
  value: string;
  severity: Severity;
  confidence: Confidence;
  line?: number;
  column?: number;
  inside?: string;
  note?: string;
  /** How to make it worthless. */
  rotate?: string;
  /** How it stands in the text where that is not its value: base64 of it, a quoted form. */
  shown?: string;
}

/** What a file is beside the secrets in it. */
export interface FileMark {
  kind: CriticalKind;
  title: string;
  /** How much of it there is: values, commands, records. */
  count?: number;
  confidence: Confidence;
}

/** What a parser made of a file. */
export interface ParsedFile {
  secrets: RawSecret[];
  mark?: FileMark;
  /** The format was understood to its end: whatever else looks like a generic password in it is none. */
  understood?: true;
}

/** Reads one kind of file. Gets its text (Latin-1 where it is no UTF-8) and its path; must not throw. */
export type FileParser = (text: string, path: string) => ParsedFile;

/** The usual answer: secrets and nothing else to say. */
export function parsed(secrets: RawSecret[]): ParsedFile {
  return { secrets, understood: true };
}
