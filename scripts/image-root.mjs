/**
 * Lays out what tare's own image holds: the built program, the packages that it loads when it is asked for what needs
 * them, and an empty data folder. Everything else of a clone stays out. `node scripts/image-root.mjs FOLDER`
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** What the bundles leave to node_modules (scripts/build.mjs): the client of Docker Engine, and the embedded database. */
const loaded = ['dockerode', '@electric-sql/pglite'];
/**
 * For whoever writes, reads or debugs a package, keys of its tests among them, and the extensions of PostgreSQL that no
 * query of ours asks for.
 */
const unused =
  /^\/(?:node_modules|tests?|examples?|docs?|bench|benchmarks?|scripts|\.[^/]*)(?:\/|$)|\.(?:map|md|markdown|[cm]?ts|proto|tar\.gz)$/i;

/** Writes the image's own part of the file system below `folder`. Throws where the program is not built. */
export function layOut(folder) {
  const home = join(folder, 'tare');
  mkdirSync(join(home, 'dist'), { recursive: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  for (const name of ['bin/tare.cjs', 'LICENSE']) cpSync(join(root, name), join(home, name));
  for (const name of readdirSync(join(root, 'dist')))
    if (/\.cjs$|^examples\.json$|^third-party\.txt$/.test(name))
      cpSync(join(root, 'dist', name), join(home, 'dist', name));
  if (!existsSync(join(home, 'dist/tare.cjs'))) throw new Error('the program is not built; run npm run build');
  const { name, version, description, license, type, engines } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const own = { name, version, description, license, type, engines };
  writeFileSync(join(home, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  for (const path of packagesOf(loaded)) {
    cpSync(join(root, path), join(home, path), {
      recursive: true,
      filter: (file) => !unused.test(file.slice(join(root, path).length)),
    });
  }
}

/** Folders of packages and of all that they need, as Node would find them. */
function packagesOf(names) {
  const found = new Set();
  const want = names.map((name) => ({ name, from: '', optional: false }));
  for (const { name, from, optional } of want) {
    const path = nearest(name, from);
    if (path === undefined) {
      if (optional) continue;
      throw new Error(`${name} is not installed; run npm ci`);
    }
    if (found.has(path)) continue;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(root, path, 'package.json'), 'utf8'),
    );
    // Declarations for compilers.
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
      if (!needed.startsWith('@types/'))
        want.push({ name: needed, from: path, optional: needed in optionalDependencies });
  }
  return found;
}

function nearest(name, from) {
  for (let folder = from; ; folder = folder.replace(/(?:^|\/)[^/]*$/, '')) {
    const path = join(folder, 'node_modules', name);
    if (!folder.endsWith('node_modules') && existsSync(join(root, path, 'package.json'))) return path;
    if (folder === '') return undefined;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write('image-root: name the folder: node scripts/image-root.mjs FOLDER\n');
    process.exit(2);
  }
  layOut(resolve(folder));
}
