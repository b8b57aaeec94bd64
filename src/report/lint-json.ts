/** The JSON of a lint: schema/lint.schema.json describes it. */
import { harmless } from './harmless.ts';
import type { LintWriter } from './lint-writer.ts';

/** One report as itself; `several`: one document with `reports[]`, however many come. */
export function lintJson(several: boolean): LintWriter {
  let any = false;
  return {
    add: (report) => {
      const text = harmless(JSON.stringify(report, undefined, 2));
      if (!several) return `${text}\n`;
      const { schemaVersion, tool } = report;
      const head = any
        ? ',\n'
        : `${JSON.stringify({ schemaVersion, tool }, undefined, 2).slice(0, -2)},\n  "reports": [\n`;
      any = true;
      return `${head}${indented(text)}`;
    },
    end: () => (several && any ? '\n  ]\n}\n' : ''),
  };
}

function indented(text: string): string {
  return `    ${text.replaceAll('\n', '\n    ')}`;
}
