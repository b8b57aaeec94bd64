import { makeEvent, record, refuse, text, word } from './read.ts';
import type { HookSender } from './types.ts';

const detailType = 'ECR Image Action';
/** Config media types of images; any other that ECR names is a chart, a signature or another artifact. */
const images = new Set(['application/vnd.docker.container.image.v1+json', 'application/vnd.oci.image.config.v1+json']);

/**
 * Amazon ECR by EventBridge (docs.aws.amazon.com/AmazonECR, "Amazon ECR events and EventBridge", "Event for a completed
 * image push"), sent by an API destination whose connection has an API key header or Basic (Amazon EventBridge,
 * "Connections for API targets"). The registry's host follows from account and region ("Amazon ECR private registry").
 */
export const ecr: HookSender = {
  auth: ['header', 'basic'],
  parse(body, hook) {
    const message = record(body);
    const type = text(message['detail-type']);
    if (type === undefined) throw refuse(hook, 'has no detail-type, which every event of EventBridge has');
    if (type !== detailType || message['source'] !== 'aws.ecr')
      return { events: [], ignored: [`the event ${word(type)}`] };
    const detail = record(message['detail']);
    const action = detail['action-type'];
    if (action !== 'PUSH') return { events: [], ignored: [`the action ${word(action)}`] };
    if (detail['result'] !== 'SUCCESS') return { events: [], ignored: ['a push that failed'] };
    const artifact = text(detail['artifact-media-type']);
    if (artifact !== undefined && !images.has(artifact))
      return { events: [], ignored: [`a push of ${word(artifact)}`] };
    const event = makeEvent(
      {
        host: hostOf(message),
        repository: text(detail['repository-name']),
        tag: text(detail['image-tag']),
        digest: text(detail['image-digest']),
        eventId: text(message['id']),
      },
      hook,
    );
    return { events: [event], ignored: [] };
  },
};

function hostOf({ account, region }: Record<string, unknown>): string | undefined {
  if (!/^\d{12}$/.test(text(account) ?? '') || !/^[a-z0-9-]{1,40}$/.test(text(region) ?? '')) return undefined;
  const china = (region as string).startsWith('cn-') ? '.cn' : '';
  return `${account}.dkr.ecr.${region}.amazonaws.com${china}`;
}
