/**
 * Text scanned for secrets, beside `grep` with the same keywords over the same files: `npm run bench -- secrets`.
 * Then the engine on hostile files, made to lead each format as far as it goes before it fails.
 */
import {
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { readSecrets } from '../../scripts/secrets.mjs';
import { interleave, measureNode, measureShell } from './measure.mjs';

const root = resolve(import.meta.dirname, '../..');

/** The engine against grep. `folders` are where text is taken from, up to `megabytes` of it. */
export async function secretsBench({
  rounds,
  megabytes = 200,
  folders = ['/usr/share', '/usr/lib', '/etc'],
  tick = () => {},
}) {
  const work = mkdtempSync(join(tmpdir(), 'tare-secrets-'));
  try {
    const { formats, examples } = await readSecrets();
    await bundle(work);
    const { files, bytes } = textFiles(folders, megabytes * 1e6);
    writeFileSync(join(work, 'files'), files.join('\n'));
    writeFileSync(join(work, 'files0'), files.map((file) => `${file}\0`).join(''));
    const keywords = [...new Set(formats.flatMap(({ keywords: words }) => words.map((word) => word.toLowerCase())))];
    const alternation = keywords.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    writeFileSync(join(work, 'alternation'), alternation);
    const grep = (locale) =>
      measureShell(
        `xargs -0 -n 100000 env LC_ALL=${locale} grep -a -i -c -E -f ${work}/alternation -- < ${work}/files0 | cat`,
      );
    const results = await interleave(
      rounds,
      {
        scan: () => measureNode([join(work, 'scan.mjs'), join(work, 'files')]),
        grep: () => grep('C'),
        read: () => measureNode([join(work, 'read.mjs'), join(work, 'files')]),
      },
      tick,
    );
    return {
      results,
      bytes,
      files: files.length,
      formats: formats.length,
      keywords: keywords.length,
      hostile: await hostile(work, examples),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Files of one megabyte: a part of each example over and over, cut where it would have become a match. */
async function hostile(work, examples) {
  const { SecretScanner, fill, seeded } = await import(join(work, 'engine.mjs'));
  const scanner = new SecretScanner();
  const units = examples.flatMap(({ id, field, ng }) =>
    ng.map((template, i) => [id, `${field}=${fill(template, seeded(`${id}${i}`))}`.slice(0, -1)]),
  );
  units.push(['pem', '-----BEGIN RSA PRIVATE KEY-----\n'], ['url', 'https://a:'], ['section', 'datadog:\n']);
  const runs = units.map(([id, unit]) => {
    const file = Buffer.from(unit.repeat(Math.ceil(1e6 / unit.length)));
    const begun = performance.now();
    scanner.scan(file);
    return { id, seconds: (performance.now() - begun) / 1000 };
  });
  runs.sort((a, b) => b.seconds - a.seconds);
  return { files: runs.length, worst: runs.slice(0, 3) };
}

async function bundle(work) {
  const engine = join(root, 'src/facts/secrets/engine');
  const sources = {
    scan: `import { readFileSync } from 'node:fs';
      import { SecretScanner } from '${engine}/scanner.ts';
      const scanner = new SecretScanner();
      for (const file of readFileSync(process.argv[2], 'utf8').split('\\n')) scanner.scan(readFileSync(file));`,
    read: `import { readFileSync } from 'node:fs';
      for (const file of readFileSync(process.argv[2], 'utf8').split('\\n')) readFileSync(file);`,
    engine: `export { SecretScanner } from '${engine}/scanner.ts';
      export { fill, seeded } from '${engine}/author/template.ts';`,
  };
  for (const [name, contents] of Object.entries(sources)) {
    await build({
      stdin: { contents, resolveDir: root, loader: 'ts' },
      outfile: join(work, `${name}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'warning',
    });
  }
}

/** Up to so many bytes of files without a NUL among the first, no links. */
function textFiles(folders, most) {
  const files = [];
  let bytes = 0;
  const look = (folder) => {
    let entries = [];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (bytes >= most) return;
      if (entry.isDirectory()) look(path);
      else if (entry.isFile() && !path.includes('\n')) {
        const { size } = lstatSync(path);
        if (size === 0 || size > 16e6 || !isText(path)) continue;
        files.push(path);
        bytes += size;
      }
    }
  };
  for (const folder of folders) look(folder);
  return { files, bytes };
}

function isText(path) {
  let file;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(4096);
    const length = readSync(file, head, 0, head.length, 0);
    return !head.subarray(0, length).includes(0) && readFileSync(path).length > 0;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
