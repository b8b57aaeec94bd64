/** What the parsers share: building secrets from settings. */
import type { SecretKind } from '../../../types/secrets.ts';
import type { Confidence, Severity } from '../../../types.ts';
import type { RawSecret } from '../raw.ts';
import type { Setting } from '../settings.ts';
import { isLiteral, isWeakWord } from '../values.ts';

/** What a parser says of the secrets that it finds. */
export interface Label {
  detector: string;
  title: string;
  kind: SecretKind;
  severity: Severity;
}

/** A label of a registry or package index. */
export function registry(detector: string, title: string): Label {
  return { detector, title, kind: 'registry-credential', severity: 'critical' };
}

/** A label of a cloud provider. */
export function cloud(detector: string, title: string): Label {
  return { detector, title, kind: 'cloud-credential', severity: 'critical' };
}

/** A label of a provider's token. */
export function token(detector: string, title: string): Label {
  return { detector, title, kind: 'api-token', severity: 'critical' };
}

/** A label of a password in a configuration file. */
export function password(detector: string, title: string): Label {
  return { detector, title, kind: 'password-in-file', severity: 'high' };
}

/** A label of a private key. */
export function privateKey(detector: string, title: string): Label {
  return { detector, title, kind: 'private-key', severity: 'critical' };
}

/** The setting as a secret, where its value is literal. A word that everyone tries first is no sure secret. */
export function secretOf(label: Label, setting: Setting, confidence: Confidence = 'high', note?: string): RawSecret[] {
  return isLiteral(setting.value) ? [secretAt(label, setting.value, setting, confidence, note)] : [];
}

/** A value that was judged already, at a setting's place. */
export function secretAt(
  label: Label,
  value: string,
  place: { line: number; column: number },
  confidence: Confidence = 'high',
  note?: string,
): RawSecret {
  return {
    ...label,
    value,
    confidence: label.kind === 'password-in-file' && isWeakWord(value) ? 'low' : confidence,
    line: place.line,
    column: place.column,
    ...(note !== undefined && { note }),
  };
}
