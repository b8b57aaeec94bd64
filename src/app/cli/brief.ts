/** `--quiet`: one line for each image. */
import type { ImageReport } from '../../types/report.ts';
import { clip } from './words.ts';

/** `B 84.5  name (linux/amd64): failed: reason` */
export function briefly(reports: readonly ImageReport[]): string {
  return reports.map((report) => `${line(report)}\n`).join('');
}

function line({ target, score, gate }: ImageReport): string {
  const { os, architecture, variant } = target.platform ?? {};
  const platform = os ? ` (${clip([os, architecture, variant].filter(Boolean).join('/'))})` : '';
  const verdict = gate.passed ? 'passed' : 'failed';
  return `${score.grade} ${score.value.toFixed(1).padStart(5)}  ${clip(target.name, 200)}${platform}: ${verdict}: ${clip(gate.reason, 400)}`;
}
