/** The API's description: as OpenAPI for programs, and as a page made from the same for people. */
import { h, type Markup, shown } from '../../../report/html/markup.ts';
import { htmlType, page, table } from '../web/layout.ts';
import type { Api } from './app.ts';

interface Schema {
  [key: string]: unknown;
}
interface Operation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

export async function docsRoutes(app: Api): Promise<void> {
  app.get('/api/docs/openapi.json', { config: { access: 'open' } }, async (_, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  app.get('/api/docs', { config: { access: 'open' } }, async (_, reply) => {
    const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, Operation>> };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => operationPart(method, path, operation)),
    );
    const intro = h(
      'p',
      {},
      'Send a token as Authorization: Bearer TOKEN. Lists are paged by cursor. Errors are application/problem+json. ',
      h('a', { href: '/api/docs/openapi.json' }, 'The same as OpenAPI'),
      '.',
    );
    return reply.type(htmlType).send(page({ title: 'API', body: [intro, ...operations] }));
  });
}

function operationPart(method: string, path: string, operation: Operation): Markup {
  const { summary, description, parameters = [], requestBody, responses = {} } = operation;
  const body = requestBody?.content?.['application/json']?.schema;
  const answer = Object.entries(responses).find(([status]) => status.startsWith('2'));
  const answered = answer?.[1].content?.['application/json']?.schema;
  return h(
    'section',
    {},
    h('h2', {}, h('code', {}, `${method.toUpperCase()} ${path}`)),
    h('p', {}, summary ?? '', description === undefined ? '' : `. ${description}`),
    parameters.length > 0 &&
      table(
        `Parameters of ${method.toUpperCase()} ${path}`,
        ['Name', 'In', 'Form', 'Meaning'],
        parameters.map(({ name, in: place, required, description: meaning, schema }) => [
          h('code', {}, name),
          `${place}${required ? ', needed' : ''}`,
          formOf(schema),
          meaning ?? (typeof schema?.['description'] === 'string' ? schema['description'] : ''),
        ]),
        '',
      ),
    body && details('Body', body),
    answered && details(`Answer ${answer![0]}`, answered),
  );
}

function details(label: string, schema: Schema): Markup {
  return h(
    'details',
    {},
    h('summary', {}, label),
    h('pre', { tabindex: 0 }, ...lines(JSON.stringify(schema, null, 2))),
  );
}

/** Escaping takes control characters for an attack, line ends among them: each line is its own. */
function lines(text: string): (Markup | string)[] {
  return text.split('\n').flatMap((line) => [line.replaceAll(' ', '\u00a0'), h('br', {})]);
}

function formOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (Array.isArray(schema['enum'])) return shown(schema['enum'].join(', '), 400);
  return [schema['type'], schema['pattern'], schema['default'] !== undefined && `default ${schema['default']}`]
    .filter((part) => typeof part === 'string')
    .join(' ');
}
