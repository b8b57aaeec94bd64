import type { RuleMetadata } from '../src/types/rule.ts';

export interface Baseline {
  rules: RuleMetadata[];
  data: Record<string, unknown>;
  version: string;
}
export function generateRules(): Promise<Baseline>;
export function readBaseline(): Promise<Baseline>;
export function importTypeScript(path: string): Promise<Record<string, unknown>>;
