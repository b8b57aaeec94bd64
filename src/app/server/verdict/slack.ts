import { severities } from '../../../types/severity.ts';
import type { Verdict } from '../types.ts';
import { post, type Surroundings } from './deliver.ts';

/** Slack shows at most so many lines of an attachment before it folds it. */
const shownFindings = 5;
const longestText = 300;

/**
 * Sends a verdict as a message of Slack's incoming webhooks (docs.slack.dev, "Sending messages using incoming webhooks").
 * It is an attachment, not blocks: that is what Mattermost, Rocket.Chat and Discord (`/slack`) take too.
 * @param url holds the channel's secret and is in no error. @throws DeliveryError
 */
export async function sendSlack(url: URL, verdict: Verdict, surroundings: Surroundings): Promise<void> {
  await post(url, JSON.stringify(slackMessage(verdict)), {}, `The Slack webhook at ${url.host}`, surroundings);
}

/** The message for a verdict. Whatever comes from the image or a pusher is escaped (docs.slack.dev, "Escaping text"). */
export function slackMessage(verdict: Verdict): object {
  const { registry, repository, tag, digest, passed, reason, score, grade, ruleset, reportUrl } = verdict;
  const name = `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}`;
  const title = `${name}: grade ${grade}, ${score}/100, ${passed ? 'passed' : 'failed'}`;
  const counts = severities
    .filter((severity) => verdict.counts[severity] > 0)
    .map((severity) => `${verdict.counts[severity]} ${severity}`)
    .join(', ');
  const worst = verdict.worst
    .slice(0, shownFindings)
    .map(({ rule, severity, message }) => `• ${severity}: ${plain(message)} (\`${plain(rule)}\`)`);
  const text = [plain(reason), ...worst].join('\n');
  return {
    text: plain(title),
    attachments: [
      {
        fallback: plain(title),
        color: passed ? 'good' : 'danger',
        title: plain(title),
        ...(reportUrl === undefined ? {} : { title_link: reportUrl }),
        text,
        fields: [
          { title: 'Findings', value: counts || 'none', short: true },
          { title: 'Digest', value: plain(digest.slice(0, 19)), short: true },
        ],
        footer: `tare, ruleset ${plain(ruleset.name)} ${plain(ruleset.version)}`,
        ts: Math.floor(Date.parse(verdict.gradedAt) / 1000),
        mrkdwn_in: ['text'],
      },
    ],
  };
}

/** Control sequences lose their brackets; a call of everybody (Mattermost's `@all`) its effect; backticks theirs. */
function plain(text: string): string {
  return cut(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/`/g, 'ˋ')
    .replace(/@(?=[a-z])/gi, '@\u200b')
    .replace(/[\x00-\x1f\x7f]+/g, ' ');
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}
