/**
 * Comments that suppress: `# tare ignore=ID[,ID] reason` for the next instruction, `# tare global ignore=ID[,ID] reason` for
 * the file, and hadolint's pragmas where its ids map to ours. ShellCheck's ids stand for themselves in both. A suppressed finding stays in the report and in the forecast.
 */
import type { CommentFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Ruleset } from '../types/rule.ts';
import type { Finding, RuleId, StatusEntry } from '../types.ts';
import type { Peers } from './data.ts';
import { shellcheckId } from './shellcheck.ts';

interface Suppression {
  rules: ReadonlySet<RuleId>;
  reason: string;
  /** Lines of the instruction; absent = the whole file. */
  lines?: { from: number; to: number };
}

/** Marks what the file's comments suppress. A comment that names no rule of ours is told in the status. */
export function suppress(
  findings: readonly Finding[],
  dockerfile: DockerfileFacts,
  ruleset: Ruleset,
): { findings: Finding[]; status: StatusEntry[] } {
  const status: StatusEntry[] = [];
  const suppressions = readSuppressions(dockerfile, ruleset, status);
  if (suppressions.length === 0) return { findings: [...findings], status };
  return {
    findings: findings.map((finding) => {
      const found = suppressions.find(
        ({ rules, lines }) => rules.has(finding.rule) && (lines === undefined || covers(finding, lines)),
      );
      return found ? { ...finding, suppression: { reason: found.reason } } : finding;
    }),
    status,
  };
}

/** The finding is about this instruction: every place of it lies in there. */
function covers({ evidence }: Finding, { from, to }: { from: number; to: number }): boolean {
  return evidence.every(
    (place) => place.at === 'instruction' && from <= place.range.start.line && place.range.start.line <= to,
  );
}

function readSuppressions(dockerfile: DockerfileFacts, ruleset: Ruleset, status: StatusEntry[]): Suppression[] {
  const known = new Set(ruleset.rules.map(({ metadata }) => metadata.id));
  const peers = (ruleset.data['peers'] as Peers | undefined)?.checks ?? [];
  const seen = new Set<CommentFact>();
  const out: Suppression[] = [];
  const take = (comment: CommentFact, lines?: Suppression['lines']): void => {
    const pragma = readPragma(comment.text);
    if (!pragma || (!pragma.global && !lines)) return;
    const rules = new Set<RuleId>();
    for (const id of pragma.ids) {
      if (shellcheckId.test(id)) rules.add(id);
      else if (pragma.tool === 'hadolint') {
        for (const check of peers)
          if (check.tool === 'hadolint' && check.id === id) for (const rule of check.rules) rules.add(rule);
      } else if (known.has(id)) rules.add(id);
      else {
        status.push({
          part: 'suppression',
          level: 'warning',
          message: `${dockerfile.file}:${comment.range.start.line} ignores ${id}, and there is no such rule; tare rules lists them.`,
        });
      }
    }
    if (rules.size > 0) out.push({ rules, reason: pragma.reason, ...(!pragma.global && lines && { lines }) });
  };
  for (const instruction of dockerfile.instructions) {
    const lines = { from: instruction.range.start.line, to: instruction.range.end.line };
    for (const comment of instruction.comments) {
      seen.add(comment);
      take(comment, lines);
    }
  }
  const placed = new Set([...seen].map(({ range }) => range.start.line));
  for (const comment of dockerfile.comments) if (!placed.has(comment.range.start.line)) take(comment);
  return out;
}

interface Pragma {
  tool: 'tare' | 'hadolint';
  global: boolean;
  ids: string[];
  reason: string;
}

const longestComment = 4096;

function readPragma(comment: string): Pragma | undefined {
  const text = comment.slice(0, longestComment);
  const head = /^(tare|hadolint)[ \t]{1,16}(global[ \t]{1,16})?ignore[ \t]{0,4}=[ \t]{0,4}/.exec(text);
  if (!head) return undefined;
  const rest = text.slice(head[0].length);
  const list = /^[A-Za-z0-9-]{1,64}(?:[ \t]{0,4},[ \t]{0,4}[A-Za-z0-9-]{1,64}){0,64}/.exec(rest);
  if (!list) return undefined;
  const tool = head[1] as Pragma['tool'];
  const said = rest
    .slice(list[0].length)
    .replace(/^[\s:;#\u2014\u2013-]{1,16}/, '')
    .trim();
  return {
    tool,
    global: head[2] !== undefined,
    ids: list[0].split(',').map((id) => id.trim()),
    reason: said === '' ? `a ${tool} comment in the file` : said,
  };
}
