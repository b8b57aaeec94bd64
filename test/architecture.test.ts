/** Holds the shape that docs and reviews rely on: who may import whom, and what a file may be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dependencies = Object.keys(project.dependencies ?? {});
/** The server is one bundle: what it is made of is installed to build it, and nobody who only scans has to. */
const serverDependencies = Object.keys({ ...project.devDependencies, ...project.optionalDependencies });

/** Part of src/ to the parts that it may import, beside itself and the types. */
const mayImport: Record<string, string[]> = {
  types: [],
  image: [],
  versions: [],
  dockerfile: [],
  join: ['dockerfile', 'image'],
  facts: ['image', 'dockerfile'],
  source: ['image', 'dockerfile'],
  rules: ['versions'],
  fix: ['dockerfile'],
  score: [],
  report: [],
  session: ['source', 'image', 'facts'],
  scan: ['session', 'image', 'join', 'facts', 'rules', 'score', 'report'],
  lint: ['source', 'dockerfile', 'facts', 'rules', 'fix', 'score', 'report'],
  trial: ['scan', 'lint', 'source', 'image', 'facts', 'rules'],
  diff: ['versions'],
  sbom: ['scan', 'session', 'image', 'facts'],
  app: [
    'scan',
    'session',
    'lint',
    'sbom',
    'trial',
    'diff',
    'source',
    'image',
    'dockerfile',
    'facts',
    'rules',
    'fix',
    'score',
    'report',
  ],
  index: ['scan', 'lint', 'source', 'image', 'dockerfile', 'facts', 'rules', 'score', 'report'],
};

/** Parts that work on values alone: what they may have of Node. */
const pure: Record<string, string[]> = {
  types: [],
  facts: ['node:buffer', 'node:crypto', 'node:zlib'],
  rules: ['node:crypto'],
  fix: ['node:path'],
  score: [],
  report: ['node:crypto'],
};

/** Longer than the guide, and why. */
const longFiles: Record<string, string> = {
  'src/image/tar.ts': 'the tar state machine: its states read one another, and apart they would be harder to follow',
  'src/dockerfile/model.ts': 'the types of one model',
  'src/types/dockerfile.ts': 'the types of one model',
};
const guide = 260;

interface Import {
  /** As written. */
  from: string;
  /** Path from the project's root for one of our files; undefined for a package or a builtin. */
  file: string | undefined;
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** Comments do not import; strings and regular expressions that look like comments are left alone where a line begins with code. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** Every import statement, re-export, `import()` and `import()` type. */
function importsOf(file: string): Import[] {
  const text = withoutComments(texts.get(file)!);
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/^import\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
  ].map((match) => match[1]!);
  return found.map((from) => ({
    from,
    file: from.startsWith('.') ? normalize(join(dirname(file), from)).replaceAll('\\', '/') : undefined,
  }));
}

/** `src/facts/distro.ts` → `facts`, `src/scan.ts` → `scan`. */
function partOf(file: string): string {
  return file.split('/')[1]!.replace(/\.ts$/, '');
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

describe('imports', () => {
  it('are all seen by this test (esbuild sees no others)', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: files,
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      outdir: 'unused',
      metafile: true,
      packages: 'external',
      logLevel: 'silent',
    });
    const missed: string[] = [];
    for (const [file, { imports }] of Object.entries(metafile.inputs)) {
      if (!texts.has(file)) continue;
      const seen = new Set(importsOf(file).map(({ from, file: target }) => target ?? from));
      for (const { path, kind } of imports)
        if (kind !== 'require-call' && !seen.has(path)) missed.push(`${file}: ${path}`);
    }
    expect(missed).toEqual([]);
  });

  it('go only where they may', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const part = partOf(file);
      const allowed = mayImport[part];
      if (!allowed) wrong.push(`${file}: ${part} is no part of src/; say in this test what it may import`);
      for (const { file: target } of importsOf(file)) {
        if (target === undefined) continue;
        const other = partOf(target);
        if (!target.startsWith('src/')) wrong.push(`${file} imports ${target}, outside src/`);
        else if (other !== part && other !== 'types' && !allowed?.includes(other))
          wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('name existing files with their ending', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(
          ({ file: target }) => target !== undefined && (!target.endsWith('.ts') || !existsSync(join(root, target))),
        )
        .map(({ from }) => `${file}: ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it('name only packages that users install, and builtins by node:', () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const { from, file: target } of importsOf(file)) {
        if (target !== undefined || from.startsWith('node:')) continue;
        const name = from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/');
        const bundled = file.startsWith('src/app/server/') && serverDependencies.includes(name);
        if (!bundled && !dependencies.includes(name)) wrong.push(`${file}: ${from}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('parts that work on values alone', () => {
  it.each(Object.entries(pure))('%s reads no file, network, clock or environment', (part, allowed) => {
    const wrong: string[] = [];
    for (const file of files.filter((path) => partOf(path) === part)) {
      for (const { from } of importsOf(file))
        if (isBuiltin(from) && !allowed.includes(from)) wrong.push(`${file}: ${from}`);
      const code = withoutComments(texts.get(file)!);
      for (const reach of [
        /\bprocess\.\w+/,
        /\bDate\.now\b/,
        /\bnew Date\(\)/,
        /\bMath\.random\b/,
        /\bperformance\.now\b/,
        /\bfetch\(/,
        /\bconsole\.\w+/,
      ]) {
        const match = reach.exec(code);
        if (match) wrong.push(`${file}: ${match[0]}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('a check imports nothing of Node', () => {
    const checks = files.filter((file) => /^src\/rules\/[^/]+\//.test(file));
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.filter((file) => importsOf(file).some(({ from }) => isBuiltin(from)))).toEqual([]);
  });

  it('a plain scan loads neither YAML nor validation to judge', () => {
    const heavy = ['src/rules/parse.ts', 'src/rules/schema.ts', 'src/rules/yaml.ts'];
    const loaded = new Set<string>();
    const queue = ['src/rules/run.ts', 'src/rules/load.ts', 'src/rules/baseline.ts'];
    for (const file of queue) {
      if (loaded.has(file) || !texts.has(file)) continue;
      loaded.add(file);
      const statements = withoutComments(texts.get(file)!).matchAll(
        /^(?:import|export)\s(?!type\b)[^;'"`]*?\bfrom\s*['"](\.[^'"]+)['"]/gm,
      );
      for (const [, from] of statements) queue.push(normalize(join(dirname(file), from!)).replaceAll('\\', '/'));
    }
    expect(heavy.filter((file) => loaded.has(file))).toEqual([]);
  });
});

describe('files', () => {
  it('have no default export', () => {
    expect(
      files.filter((file) => /(?:^|[;}])\s*export\s+default\b|\bas default\b/m.test(withoutComments(texts.get(file)!))),
    ).toEqual([]);
  });

  it('are no barrels, but for index.ts', () => {
    const barrels = files.filter((file) => {
      if (file === 'src/index.ts') return false;
      const code = withoutComments(texts.get(file)!);
      if (/^export\s+(?:type\s+)?\*\s*(?:as\s+\w+\s+)?from\s*['"]\./m.test(code)) return true;
      const exports = [...code.matchAll(/^export\b(?:\s+type)?\s*(\{[^}]*\}\s*from\s*['"]\.)?/gm)];
      return exports.length > 0 && exports.every((match) => match[1] !== undefined);
    });
    expect(barrels).toEqual([]);
  });

  it(`keep under ${guide} lines, or say why not`, () => {
    const lines = (file: string) => texts.get(file)!.split('\n').length - 1;
    expect(
      files
        .filter((file) => lines(file) >= guide && !Object.hasOwn(longFiles, file))
        .map((file) => `${file}: ${lines(file)}`),
    ).toEqual([]);
    // An exception that is none any more goes.
    expect(Object.keys(longFiles).filter((file) => texts.has(file) && lines(file) < guide)).toEqual([]);
  });
});
