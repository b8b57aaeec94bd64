/** A document that grows report by report, so that many files need no more memory than one. */
import type { DockerfileReport } from '../types/report.ts';

export interface LintWriter {
  /** The piece of the document that this report adds. */
  add(report: DockerfileReport): string;
  /** The rest; all pieces end in a newline. Empty where there was no report. */
  end(): string;
}
