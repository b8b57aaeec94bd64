import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { suggestDocker } from '../../../src/report/suggest/docker.ts';
import { suggestKubernetes } from '../../../src/report/suggest/kubernetes.ts';
import { commentText, shellWord, yamlText } from '../../../src/report/suggest/quote.ts';
import type { ImageReport } from '../../../src/types/report.ts';
import type { Mount } from '../../../src/types/surface.ts';
import { runUser, surface } from '../../support/facts.ts';
import { report } from '../fixtures.ts';
import { restrictedFaults } from './restricted.ts';

const evidence = { at: 'config', pointer: '' } as const;
const run: Mount = { path: 'run', kind: 'tmpfs', why: 'pid file (nginx)', need: 'must', files: 0, code: 0, evidence };
const data: Mount = {
  path: 'srv/data',
  kind: 'volume',
  why: 'declared',
  need: 'declared',
  files: 3,
  code: 0,
  evidence,
};
const http = { from: 80, to: 80, protocol: 'tcp', spec: '80/tcp' };

function image(changes: Partial<ImageReport> = {}, name = 'example.com/team/web:1.4'): ImageReport {
  return { ...report({ name, layers: [] }), user: runUser(), ports: [], surface: surface(), ...changes };
}

// biome-ignore lint/suspicious/noExplicitAny: a parsed pod, looked into by its tests alone.
function pods(text: string): any[] {
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.toJS();
  });
}

describe('the pod', () => {
  it('is what the level restricted accepts, with the user, ports and mounts of the image', () => {
    const text = suggestKubernetes([
      image({
        user: runUser({ uid: 101, gid: 101, groups: [101, 50] }),
        ports: [http],
        surface: surface({ mounts: [run, data] }),
      }),
    ]);
    const [pod] = pods(text);
    expect(restrictedFaults(pod)).toEqual([]);
    expect(pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 101,
          runAsGroup: 101,
          supplementalGroups: [50],
          fsGroup: 101,
          seccompProfile: { type: 'RuntimeDefault' },
          sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
        },
        containers: [
          {
            name: 'web',
            image: 'example.com/team/web:1.4',
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
            },
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            volumeMounts: [
              { name: 'run', mountPath: '/run' },
              { name: 'srv-data', mountPath: '/srv/data' },
            ],
          },
        ],
        volumes: [
          { name: 'run', emptyDir: {} },
          { name: 'srv-data', emptyDir: {} },
        ],
      },
    });
    expect(text).toContain('hides 3 files of the image');
  });

  it('is accepted for root, for a user that is not there, for Windows, and says what the image lacks', () => {
    const root = runUser({ spec: '', defaulted: true, uid: 0, gid: 0 });
    const spare = { name: 'www-data', uid: 33, gid: 33, via: 'workload' } as const;
    const { user: _, surface: __, ...unknown } = image();
    const cases: [ImageReport, number, string][] = [
      [image({ user: root, surface: surface({ everything: true }) }), 65532, 'has no account for its workload'],
      [image({ user: root, surface: surface({ spareUser: spare }) }), 33, 'packaged to run as www-data'],
      [
        image({
          user: { ...root, dropsPrivilegeBy: 'gosu' },
          surface: surface({ spareUser: { ...spare, via: 'drops' } }),
        }),
        33,
        'gosu in the start command needs root',
      ],
      [
        image({ user: { ...runUser({ spec: 'ghost', missing: 'user' }), uid: undefined as never } }),
        65532,
        'no account for its user "ghost"',
      ],
      [image({ user: runUser({ uid: 1001, gid: 0 }) }), 1001, 'the group is root'],
      [unknown, 65532, 'is not known'],
      [image({ surface: surface({ mountsComplete: false }) }), 10001, 'mounts may be missing'],
    ];
    for (const [one, uid, said] of cases) {
      const text = suggestKubernetes([one]);
      const [pod] = pods(text);
      expect(restrictedFaults(pod), text).toEqual([]);
      expect(pod.spec.securityContext.runAsUser).toBe(uid);
      expect(text).toContain(said);
    }
    const windows = image({ target: { ...image().target, platform: { os: 'windows', architecture: 'amd64' } } });
    expect(restrictedFaults(pods(suggestKubernetes([windows]))[0])).toEqual([]);
  });

  it('is a document for each image', () => {
    expect(pods(suggestKubernetes([image(), image({}, 'other:2')])).map((pod) => pod.metadata.name)).toEqual([
      'web',
      'other',
    ]);
  });

  it('has a name that a cluster takes, whatever the image is called', () => {
    for (const [name, label, reference] of [
      ['debian', 'debian', 'debian'],
      [`localhost:5000/a/B_c.d:1@sha256:${'a'.repeat(64)}`, 'app', 'IMAGE'],
      ['localhost:5000/a/b_c.d:1', 'b-c-d', 'localhost:5000/a/b_c.d:1'],
      ['./image.tar', 'app', 'IMAGE'],
      ['image.tar', 'app', 'IMAGE'],
      [`${'x'.repeat(80)}:1`, 'x'.repeat(60), `${'x'.repeat(80)}:1`],
      ['a"\nkind: Secret', 'app', 'IMAGE'],
    ] as const) {
      const [pod] = pods(suggestKubernetes([image({}, name)]));
      expect(pod.metadata.name).toBe(label);
      expect(pod.spec.containers[0].image).toBe(reference);
      expect(pod.kind).toBe('Pod');
    }
  });

  it('names each volume for itself, as a DNS label', () => {
    const paths = [
      'a/b',
      'a-b',
      'a/b-2',
      'a_b',
      'a/b/2',
      ...['/', '.', '-'].map((mark) => `${'x'.repeat(70)}${mark}${'y'.repeat(40)}`),
    ];
    const mounts = paths.map((path) => ({ ...run, path }));
    const [pod] = pods(suggestKubernetes([image({ surface: surface({ mounts }) })]));
    const names = pod.spec.volumes.map(({ name }: { name: string }) => name);
    expect(names).toHaveLength(paths.length);
    expect(new Set(names).size).toBe(paths.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(pod.spec.containers[0].volumeMounts.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it('holds no text of the image but as text', () => {
    const evil = 'x\n  hostNetwork: true\r\n---\nkind: Secret\u2028y: 1\u0085z: "';
    const text = suggestKubernetes([
      image(
        {
          user: runUser({ spec: evil, uid: 0, dropsPrivilegeBy: evil }),
          surface: surface({
            spareUser: { name: evil, uid: 33, gid: 33, via: 'drops' },
            mounts: [
              { ...run, path: evil, why: evil },
              { ...run, path: `a ${'#'} b: c`, why: evil },
              { ...run, path: 'a # b' },
              { ...run, path: "it's" },
            ],
          }),
        },
        evil,
      ),
    ]);
    const found = pods(text);
    expect(found).toHaveLength(1);
    expect(restrictedFaults(found[0])).toEqual([]);
    expect(found[0].spec.containers[0].volumeMounts.map((mount: { mountPath: string }) => mount.mountPath)).toEqual([
      '/a # b',
      "/it's",
    ]);
    expect(Object.keys(found[0].spec)).not.toContain('hostNetwork');
  });
});

describe('quoting', () => {
  const texts = [
    '',
    'plain',
    'null',
    '1.0',
    '- a',
    '"\\',
    'é 𝄞 \u2028\u0000\u007f\ufeff',
    "'; rm -rf / #",
    '$(x)`y`',
    '\n---\n',
  ];

  it('gives YAML back as it was', () => {
    for (const text of texts) expect(parseAllDocuments(yamlText(text)).map((one) => one.toJS())).toEqual([text]);
    expect(yamlText('\ud800')).toBe('"\\uFFFD"');
  });

  it('gives a shell its word as it was', () => {
    for (const text of texts.filter((one) => !one.includes('\0')))
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  it('keeps a comment to its line', () => {
    expect(commentText('a\nb\r\u2028c\u0085')).toBe('a?b??c?');
    expect(commentText('x'.repeat(9999))).toHaveLength(303);
  });
});

describe('the command for Docker', () => {
  it('has the user, the mounts and no privilege', () => {
    const text = suggestDocker([
      image({
        user: runUser({ uid: 101, gid: 102, groups: [50] }),
        surface: surface({ mounts: [run, data, { ...run, path: 'tmp' }, { ...run, path: "it's" }] }),
      }),
    ]);
    expect(text.split('\n')).toEqual([
      '# example.com/team/web:1.4',
      'docker run --read-only \\',
      '  --user 101:102 \\',
      '  --group-add 50 \\',
      '  --cap-drop ALL \\',
      '  --security-opt no-new-privileges \\',
      '  --tmpfs /run:uid=101,gid=102,mode=0755 \\',
      '  --mount type=volume,dst=/srv/data \\',
      '  --tmpfs /tmp:mode=1777 \\',
      "  --tmpfs '/it'\\''s:uid=101,gid=102,mode=0755' \\",
      '  example.com/team/web:1.4',
      '',
    ]);
  });
});
