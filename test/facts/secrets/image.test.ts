/** Secrets of whole images: where they are, what became of them, whose they are. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { layerCollectors } from '../../../src/facts/collectors.ts';
import { buildFacts } from '../../../src/facts/facts.ts';
import { analyseImage } from '../../../src/image/analyse.ts';
import { LayerReader } from '../../../src/image/layer-reader.ts';
import { defaultLimits } from '../../../src/image/limits.ts';
import { parseRecipe, recipeImage } from '../../../src/source/recipe.ts';
import type { Facts } from '../../../src/types/facts.ts';
import type { SecretAllow, SecretFact } from '../../../src/types/secrets.ts';
import type { StatusEntry } from '../../../src/types.ts';
import { valueIn } from '../../support/facts.ts';
import { factData } from '../../support/image.ts';
import { expandSecrets, letters, secret } from '../../support/secrets.ts';

async function factsOf(
  recipe: object,
  allowSecrets: SecretAllow[] = [],
): Promise<{ facts: Facts; status: StatusEntry[] }> {
  const handle = await recipeImage(parseRecipe(expandSecrets(JSON.stringify(recipe)), 'made'), 'made');
  const reader = new LayerReader({ collectors: layerCollectors, limits: defaultLimits });
  const image = await analyseImage(handle, { reader, limits: defaultLimits, concurrency: 1 });
  return buildFacts(image, { asOf: '2026-11-01', data: factData(), allowSecrets });
}

async function secretsOf(recipe: object): Promise<SecretFact[]> {
  const { facts } = await factsOf(recipe);
  return valueIn(facts.secrets);
}

const places = ({ sightings }: SecretFact) =>
  sightings.map(({ where, state, layer, by, confidence, inherited, evidence }) => ({
    where,
    state,
    layer,
    confidence,
    at: evidence.at === 'file' ? evidence.path : evidence.at === 'config' ? evidence.pointer : '',
    ...(by !== undefined && { by }),
    ...(inherited && { inherited }),
  }));
const env = 'DB_PASSWORD=<<password-1>>\n';

describe('states', () => {
  it('added in one layer and deleted in the next: both are named', async () => {
    const [found] = await secretsOf({
      layers: [{ files: { '/srv/.env': env }, createdBy: 'COPY . /srv' }, { remove: ['/srv/.env'] }],
    });
    expect(places(found!)).toEqual([
      { where: 'file', state: 'deleted', layer: 0, by: 1, confidence: 'high', at: 'srv/.env' },
    ]);
    expect(found!.sightings[0].createdBy).toBe('COPY . /srv');
  });

  it('hidden with its whole folder, by a whiteout of the folder or an opaque one', async () => {
    const uppers: [object, string][] = [
      [{ remove: ['/srv'] }, 'deleted'],
      [{ opaque: ['/srv'] }, 'deleted'],
      [{ files: { '/srv': 'a file now' } }, 'overwritten'],
    ];
    for (const [upper, state] of uppers) {
      const [found] = await secretsOf({ layers: [{ files: { '/srv/a/.env': env } }, upper] });
      expect(places(found!)).toMatchObject([{ state, layer: 0, by: 1 }]);
    }
  });

  it('overwritten; and still live where the new file holds it too', async () => {
    const [gone] = await secretsOf({ layers: [{ files: { '/srv/.env': env } }, { files: { '/srv/.env': 'A=b\n' } }] });
    expect(places(gone!)).toMatchObject([{ state: 'overwritten', layer: 0, by: 1 }]);
    const [kept] = await secretsOf({
      layers: [{ files: { '/srv/.env': env } }, { files: { '/srv/.env': `A=b\n${env}` } }],
    });
    expect(places(kept!).map(({ state, layer }) => [state, layer])).toEqual([
      ['live', 1],
      ['overwritten', 0],
    ]);
  });

  it('live under the other name of a hardlink, and through a linked folder', async () => {
    const [linked] = await secretsOf({
      layers: [{ files: { '/srv/.env': env, '/srv/copy': { hardlink: '/srv/.env' } } }, { remove: ['/srv/.env'] }],
    });
    expect(places(linked!)).toMatchObject([{ state: 'live' }]);
    const [through] = await secretsOf({
      layers: [
        { files: { '/usr/lib/x': '', '/lib': { link: 'usr/lib' } } },
        { files: { '/lib/.env': env } },
        { remove: ['/usr/lib/.env'] },
      ],
    });
    expect(places(through!)).toMatchObject([{ state: 'deleted', layer: 1, by: 2 }]);
  });

  it('inherited: below the last CMD that more layers follow', async () => {
    const [found] = await secretsOf({
      history: [
        { createdBy: 'ADD rootfs.tar /' },
        { createdBy: 'CMD ["bash"]', emptyLayer: true },
        { createdBy: 'COPY . /srv' },
        { createdBy: 'CMD ["/srv/app"]', emptyLayer: true },
      ],
      layers: [{ files: { '/etc/app/.env': env } }, { files: { '/srv/.env': env } }],
    });
    expect(places(found!).map(({ at, inherited }) => [at, inherited])).toEqual([
      ['etc/app/.env', true],
      ['srv/.env', undefined],
    ]);
  });
});

describe('only there', () => {
  const layers = [{ files: { '/app': { elf: 'static' } } }];
  it.each([
    [
      'the history',
      { layers, history: [{ createdBy: 'RUN curl -u ci:<<password-2>> https://shop.net/x -o /app' }] },
      'run',
      '/history/0/created_by',
    ],
    ['a label', { layers, config: { labels: { 'x.token': '<<github-1>>' } } }, 'label', '/config/Labels/x.token'],
    ['an annotation', { layers, annotations: { 'x.token': '<<github-1>>' } }, 'label', '/annotations/x.token'],
    [
      'an ARG',
      {
        layers,
        history: [
          { createdBy: '/bin/sh -c #(nop)  ARG TOKEN=<<github-2>>', emptyLayer: true },
          { createdBy: 'COPY app /app' },
        ],
      },
      'arg',
      '/history/0/created_by',
    ],
    [
      'a build argument',
      { layers, history: [{ createdBy: '|1 DB_PASSWORD=<<password-3>> /bin/sh -c make' }] },
      'arg',
      '/history/0/created_by',
    ],
    ['a variable', { layers, config: { env: ['A=b', 'SESSION_SECRET=<<password-4>>'] } }, 'env', '/config/Env/1'],
    [
      'the entrypoint',
      { layers, config: { entrypoint: ['/app', '--token=<<github-3>>'] } },
      'run',
      '/config/Entrypoint',
    ],
    [
      'a jar in a layer',
      { layers: [{ files: { '/app.jar': { base64: '<<jar:a.properties=token=[[github-4]]>>' } } }] },
      'file',
      'app.jar',
    ],
    [
      'a comment of the history',
      { layers, history: [{ createdBy: 'x', comment: 'built with <<github-5>>' }] },
      'run',
      '/history/0/comment',
    ],
    [
      'a health check',
      { layers, config: { healthcheck: ['CMD', 'curl', '-u', 'ci:<<password-5>>', 'http://x/'] } },
      'run',
      '/config/Healthcheck/Test',
    ],
  ])('in %s', async (_, recipe, where, at) => {
    const found = await secretsOf(recipe);
    expect(found.map((one) => places(one).map((place) => [place.where, place.at]))).toEqual([[[where, at]]]);
  });
});

describe('one secret', () => {
  it('in five places is one fact', async () => {
    const found = await secretsOf({
      config: { env: ['DB_PASSWORD=<<password-6>>'] },
      history: [{ createdBy: 'COPY . /srv' }, { createdBy: 'ENV DB_PASSWORD=<<password-6>>', emptyLayer: true }],
      layers: [
        {
          files: {
            '/srv/.env': 'DB_PASSWORD=<<password-6>>\n',
            '/srv/.pgpass': 'db:5432:*:app:<<password-6>>\n',
            '/srv/.my.cnf': '[client]\npassword=<<password-6>>\n',
          },
        },
      ],
    });
    expect(found).toHaveLength(1);
    expect(found[0]!.sightings.map(({ where }) => where).sort()).toEqual(['env', 'env', 'file', 'file', 'file']);
  });

  it('of a file is seen in the step that wrote it, where nothing there says what it is', async () => {
    const found = await secretsOf({
      layers: [
        {
          createdBy: "RUN /bin/sh -c printf '%s' 'db:5432:shop:app:<<password-7>>' > /root/.pgpass",
          files: { '/root/.pgpass': 'db:5432:shop:app:<<password-7>>\n' },
        },
      ],
    });
    expect(found).toHaveLength(1);
    expect(found[0]!.sightings.map(({ where }) => where).sort()).toEqual(['file', 'run']);
  });
});

describe('what is shown', () => {
  it('has no value in it, wherever the config had one', async () => {
    const { facts } = await factsOf({
      config: {
        env: ['DB_PASSWORD=<<password-8>>', 'URL=postgres://app:<<password-9>>@db/x'],
        labels: { token: '<<github-6>>' },
        entrypoint: ['/app', '--password', '<<password-8>>'],
        healthcheck: ['CMD', 'curl', '-u', 'ci:<<password-9>>', 'http://x/'],
        onBuild: ['ENV X=<<github-6>>'],
        author: 'me <<github-6>>',
      },
      annotations: { note: '<<github-6>>' },
      history: [{ createdBy: 'RUN |1 T=<<github-6>> /bin/sh -c login <<password-8>>', comment: '<<github-6>>' }],
      layers: [{ files: { '/app': { elf: 'static' }, '/x/.pgpass': 'a:1:b:c:<<password-10>>\n' } }],
    });
    const text = JSON.stringify(facts);
    for (const name of ['password-8', 'password-9', 'password-10', 'github-6'])
      expect(text).not.toContain(secret(name));
    expect(facts.image.history[0]!.createdBy).toContain('****');
    expect(facts.container.known && facts.container.value.env[0]).toBe('DB_PASSWORD=****');
  });
});

describe('ownership', () => {
  const source = `# ${'long enough to be hashed '.repeat(20)}\nTOKEN = "<<github-7>>"\n`;
  const content = () => expandSecrets(source);
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const dpkg = (sum: string | undefined) => ({
    packages: { dpkg: [{ name: 'shop', version: '1', files: ['/usr/share/shop/a.py'] }] },
    files: {
      '/usr/share/shop/a.py': source,
      ...(sum && { '/var/lib/dpkg/info/shop.md5sums': `${sum}  usr/share/shop/a.py\n` }),
    },
  });
  const confidence = async (recipe: object) => (await secretsOf(recipe)).map((found) => found.confidence);

  it('lowers what a package ships unchanged, and not what was changed', async () => {
    expect(await confidence({ layers: [{ files: { '/usr/share/shop/a.py': source } }] })).toEqual(['high']);
    expect(await confidence({ layers: [dpkg(md5(content()))] })).toEqual(['low']);
    expect(await confidence({ layers: [dpkg(md5('another'))] })).toEqual(['high']);
    expect(await confidence({ layers: [dpkg(undefined)] })).toEqual(['medium']);
  });

  it('reads conffiles of the status, sums of apk, and RECORD of wheels', async () => {
    const status = `Package: shop\nStatus: install ok installed\nVersion: 1\nConffiles:\n /etc/shop.py ${md5(content())}\nDescription: x\n\n`;
    expect(
      await confidence({ layers: [{ files: { '/etc/shop.py': source, '/var/lib/dpkg/status': status } }] }),
    ).toEqual(['low']);
    const sha1 = createHash('sha1').update(content()).digest('base64');
    const installed = `P:shop\nV:1\nA:x86_64\nF:usr/share/shop\nR:a.py\nZ:Q1${sha1}\n\n`;
    expect(
      await confidence({ layers: [{ files: { '/usr/share/shop/a.py': source, '/lib/apk/db/installed': installed } }] }),
    ).toEqual(['low']);
    const sha256 = createHash('sha256').update(content()).digest('base64url');
    const record = `shop/a.py,sha256=${sha256},500\nshop-1.dist-info/RECORD,,\n`;
    const site = '/usr/local/lib/python3.13/site-packages';
    expect(
      await confidence({
        layers: [{ files: { [`${site}/shop/a.py`]: source, [`${site}/shop-1.dist-info/RECORD`]: record } }],
      }),
    ).toEqual(['low']);
  });

  it('steps down once for tests and examples, and again for what others wrote', async () => {
    const at = async (path: string) => (await confidence({ layers: [{ files: { [path]: source } }] }))[0];
    expect(await at('/srv/app/a.py')).toBe('high');
    expect(await at('/srv/app/tests/a.py')).toBe('medium');
    expect(await at('/srv/app/vendor/a.py')).toBe('medium');
    expect(await at('/srv/app/vendor/x/tests/a.py')).toBe('low');
    expect(await at('/usr/local/go/src/crypto/a.go')).toBe('low');
    expect(await at('/srv/latest/a.py')).toBe('high');
  });
});

describe('allow rules', () => {
  it('mark what fits the value, and only that', async () => {
    const { secretsCollectorWith } = await import('../../../src/facts/secrets/collector.ts');
    const rules: SecretAllow[] = [
      { reason: 'ours', stopWord: letters('password-11', 14).slice(0, 8).toUpperCase() },
      { reason: 'never', pattern: 'x+' },
      { reason: 'shape', pattern: '[A-Za-z0-9]{15}' },
    ];
    const handle = await recipeImage(
      parseRecipe(
        expandSecrets(
          JSON.stringify({
            layers: [{ files: { '/srv/.env': 'DB_PASSWORD=<<password-11>>\nMAIL_PASSWORD=<<password-12>>-x\n' } }],
          }),
        ),
        'made',
      ),
      'made',
    );
    const reader = new LayerReader({ collectors: [secretsCollectorWith(rules)], limits: defaultLimits });
    const { records } = await analyseImage(handle, { reader, limits: defaultLimits, concurrency: 1 });
    const [{ data }] = records[0]!.facts['secrets'] as unknown as [{ data: { hits: { allowedBy?: number[] }[] } }];
    expect(data.hits.map(({ allowedBy }) => allowedBy)).toEqual([[0, 2], undefined]);
  });
});

describe('limits', () => {
  it('are told, once for each layer and reason', async () => {
    const { secretsCollectorWith } = await import('../../../src/facts/secrets/collector.ts');
    const { secretLimits } = await import('../../../src/facts/secrets/budget.ts');
    const small = { ...secretLimits, parsedBytes: 100, textBytes: 100, layerText: 350 };
    const files = Object.fromEntries(
      [1, 2, 3, 4, 5].map((n) => [`/srv/${n}.txt`, `${'a'.repeat(98)}\n${'b'.repeat(50)}`]),
    );
    const handle = await recipeImage(parseRecipe(JSON.stringify({ layers: [{ files }] }), 'made'), 'made');
    const reader = new LayerReader({
      collectors: [...layerCollectors.filter(({ id }) => id !== 'secrets'), secretsCollectorWith([], small)],
      limits: defaultLimits,
    });
    const image = await analyseImage(handle, { reader, limits: defaultLimits, concurrency: 1 });
    const { status } = buildFacts(image, { asOf: '2026-11-01', data: factData() });
    const said = status
      .filter(({ part }) => part === 'secrets')
      .map(({ message, layer, level }) => [level, layer, message]);
    expect(said).toEqual([
      [
        'warning',
        0,
        '4 files, the first /srv/1.txt, were not searched for secrets to the end: only its first 100 bytes were read',
      ],
      ['warning', 0, '/srv/5.txt was not searched for secrets to the end: the layer holds more than is looked through'],
    ]);
  });

  it('hold for a config full of secrets: none is shown, and it takes no time', async () => {
    const env = Array.from({ length: 3000 }, (_, i) => `A${i}_PASSWORD=${letters(`many ${i}`, 12)}7`);
    const { facts, status } = await factsOf({
      config: { env, labels: { x: env[2999]! } },
      layers: [{ createdBy: env[2998]!, files: { '/app': { elf: 'static' } } }],
    });
    const text = JSON.stringify([facts, status]);
    for (const entry of env) expect(text).not.toContain(entry.slice(entry.indexOf('=') + 1));
    expect(status).toMatchObject([{ part: 'secrets', level: 'warning' }]);
    expect(valueIn(facts.secrets).length).toBe(200);
  });

  it('hold for a file full of secrets', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `A${i}_PASSWORD=${letters(`many ${i}`, 12)}7\n`).join('');
    const { facts, status } = await factsOf({ layers: [{ files: { '/srv/.env': many, '/srv/b/.env': many } }] });
    expect(valueIn(facts.secrets).length).toBeLessThanOrEqual(200);
    expect(status.filter(({ part }) => part === 'secrets')).toHaveLength(1);
  });
});
