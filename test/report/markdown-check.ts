/** Looks at Markdown as GitHub and GitLab do, for what must not be live in it. */

const ourTags = /<!-- tare -->|<\/?(?:details|summary|sub)>/g;

/** Problems of a document that may hold only our own markup. */
export function markdownProblems(text: string, limit: number): string[] {
  const problems: string[] = [];
  if (text.length > limit) problems.push(`${text.length} characters`);
  if (!text.startsWith('<!-- tare -->\n')) problems.push('no marker');
  const markup = text.split('\n').map(withoutCode).join('\n');
  for (const tag of ['details', 'summary', 'sub']) {
    const [opened, closed] = [`<${tag}>`, `</${tag}>`].map((one) => markup.split(one).length);
    if (opened !== closed) problems.push(`<${tag}> is not closed`);
  }
  let columns = 0;
  for (const line of text.split('\n')) {
    const plain = withoutCode(line)
      .replace(ourTags, '')
      .replace(/&(?:amp|lt|gt|dollar|#8203|#3[489]|#6[02]);/g, '\u200b');
    const live = liveMarkup.exec(plain);
    if (live) problems.push(`${JSON.stringify(live[0])} is live in ${JSON.stringify(line)}`);
    if (/^\s*(?:\/|={3}|-{3}|\d+[.)]\s)/.test(line))
      problems.push(`${JSON.stringify(line)} starts a block or a command`);
    if (!line.startsWith('|')) columns = 0;
    else {
      const bars = [...line.matchAll(/(?<!\\)(?:\\\\)*\|/g)].length;
      if (columns > 0 && bars !== columns) problems.push(`${bars} bars, not ${columns}: ${JSON.stringify(line)}`);
      columns = bars;
    }
  }
  return problems;
}

/** HTML, links, mentions, references, addresses, math; emphasis but our own `**`. */
const liveMarkup = /<|(?<!\\)[[\]`~]|(?<![\\*])\*(?!\*)|(?<!\\)_|@[A-Za-z0-9_-]|[#!%]\d|:\/\/|\bwww\.|\$|&/;

/** CommonMark, section 6.1: a run of backticks up to the next run of the same length. */
export function withoutCode(line: string): string {
  let rest = line;
  let plain = '';
  for (;;) {
    const open = /(?<!\\)`+/.exec(rest);
    if (!open) return plain + rest;
    const after = rest.slice(open.index + open[0].length);
    const close = [...after.matchAll(/`+/g)].find(([run]) => run.length === open[0].length);
    if (!close) return `${plain}${rest.slice(0, open.index)}[unclosed code]`;
    plain += `${rest.slice(0, open.index)}C`;
    rest = after.slice(close.index + close[0].length);
  }
}
