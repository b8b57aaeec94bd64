/** Three images as they are met, and one that attacks the reader; put together as a scan would. */
import { buildReport } from '../../src/report/build.ts';
import { gains } from '../../src/score/gains.ts';
import { type GateOptions, gate } from '../../src/score/gate.ts';
import { score } from '../../src/score/score.ts';
import type { Distro, Package } from '../../src/types/facts.ts';
import type { ImageReport } from '../../src/types/report.ts';
import type { Digest, Evidence, Finding, LayerInfo, SourceKind, StatusEntry } from '../../src/types.ts';

interface Sketch {
  name: string;
  kind?: SourceKind;
  layers: [createdBy: string | undefined, size: number, entries: number][];
  distro?: Distro;
  packages?: [name: string, version: string, layer: number, size: number][];
  findings?: Finding[];
  status?: StatusEntry[];
  gate?: GateOptions;
}

export function report(sketch: Sketch): ImageReport {
  const findings = sketch.findings ?? [];
  const result = score(findings);
  return buildReport({
    version: '0.1.0',
    target: {
      name: sketch.name,
      kind: sketch.kind ?? 'docker-archive',
      digest: digest(999),
      platform: { os: 'linux', architecture: 'amd64' },
      layers: sketch.layers.map(layer),
    },
    ruleset: { name: 'baseline@1', version: '3f9c2a71', asOf: '2026-11-01' },
    distro: sketch.distro ? { known: true, value: sketch.distro, evidence: [] } : { known: false, reason: 'no reason' },
    packages: { known: true, value: (sketch.packages ?? []).map(pack), evidence: [] },
    findings,
    score: result,
    gains: gains(findings),
    gate: gate(findings, result, sketch.gate ?? { failOn: 'high' }),
    status: sketch.status ?? [],
  });
}

export function digest(number: number): Digest {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

function layer([createdBy, size, entries]: Sketch['layers'][number], index: number): LayerInfo {
  return {
    index,
    digest: digest(index),
    diffID: digest(100 + index),
    storedSize: Math.round(size * 0.4),
    size,
    entries,
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ...(createdBy === undefined ? {} : { createdBy }),
  };
}

function pack([name, version, at, size]: NonNullable<Sketch['packages']>[number]): Package {
  const purl = `pkg:deb/debian/${name}@${version}`;
  return { name, version, type: 'deb', layer: at, size, purl, database: 'var/lib/dpkg/status' };
}

export function file(path: string, layer: number, line?: number): Evidence {
  return { at: 'file', path, layer, ...(line === undefined ? {} : { line }) };
}

let number = 0;
export function fault(part: Partial<Finding> & Pick<Finding, 'rule' | 'category' | 'severity' | 'message'>): Finding {
  return {
    outcome: 'fail',
    confidence: 'high',
    remediation: 'Remove it.',
    data: {},
    evidence: [{ at: 'config', pointer: '/config/User' }],
    fingerprint: (++number).toString(16).padStart(16, '0'),
    ...part,
  };
}

const runAsRoot = fault({
  rule: 'run-as-root',
  category: 'least-privilege',
  severity: 'high',
  message: 'The container starts as root (uid 0): the image names no user.',
  remediation:
    'Create a user with a fixed number and name it by that number: RUN useradd --system --uid 10001 app, then USER 10001.',
});

const debian: Distro = {
  id: 'debian',
  idLike: [],
  name: 'Debian GNU/Linux',
  versionId: '12',
  codename: 'bookworm',
  prettyName: 'Debian GNU/Linux 12 (bookworm)',
  distroless: false,
};

export function staticBinary(): ImageReport {
  return report({
    name: 'registry.example.com/edge/resolver:2.4.1',
    kind: 'registry',
    layers: [['COPY /out/resolver /resolver # buildkit', 8_412_672, 1]],
    distro: { ...debian, id: 'scratch', name: 'scratch', prettyName: 'scratch', versionId: '' },
    gate: { failOn: 'high', minScore: 80 },
  });
}

export function debianService(): ImageReport {
  return report({
    name: 'shop/api:1.4',
    layers: [
      [
        '/bin/sh -c #(nop) ADD file:5b2c9ad1f0e4b7756c3d8d4e0c2f1a9b8c7d6e5f40312233445566778899aabb in / ',
        74_812_411,
        4320,
      ],
      [
        'RUN |1 NODE_VERSION=20.11.0 /bin/sh -c set -eux;   apt-get update && apt-get install -y --no-install-recommends ca-certificates curl git openssh-client && rm -rf /var/lib/apt/lists/* # buildkit',
        61_204_980,
        2107,
      ],
      ['COPY package.json package-lock.json /app/ # buildkit', 412_113, 3],
      ['RUN /bin/sh -c npm ci # buildkit', 187_661_002, 21_876],
      ['COPY . /app # buildkit', 2_114_880, 412],
    ],
    distro: debian,
    packages: [
      ['libc6', '2.36-9+deb12u9', 0, 12_986_368],
      ['perl-base', '5.36.0-7+deb12u1', 0, 7_874_560],
      ['coreutils', '9.1-1', 0, 18_006_016],
      ['bash', '5.2.15-2+b7', 0, 7_164_928],
      ['git', '1:2.39.5-0+deb12u2', 1, 46_391_296],
      ['openssh-client', '1:9.2p1-2+deb12u5', 1, 5_972_992],
    ],
    findings: [
      runAsRoot,
      fault({
        rule: 'os-footprint',
        category: 'minimal-base',
        severity: 'medium',
        weight: 0.64,
        message: 'The operating system is 112.3 MB in 96 packages; a static or distroless base would serve.',
        remediation: 'Build on gcr.io/distroless/nodejs20-debian12, or on node:20-alpine where a shell is needed.',
        evidence: [file('var/lib/dpkg/status', 0)],
      }),
      fault({
        rule: 'package-manager-present',
        category: 'unnecessary-software',
        severity: 'medium',
        message: 'The package managers apt and dpkg are in the image.',
        remediation: 'Copy the application into a base that has none, or remove them in the last step of the build.',
        evidence: [
          file('usr/bin/apt', 0),
          file('usr/bin/apt-get', 0),
          file('usr/bin/dpkg', 0),
          file('usr/bin/aptitude', 1),
        ],
      }),
      fault({
        rule: 'shell-present',
        category: 'unnecessary-software',
        severity: 'low',
        message: 'Two shells can be started: bash, dash.',
        evidence: [file('usr/bin/bash', 0), file('usr/bin/dash', 0)],
      }),
      fault({
        rule: 'setuid-file',
        category: 'least-privilege',
        severity: 'low',
        message: 'Nine files run as their owner, root, whoever starts them.',
        remediation:
          'Take the bits away in the layer that brings the files: RUN find / -xdev -perm /6000 -exec chmod a-s {} +',
        evidence: [
          file('usr/bin/chfn', 0),
          ...['chsh', 'gpasswd', 'mount', 'newgrp', 'passwd', 'su', 'umount'].map((name) => file(`usr/bin/${name}`, 0)),
          file('usr/lib/openssh/ssh-keysign', 1),
        ],
      }),
      fault({
        rule: 'missing-attestation',
        category: 'trusted-source',
        severity: 'medium',
        outcome: 'unknown',
        message:
          'An archive carries no attestations, so whether the image has a signature, an SBOM or provenance is not known.',
        remediation: 'Scan it where it was pushed: tare scan registry:shop/api:1.4.',
        evidence: [{ at: 'config', pointer: '/', document: 'manifest' }],
      }),
      fault({
        rule: 'base-not-digest-pinned',
        category: 'trusted-source',
        severity: 'low',
        message: 'The base image debian:12-slim is named by tag alone.',
        remediation: 'Pin it: FROM debian:12-slim@sha256:….',
        suppression: { reason: 'the build service pins it when it pulls', expires: '2027-03-31' },
        evidence: [{ at: 'config', pointer: '/annotations/org.opencontainers.image.base.name', document: 'manifest' }],
      }),
      fault({
        rule: 'privileged-port-exposed',
        category: 'least-privilege',
        severity: 'info',
        message: 'Port 80/tcp is below 1024.',
        remediation: 'Listen above 1024.',
        evidence: [{ at: 'config', pointer: '/config/ExposedPorts/80~1tcp' }],
      }),
      fault({
        rule: 'outdated-base',
        category: 'trusted-source',
        severity: 'medium',
        confidence: 'low',
        message: 'The image was created 14 months ago.',
      }),
    ],
    gate: { failOn: 'high', minScore: 80 },
  });
}

export function neglectedServer(): ImageReport {
  return report({
    name: 'registry.internal.example.org:5000/legacy-platform/customer-facing/billing-and-invoicing-backend:2019.11-hotfix3',
    layers: [
      [
        '/bin/sh -c #(nop) ADD file:6dd7a1f5bc8fd0a2bfdc7a1b0c9d8e7f6a5b4c3d2e1f00112233445566778899 in / ',
        202_114_530,
        9_318,
      ],
      [
        '|2 BUILD_USER=ci TOKEN=x /bin/sh -c yum -y install openssh-server gcc make vim telnet cronie supervisor && yum clean all',
        389_456_210,
        18_442,
      ],
      [undefined, 1_204, 4],
      [
        '/bin/sh -c #(nop) COPY dir:0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0 in /opt/请求处理/服务 ',
        96_442_118,
        1_204,
      ],
      ['/bin/sh -c rm -f /root/.ssh/id_rsa', 0, 1],
    ],
    distro: { ...debian, id: 'centos', name: 'CentOS Linux', versionId: '7', prettyName: 'CentOS Linux 7 (Core)' },
    packages: [
      ['glibc', '2.17-326.el7_9', 0, 14_221_312],
      ['gcc', '4.8.5-44.el7', 1, 39_812_096],
      ['vim-enhanced', '7.4.629-8.el7_9', 1, 2_319_360],
    ],
    findings: [
      fault({ ...runAsRoot, message: 'The container starts as root (uid 0): USER is "root".' }),
      fault({
        rule: 'private-key',
        category: 'secrets-and-data',
        severity: 'critical',
        message: 'An RSA private key can be read from layer 2, though layer 4 deletes it.',
        remediation:
          'Take the key for known to others and replace it. Then build without it: RUN --mount=type=secret,id=deploy_key gives a step the key and leaves nothing in the layer.',
        evidence: [file('root/.ssh/id_rsa', 2, 1), file('root/.ssh/id_rsa', 4)],
      }),
      fault({
        rule: 'cloud-credential',
        category: 'secrets-and-data',
        severity: 'critical',
        confidence: 'medium',
        message: 'What looks like an access key of a cloud provider (AKIA…Q7) stands in a configuration file.',
        remediation: 'Replace the key, and let the platform give the container its identity.',
        evidence: [
          file(
            'opt/请求处理/服务/配置/生产环境/application-production-eu-central-1.with-a-rather-long-name.properties',
            3,
            118,
          ),
          ...[0, 1, 2, 3].map((layer) => file(`etc/keys/${layer}`, layer)),
        ],
      }),
      fault({
        rule: 'end-of-life-distro',
        category: 'trusted-source',
        severity: 'high',
        message: 'CentOS Linux 7 has had no security updates since 2024-06-30.',
        remediation: 'Move to a supported release, such as AlmaLinux 9 or UBI 9.',
        evidence: [file('etc/os-release', 0)],
      }),
      fault({
        rule: 'ssh-server-present',
        category: 'unnecessary-software',
        severity: 'high',
        message: 'An SSH server is in the image (sshd), with host keys.',
        remediation: 'Use docker exec or kubectl exec to look inside, and take the server out.',
        evidence: [file('usr/sbin/sshd', 1)],
      }),
      fault({
        rule: 'os-footprint',
        category: 'minimal-base',
        severity: 'high',
        outcome: 'unknown',
        weight: 1,
        message: 'The package database could not be read, so the size of the operating system is not known.',
        remediation: 'Keep var/lib/rpm whole in the image.',
        evidence: [file('var/lib/rpm/Packages', 0)],
      }),
    ],
    status: [
      {
        part: 'rpm',
        level: 'error',
        layer: 0,
        message: 'var/lib/rpm/Packages ends in the middle of page 114, so the packages of this database are not known.',
      },
      { part: 'index', level: 'info', message: 'linux/s390x was passed over: its blobs are not in the archive.' },
    ],
    gate: { failOn: 'medium', minScore: 75 },
  });
}

/** A finding with a place in a Dockerfile, what would mend it there, and a place in the image. */
export function inDockerfile(part: Partial<Finding> = {}): Finding {
  return fault({
    rule: 'run-as-root',
    category: 'least-privilege',
    severity: 'high',
    message: 'Runs as root',
    evidence: [
      { at: 'config', pointer: '/config/User' },
      {
        at: 'instruction',
        file: './build/Dockerfile',
        stage: 1,
        range: { start: { line: 12, column: 1 }, end: { line: 12, column: 10 } },
      },
    ],
    fix: {
      description: 'Names a user by its number',
      edits: [
        {
          file: './build/Dockerfile',
          range: { start: { line: 12, column: 6 }, end: { line: 12, column: 10 } },
          text: '10001:10001',
        },
      ],
    },
    ...part,
  });
}
