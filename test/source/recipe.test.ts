import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { parseRecipe, recipeImage } from '../../src/source/recipe.ts';
import { capabilityBytes } from '../../src/source/recipe-capability.ts';
import { elfBytes } from '../../src/source/recipe-elf.ts';
import { SourceError } from '../../src/types.ts';

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const build = (text: string) => recipeImage(parseRecipe(text, 'demo.image.yaml'), 'demo');
const complaint = (text: string): string => {
  try {
    parseRecipe(text, 'r.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(SourceError);
    return (error as Error).message;
  }
  return 'no complaint';
};
const bytesOf = (image: Awaited<ReturnType<typeof build>>, layer = 0): Uint8Array => {
  const { content } = image.layers[layer]!;
  if (content.from !== 'bytes') throw new Error(content.from);
  return content.bytes;
};

interface Seen {
  name: string;
  type: string;
  mode: number;
  uid: number;
  gid: number;
  linkname: string;
  content: string;
  size: number;
}
/** The tar as another reader sees it. */
async function entries(tar: Uint8Array): Promise<Seen[]> {
  const seen: Seen[] = [];
  const reader = extract();
  reader.end(Buffer.from(tar));
  for await (const entry of reader) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const content = Buffer.concat(parts);
    const { name, type, mode, uid, gid, linkname } = entry.header;
    seen.push({
      name,
      type: type!,
      mode: mode!,
      uid: uid!,
      gid: gid!,
      linkname: linkname ?? '',
      content: content.toString('latin1'),
      size: content.length,
    });
  }
  return seen;
}

const full = `
name: demo
platform: linux/arm64/v8
references: ["alpine:3.20", "ghcr.io/o/r@sha256:${'a'.repeat(64)}"]
annotations: {org.opencontainers.image.base.name: "docker.io/library/alpine:3.20", __proto__: odd}
attestations:
  - provenance
  - {kind: sbom, packages: 12}
  - {kind: provenance, type: https://slsa.dev/provenance/v0.2, materials: [{uri: "pkg:docker/alpine", digest: "sha256:${'b'.repeat(64)}"}]}
config:
  user: "1000"
  env: ["A=b"]
  entrypoint: ["/app/run"]
  cmd: []
  exposedPorts: ["80/tcp"]
  volumes: [/data]
  labels: {a: b}
  workingDir: /app
  healthcheck: ["CMD", "x"]
  created: "2024-01-02T03:04:05Z"
layers:
  - createdBy: "COPY app /app"
    files:
      /app/: {mode: "0755"}
      /app/run: {content: "#!/bin/sh\\n", mode: "0700", uid: 10, gid: 20}
      /bin/ping: {mode: "4755", size: 2kB, elf: dynamic}
      /bin/none: {mode: "0"}
      /bin/sh: {link: busybox}
      /bin/ash: {hardlink: /bin/busybox}
      /etc/motd: hello
      /bin/x: {base64: AAEC, capabilities: "cap_net_raw,cap_setuid+ep"}
  - compression: gzip
    remove: [/etc/old, top]
    opaque: [/var/cache, /]
`;

describe('a recipe', () => {
  it('becomes an image with real bytes, digests and config', async () => {
    const image = await build(full.replace('top]', '/top]'));
    expect(image).toMatchObject({
      name: 'demo',
      kind: 'recipe',
      attestationsKnown: true,
      digestChecks: [],
      status: [],
    });
    expect(image.config.platform).toEqual({ os: 'linux', architecture: 'arm64', variant: 'v8' });
    expect(image.config.created).toBe('2024-01-02T03:04:05Z');
    expect(image.config.container).toMatchObject({
      user: '1000',
      env: ['A=b'],
      entrypoint: ['/app/run'],
      cmd: [],
      exposedPorts: ['80/tcp'],
      volumes: ['/data'],
      workingDir: '/app',
      healthcheck: { test: ['CMD', 'x'] },
    });
    expect(image.config.container.labels['a']).toBe('b');
    expect(image.annotations['org.opencontainers.image.base.name']).toBe('docker.io/library/alpine:3.20');
    expect(Object.keys(image.annotations)).toContain('__proto__');
    expect(image.origin.references.map((reference) => reference.registry)).toEqual(['docker.io', 'ghcr.io']);
    expect(image.attestations.map(({ kind, type }) => [kind, type])).toEqual([
      ['provenance', 'https://slsa.dev/provenance/v1'],
      ['sbom', 'https://spdx.dev/Document'],
      ['provenance', 'https://slsa.dev/provenance/v0.2'],
    ]);
    expect(image.layers[0]).toMatchObject({
      createdBy: 'COPY app /app',
      digest: sha256(bytesOf(image)),
      diffID: sha256(bytesOf(image)),
    });
    expect(image.layers[1]!.digest).toBe(sha256(bytesOf(image, 1)));
    expect(image.layers[1]!.diffID).toBe(sha256(gunzipSync(bytesOf(image, 1))));
    expect(image.config.diffIDs).toEqual(image.layers.map((layer) => layer.diffID));
  });

  it('writes tars that another reader reads the same', async () => {
    const image = await build(full.replace('top]', '/top]'));
    const [first, second] = [await entries(bytesOf(image)), await entries(gunzipSync(bytesOf(image, 1)))];
    const named = new Map(first.map((entry) => [entry.name.replace(/\/$/, ''), entry]));
    expect(named.get('app')).toMatchObject({ type: 'directory', mode: 0o755 });
    expect(named.get('app/run')).toMatchObject({ mode: 0o700, uid: 10, gid: 20, content: '#!/bin/sh\n' });
    expect(named.get('bin/ping')).toMatchObject({ mode: 0o4755, size: 2000 });
    expect(named.get('bin/none')).toMatchObject({ mode: 0 });
    expect(named.get('bin/sh')).toMatchObject({ type: 'symlink', linkname: 'busybox' });
    expect(named.get('bin/ash')).toMatchObject({ type: 'link', linkname: 'bin/busybox' });
    expect(named.get('etc/motd')).toMatchObject({ content: 'hello', mode: 0o644 });
    expect(named.get('bin/x')!.content).toBe('\0\x01\x02');
    expect(second.map((entry) => entry.name)).toEqual([
      'etc/.wh.old',
      '.wh.top',
      'var/cache/.wh..wh..opq',
      '.wh..wh..opq',
    ]);
  });

  it('is the same bytes every time', async () => {
    const [one, two] = [await build(full.replace('top]', '/top]')), await build(full.replace('top]', '/top]'))];
    expect(one.digest).toBe(two.digest);
    expect(one.layers.map((layer) => layer.digest)).toEqual(two.layers.map((layer) => layer.digest));
  });

  it('names wrong digests where it is told to tamper', async () => {
    const image = await build('layers:\n  - {files: {/a: x}, tamper: diffID}\n  - {files: {/b: y}, tamper: digest}\n');
    expect(image.layers[0]!.digest).toBe(sha256(bytesOf(image)));
    expect(image.layers[0]!.diffID).not.toBe(sha256(bytesOf(image)));
    expect(image.layers[1]!.digest).not.toBe(sha256(bytesOf(image, 1)));
    expect(image.layers[1]!.diffID).toBe(sha256(bytesOf(image, 1)));
  });

  it('writes long names and names beyond ASCII as pax records', async () => {
    const long = `/${'d'.repeat(90)}/${'é'.repeat(60)}`;
    const image = await build(
      `layers:\n  - files:\n      ${long}: {content: x, uid: 3000000}\n      /l: {link: ${long}}\n`,
    );
    const [file, link] = await entries(bytesOf(image));
    expect(file).toMatchObject({ name: long.slice(1), content: 'x', uid: 3000000 });
    expect(link!.linkname).toBe(long);
  });

  it('writes package databases as the package managers do', async () => {
    const image = await build(`
layers:
  - packages:
      dpkg:
        - {name: bash, version: 5.2-1, essential: "yes", files: [/bin/bash]}
        - {name: old, version: "1", status: deinstall ok config-files}
      apk: [{name: musl, version: 1.2.5-r0, files: [/lib/libc.so, /lib/ld.so]}]
`);
    const seen = new Map((await entries(bytesOf(image))).map((entry) => [entry.name, entry.content]));
    expect(seen.get('var/lib/dpkg/status')).toMatch(/^Package: bash\nEssential: yes\nStatus: install ok installed\n/);
    expect(seen.get('var/lib/dpkg/status')).toMatch(
      /\n\nPackage: old\nStatus: deinstall ok config-files\n[\s\S]*\n\n$/,
    );
    expect(seen.get('var/lib/dpkg/info/bash.list')).toBe('/.\n/bin\n/bin/bash\n');
    expect(seen.get('lib/apk/db/installed')).toMatch(
      /^C:Q1\S+=\nP:musl\nV:1\.2\.5-r0\nA:x86_64\n[\s\S]*\nF:lib\nR:libc\.so\na:0:0:755\nZ:Q1\S+=\nR:ld\.so\n/,
    );
  });

  it('may write its own history, empty steps among it', async () => {
    const image = await build(
      'layers: [{files: {/a: x}}]\nhistory:\n  - {createdBy: one, emptyLayer: true}\n  - {createdBy: two}\n',
    );
    expect(image.config.history.map((step) => [step.createdBy, step.layer])).toEqual([
      ['one', undefined],
      ['two', 0],
    ]);
    expect(image.layers[0]!.createdBy).toBe('two');
  });

  it.each([
    ['layers: []\nuser: x\n', /^r\.yaml:2:1: user has no field "user"|^r\.yaml:2:1: .*no field "user"/],
    ['layers:\n  - files:\n      /a: {contents: x}\n', /^r\.yaml:3:12: .*no field "contents"; it may have: content/],
    ['layers:\n  - files: {a: x}\n', /^r\.yaml:2:\d+: .*not absolute/],
    ['layers:\n  - files:\n      /a: {mode: 0755}\n', /^r\.yaml:3:18: .*octal mode in quotes/],
    ['layers:\n  - files:\n      /a: {content: x, link: y}\n', /both content and link/],
    ['layers:\n  - files:\n      /a: {capabilities: cap_fly+ep}\n', /no capability cap_fly/],
    ['layers:\n  - remove: [etc]\n', /^r\.yaml:2:14: .*absolute path/],
    ['layers: 5\n', /^r\.yaml:1:9: layers must be a list/],
    ['layers: []\nplatform: nonsense\n', /^r\.yaml:2:11: .*not a platform/],
    ['layers: []\nreferences: ["UPPER CASE"]\n', /^r\.yaml:2:14: .*not an image reference/],
    ['layers: []\nlayers: []\n', /^r\.yaml:2:1: Map keys must be unique/],
    ['layers: [\n', /^r\.yaml:2:1: /],
    ['name: x\n', /has no layers/],
    ['- a\n', /^r\.yaml:1:1: the file must be a map/],
    ['', /has no layers/],
    ['layers: []\nattestations: [stamp]\n', /^r\.yaml:2:16: .*one of provenance, sbom/],
    ['layers:\n  - packages: {dpkg: [{name: x}]}\n', /needs a name and a version/],
  ])('says what is wrong with %j and where', (text, message) => expect(complaint(text)).toMatch(message));

  it('does not fall for aliases that multiply', () => {
    const lines = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...Array.from(
        { length: 8 },
        (_v, i) => `${'bcdefghi'[i]}: &${'bcdefghi'[i]} [${`*${'abcdefgh'[i]}, `.repeat(9)}]`,
      ),
    ];
    expect(complaint(`${lines.join('\n')}\nlayers: *i\n`)).toMatch(/no field "a"/);
    expect(complaint('layers: &l [*l, *l]\n')).toMatch(/must be a map|alias/);
  });

  it('does not build files beyond all measure', async () => {
    const past = /goes past the limit of 256000000 bytes for the files of a recipe/;
    await expect(build('layers: [{files: {/a: {size: 9999GB}}}]')).rejects.toThrow(past);
    // The sum counts, over layers and whatever an alias repeats.
    await expect(build(`layers:\n${'- files: {/a: {size: 60MB}}\n'.repeat(5)}`)).rejects.toThrow(
      /^layer 4 .* goes past/,
    );
    const repeated = `layers:\n- files:\n    /a0: &big "${'x'.repeat(1_000_000)}"\n`;
    const aliases = Array.from({ length: 300 }, (_, i) => `    /a${i + 1}: *big\n`).join('');
    await expect(build(repeated + aliases)).rejects.toThrow(past);
    await expect(build(`layers:\n${'- {}\n'.repeat(513)}`)).rejects.toThrow(/has 513 layers, over the limit of 512/);
    expect(complaint(`layers: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`)).toMatch(/the file nests too deep$/);
    expect(complaint('layers: [{files: {"/a\\0b": x}}]\n')).toMatch(/which is not absolute/);
  });
});

describe('capabilityBytes', () => {
  it('is what the kernel reads (struct vfs_cap_data, revision 2)', () => {
    expect(capabilityBytes('cap_net_raw+ep').toString('hex')).toBe('0100000200200000000000000000000000000000');
    expect(capabilityBytes('cap_setuid,cap_net_admin=p').toString('hex')).toBe(
      '0000000280100000000000000000000000000000',
    );
    expect(capabilityBytes('cap_bpf+ei').toString('hex')).toBe('0100000200000000000000000000000080000000');
  });
});

describe('elfBytes', () => {
  it.each(['static', 'dynamic'] as const)('%s has headers that point into the file', (kind) => {
    const file = elfBytes(kind);
    expect(file.toString('latin1', 0, 4)).toBe('\x7fELF');
    const types: number[] = [];
    for (let i = 0; i < file.readUInt16LE(56); i++) {
      const at = 64 + i * 56;
      types.push(file.readUInt32LE(at));
      expect(Number(file.readBigUInt64LE(at + 8)) + Number(file.readBigUInt64LE(at + 32))).toBeLessThanOrEqual(
        file.length,
      );
    }
    expect(types).toEqual(kind === 'static' ? [1] : [1, 3, 2]);
    if (kind === 'dynamic') expect(file.toString('latin1')).toContain('/lib64/ld-linux-x86-64.so.2\0');
  });
});
