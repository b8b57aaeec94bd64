/**
 * Builds dist/: the program as one CommonJS file for the launcher's code cache, one file for each worker
 * thread, the library as one module, the licences of what is bundled, and a stamp that says which sources it was made of.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Loaded from node_modules when it is used: it is large, and only `docker:` needs it. */
const external = ['dockerode', 'xmlbuilder2'];
/** The embedded database finds its own files beside it; pg asks for its native half, which nobody has to have. */
const serverExternal = ['@electric-sql/pglite', '@electric-sql/pglite/node-postgres', 'pg-native'];

/** Generates the rules and writes dist/. Throws where anything does not build. */
export async function buildAll({ log = () => {} } = {}) {
  const { stampFile } = await import('./freshness.mjs');
  await rm(stampFile, { force: true });
  const began = new Date();
  const { generateRules } = await import('./rules.mjs');
  await generateRules();
  const { generateSecrets } = await import('./secrets.mjs');
  await generateSecrets();
  const { build } = await import('esbuild');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const workers = readdirSync(join(root, 'src/app')).filter((name) => name.endsWith('-worker.ts'));
  const entries = {
    tare: 'src/app/cli/main.ts',
    ...Object.fromEntries(workers.map((name) => [name.slice(0, -3), `src/app/${name}`])),
  };
  const shared = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    external,
    plugins: [yargsParserAlone, zodInEnglish, celInAscii],
    metafile: true,
    write: false,
    logLevel: 'warning',
  };
  const asScript = {
    ...shared,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // import() of an external becomes require(), which a script run from a string has.
    supported: { 'dynamic-import': false },
    define: {
      'import.meta.url': '__bundleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      __TARE_VERSION__: JSON.stringify(version),
    },
    banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
  };
  const result = await build({
    ...asScript,
    entryPoints: entries,
    plugins: [...asScript.plugins, serverApart],
  });
  const server = await build({
    ...asScript,
    entryPoints: { server: 'src/app/server/main.ts' },
    external: [...external, ...serverExternal],
  });
  const library = await build({
    ...shared,
    entryPoints: { index: 'src/index.ts' },
    // A trace shows the line that threw: in one long line that would be everything.
    minifyWhitespace: false,
    format: 'esm',
    banner: {
      js: 'import{createRequire as __makeRequire}from"node:module";const require=__makeRequire(import.meta.url);',
    },
    define: { __TARE_VERSION__: JSON.stringify(version) },
  });
  await mkdir(join(root, 'dist'), { recursive: true });
  for (const file of [...result.outputFiles, ...server.outputFiles, ...library.outputFiles]) {
    // The launcher reads it as Latin-1.
    if (file.path.endsWith('.cjs') && /[^\x00-\x7f]/.test(file.text)) throw new Error(`${file.path} is not ASCII`);
    await replace(file.path, file.contents);
    log(`${file.path.slice(root.length + 1)} ${(file.contents.length / 1000).toFixed(0)} kB`);
  }
  const { ruleExamples } = await import('./examples.mjs');
  await replace(join(root, 'dist/examples.json'), `${JSON.stringify(ruleExamples(root))}\n`);
  const outputs = { ...result.metafile.outputs, ...server.metafile.outputs };
  await replace(join(root, 'dist/third-party.txt'), await licences({ outputs }));
  const { sources } = await import('./freshness.mjs');
  await replace(stampFile, `${JSON.stringify({ version, node: process.version, sources: sources().count })}\n`);
  // A source that was saved meanwhile is newer than the stamp.
  await utimes(stampFile, began, began);
  return result.metafile;
}

/**
 * `yargs/helpers` re-exports the parser beside code that loads yargs' help and locales (190 kB, 25 ms).
 * Nothing of those is used, so esbuild may leave them out.
 */
const yargsParserAlone = {
  name: 'yargs-parser-alone',
  setup(build) {
    build.onResolve({ filter: /platform-shims\/esm\.mjs$|apply-extends\.js$/ }, async (args) => {
      if (args.pluginData?.seen) return undefined;
      const { importer, resolveDir, kind } = args;
      const found = await build.resolve(args.path, { importer, resolveDir, kind, pluginData: { seen: true } });
      return { path: found.path, sideEffects: false };
    });
  },
};

/** The program loads the server's bundle when it is asked for: from bin/, where the launcher is whose require() it has. */
const serverApart = {
  name: 'server-apart',
  setup(build) {
    build.onResolve({ filter: /\/server\/main\.ts$/ }, () => ({ path: '../dist/server.cjs', external: true }));
  },
};

/** zod's messages in fifty languages (300 kB) are reachable from its namespace, and nothing here asks for them. */
const zodInEnglish = {
  name: 'zod-in-english',
  setup(build) {
    build.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** The bundler escapes what is not ASCII in strings and names, and leaves regular expressions as they are. */
const celInAscii = {
  name: 'cel-in-ascii',
  setup(build) {
    build.onLoad({ filter: /cel-js\/lib\/functions\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('µ', '\\u00b5'),
    }));
  },
};

/** The licence texts of every package whose code is in the bundles, which their terms ask to go along. */
async function licences(metafile) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const folders = new Set(
    used.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  );
  const parts = ['Code of these packages is part of the program.\n'];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file ? await readFile(join(root, folder, file), 'utf8') : `Licence: ${license}\n`;
    parts.push(`${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n${text.trim()}\n`);
  }
  return parts.join('\n');
}

/** Whole or not at all: another process may be starting from the file now. */
async function replace(file, content) {
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, content);
  await rename(part, file);
}

/** Declarations of the library for its users' compilers, into dist/types. Throws with the compiler's words. */
export function buildTypes() {
  rmSync(join(root, 'dist/types'), { recursive: true, force: true });
  const done = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json'],
    { cwd: root, encoding: 'utf8' },
  );
  if (done.status !== 0) throw new Error(`the declarations do not build:\n${done.stdout}${done.stderr}`);
  keepReachable(join(root, 'dist/types'));
}

/** Leaves the declarations that index.d.ts leads to; the compiler writes one for every source. */
function keepReachable(folder) {
  const seen = new Set([join(folder, 'index.d.ts')]);
  for (const file of seen) {
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.ts['"]/g))
      seen.add(`${join(dirname(file), from)}.d.ts`);
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (path.endsWith('.d.ts') && !seen.has(path)) rmSync(path);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!existsSync(join(root, 'node_modules'))) {
    process.stderr.write('build: node_modules is missing; run npm ci\n');
    process.exit(1);
  }
  const started = performance.now();
  // Declarations alone leave the program as it is: other processes may be running it.
  const types = process.argv.find((argument) => argument.startsWith('--types'));
  if (types !== '--types-only') await buildAll({ log: (line) => console.log(line) });
  if (types) buildTypes();
  console.log(`built in ${Math.round(performance.now() - started)} ms`);
}
