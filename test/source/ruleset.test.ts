/** Rulesets of npm packages: found as Node finds them, read as files, never run. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRuleset } from '../../src/source/ruleset.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tare-rulesets-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const open = (source: string, cwd = 'work/deep') => openRuleset(source, { cwd: join(folder, cwd), env: {} });

put('work/deep/.keep', '');
put('work/node_modules/@acme/rules/package.json', '{ "version": "1.2.0", "main": "index.js" }');
put('work/node_modules/@acme/rules/index.js', 'throw new Error("it was run")');
put('work/node_modules/@acme/rules/ruleset.yaml', 'name: acme');
put('work/node_modules/@acme/rules/strict.yaml', 'name: strict');
put('work/node_modules/many/package.json', '{ "version": "0.1.0", "tare": { "ruleset": ["rules", "more.yaml"] } }');
put('work/node_modules/many/rules/b.yaml', 'name: b');
put('work/node_modules/many/rules/a.yaml', 'name: a');
put('work/node_modules/many/more.yaml', 'name: more');

describe('npm:', () => {
  it('finds the package upwards, and its ruleset.yaml', async () => {
    expect(await open('npm:@acme/rules')).toEqual([{ name: 'npm:@acme/rules@1.2.0/ruleset.yaml', text: 'name: acme' }]);
    expect(await open('npm:@acme/rules/strict.yaml')).toEqual([
      { name: 'npm:@acme/rules@1.2.0/strict.yaml', text: 'name: strict' },
    ]);
  });

  it('reads what package.json names: files, and folders by name', async () => {
    expect((await open('npm:many')).map(({ name }) => name)).toEqual([
      'npm:many@0.1.0/rules/a.yaml',
      'npm:many@0.1.0/rules/b.yaml',
      'npm:many@0.1.0/more.yaml',
    ]);
  });

  it('follows a link to a workspace, and none that leads out of the package', async () => {
    put('elsewhere/package.json', '{ "version": "2.0.0" }');
    put('elsewhere/ruleset.yaml', 'name: linked');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'work/node_modules/linked'));
    expect(await open('npm:linked')).toEqual([{ name: 'npm:linked@2.0.0/ruleset.yaml', text: 'name: linked' }]);
    put('secret.yaml', 'name: secret');
    put('work/node_modules/sly/package.json', '{ "tare": { "ruleset": "../../../secret.yaml" } }');
    put('work/node_modules/slier/package.json', '{}');
    symlinkSync(join(folder, 'secret.yaml'), join(folder, 'work/node_modules/slier/ruleset.yaml'));
    await expect(open('npm:sly')).rejects.toThrow(
      "'../../../secret.yaml' leads out of npm:sly; only its own files are read",
    );
    await expect(open('npm:slier')).rejects.toThrow("'ruleset.yaml' leads out of npm:slier");
    await expect(open('npm:@acme/rules/../../../../secret.yaml')).rejects.toThrow('leads out of npm:@acme/rules@1.2.0');
  });

  it.each([
    ['npm:absent', 'the package absent is not installed in'],
    ['npm:../work', "the ruleset 'npm:../work' names no package"],
    ['npm:', 'names no package'],
    ['npm:@acme/rules/missing.yaml', "npm:@acme/rules@1.2.0 has no 'missing.yaml'"],
  ])('refuses %s', async (source, message) => {
    await expect(open(source)).rejects.toThrow(message);
  });

  it.each([
    ['broken', 'no JSON', 'is no JSON'],
    ['empty', '{ "tare": { "ruleset": [] } }', 'has a tare.ruleset that is no path'],
    ['number', '{ "tare": { "ruleset": 7 } }', 'has a tare.ruleset that is no path'],
    ['huge', `{ "x": "${'x'.repeat(2 << 20)}" }`, 'is larger than 1048576 bytes'],
  ])('refuses a package.json that is %s', async (name, text, message) => {
    put(`work/node_modules/${name}/package.json`, text);
    await expect(open(`npm:${name}`)).rejects.toThrow(`the package.json of ${name} ${message}`);
  });
});

describe('oci:', () => {
  it('wants a digest, and says how to get one', async () => {
    await expect(open('oci:registry.example.com/acme/rules:1')).rejects.toThrow(
      "the ruleset 'oci:registry.example.com/acme/rules:1' is named by a tag, which may mean another one tomorrow; pin it as oci:registry.example.com/acme/rules@sha256:…, with the digest that oras resolve registry.example.com/acme/rules:1 prints",
    );
    await expect(open('oci:registry.example.com/acme/rules')).rejects.toThrow('is named by no digest');
  });
});
