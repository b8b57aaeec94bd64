/**
 * Writes entries for rulesets/data/known-bases.yaml from an image at hand: an OCI layout, an archive, or anything else that
 * `tare scan` opens. What it prints was read from the bytes; the name and the line of releases are the caller's word.
 */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const usage =
  'usage: node scripts/bases.mjs NAME:TAG TARGET --line LINE [--layers N] [--platform OS/ARCH] [--source TEXT]\n' +
  '       docker.io/library/alpine:3.24.2 oci-dir:./alpine --line 3.24';

/** The entries as YAML, one for each platform of the target. @throws Error one sentence. */
export async function baseEntries(name, target, { line, layers, platform, source = 'the image itself' }) {
  const { openTarget, LayerReader, defaultLimits, analyseImage, buildFacts, layerCollectors, baseline, ...references } =
    await reader();
  const { parseReference, formatReference } = references;
  const reference = parseReference(name);
  if (!reference.tag) throw new Error(`${name} has no tag; write the most particular one, such as alpine:3.24.2`);
  const signal = new AbortController().signal;
  const layerReader = new LayerReader({ collectors: layerCollectors, limits: defaultLimits, signal });
  const [os, architecture] = platform?.split('/') ?? [];
  const context = {
    limits: defaultLimits,
    allPlatforms: platform === undefined,
    ...(platform && { platform: { os, architecture } }),
    verify: 'strict',
    analyse: (bytes, hint) => layerReader.streamed(bytes, hint.name, hint.digest),
    progress: () => {},
    env: process.env,
    stdin: () => process.stdin,
    signal,
  };
  const opened = await openTarget(target, context, {});
  try {
    const entries = [];
    for (const handle of opened.images) {
      const image = await analyseImage(handle, { reader: layerReader, limits: defaultLimits, concurrency: 1 });
      const { facts } = buildFacts(image, { asOf: '2999-12-31', data: baseline().data });
      entries.push(entryOf(formatReference(reference), image, facts, { line, layers, source }));
    }
    return `${entries.join('\n')}\n`;
  } finally {
    await opened.close();
  }
}

/** The program's own reader, bundled as the program is: its sources are no scripts. */
async function reader() {
  const { build } = await import('esbuild');
  const files = [
    'source/target.ts',
    'image/layer-reader.ts',
    'image/limits.ts',
    'image/analyse.ts',
    'image/reference.ts',
    'facts/facts.ts',
    'facts/collectors.ts',
    'rules/baseline.ts',
  ];
  const { outputFiles } = await build({
    stdin: {
      contents: files.map((file) => `export * from './src/${file}';`).join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['dockerode'],
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
    write: false,
    logLevel: 'silent',
  });
  const module = { exports: {} };
  const file = join(root, 'scripts/bases.cjs');
  new Function('module', 'exports', 'require', '__filename', '__dirname', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(file),
    file,
    dirname(file),
  );
  return module.exports;
}

function entryOf(name, { layers: all, config }, { distro }, { line, layers = all.length, source }) {
  if (!(layers >= 1 && layers <= all.length))
    throw new Error(`${name} has ${all.length} layers; --layers takes a number from 1 to that`);
  const base = all.slice(0, layers);
  const lowest = config.history.find((step) => step.layer === layers - 1);
  const created = (lowest?.created ?? config.created ?? '').slice(0, 10);
  if (!/^20[1-9]\d-/.test(created))
    throw new Error(`${name} does not say when it was built; add the day that its publisher names by hand`);
  const version = distro.known ? distro.value.versionId : '';
  const list = (digests) => `[${digests.join(', ')}]`;
  const stored = base.map(({ digest }) => digest);
  const diffIDs = base.map(({ diffID }) => diffID);
  return [
    `  - image: ${name}`,
    `    line: ${JSON.stringify(line)}`,
    `    platform: ${config.platform.os}/${config.platform.architecture}`,
    `    created: ${JSON.stringify(created)}`,
    `    diffIDs: ${list(diffIDs)}`,
    // An uncompressed layer is stored under its diffID.
    ...(stored.join() === diffIDs.join() ? [] : [`    digests: ${list(stored)}`]),
    // Only a version below the line tells releases of it apart.
    ...(version.startsWith(`${line}.`)
      ? [`    distro: ${distro.value.id}`, `    version: ${JSON.stringify(version)}`]
      : []),
    `    source: ${source}`,
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        line: { type: 'string' },
        layers: { type: 'string' },
        platform: { type: 'string' },
        source: { type: 'string' },
      },
    });
    const [name, target] = positionals;
    if (!name || !target || !values.line || positionals.length > 2) throw new Error(usage);
    const layers = values.layers === undefined ? undefined : Number(values.layers);
    process.stdout.write(await baseEntries(name, target, { ...values, layers }));
  } catch (error) {
    process.stderr.write(`bases: ${error.message}\n`);
    process.exitCode = 2;
  }
}
