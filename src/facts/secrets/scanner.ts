/** The engine as the collector uses it: built once a thread when it is first needed, its matches as raw secrets. */
import type { RawMatch } from './engine/format.ts';
import { hintOf } from './engine/hint.ts';
import { SecretScanner } from './engine/scanner.ts';
import type { KeySecret } from './keys.ts';

let shared: SecretScanner | undefined;

/** What the engine found, and whether it stopped at a limit of its own. */
export interface Scanned {
  secrets: KeySecret[];
  cut: boolean;
}

/** Of bytes that lie in memory: whether an armoured block begins in them as well. */
export interface ScannedWhole extends Scanned {
  armour: boolean;
}

/** Scans bytes that lie in memory. */
export function scanBytes(path: string, bytes: Uint8Array): ScannedWhole {
  shared ??= new SecretScanner();
  const secrets = shared.scan(bytes, hintOf(path)).map(rawOf);
  return { secrets, cut: shared.cut, armour: shared.armour };
}

/** Scans bytes as they pass. */
export function streamBytes(path: string): { write(chunk: Uint8Array): void; end(): Scanned } {
  shared ??= new SecretScanner();
  const stream = shared.stream(hintOf(path));
  return {
    write: (chunk) => stream.write(chunk),
    end: () => ({ secrets: stream.end().map(rawOf), cut: stream.cut }),
  };
}

/** Scans a short text, such as one variable or one step of the history; `shown` is how the value stands in it. */
export function scanText(text: string): KeySecret[] {
  shared ??= new SecretScanner();
  const bytes = Buffer.from(text, 'utf8');
  return shared.scan(bytes).map((match) => {
    const shown = bytes.toString('utf8', match.start, match.end);
    return shown === match.value || shown === '' ? rawOf(match) : { ...rawOf(match), shown };
  });
}

function rawOf(match: RawMatch): KeySecret {
  const { id, title, rule, value, severity, confidence, line, column, rotate, field, via } = match;
  const safe = field === undefined || field.includes(value) ? '' : field.slice(0, 80);
  const note = [safe, via === 'base64' ? 'in base64' : ''].filter(Boolean).join(', ');
  return {
    detector: id,
    title,
    kind: rule,
    value,
    severity,
    confidence,
    ...(via === 'binary' ? {} : { line, column }),
    ...(rotate && { rotate }),
    ...(note && { note }),
  };
}
