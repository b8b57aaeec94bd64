/** What the configuration in an image says of where software comes from, and of whom it trusts on the way. */
import type { Evidence } from '../types.ts';

/** Which program reads the file. */
export type SettingsReader =
  | 'apt-source'
  | 'apt'
  | 'rpm-repository'
  | 'pacman'
  | 'apk'
  | 'npm'
  | 'yarn'
  | 'pip'
  | 'git'
  | 'curl'
  | 'wget'
  | 'conda'
  | 'gem';

/** One setting of a file that is there in the end. Only settings of signatures and certificates are kept: others may be secrets. */
export interface SourceSetting {
  reader: SettingsReader;
  path: string;
  layer: number;
  line: number;
  /** Lower case, with its sections in front: `acquire::https::verify-peer`, `http.sslverify`. */
  name: string;
  /** As written, without quotes; '' for a setting that has none. */
  value: string;
  /** What it holds for, where that is one source: its address without credentials, or its section. */
  of?: string;
  /** The address of that source where there is one. */
  address?: string;
  evidence: Evidence;
}
