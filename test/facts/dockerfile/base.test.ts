/** What the name of a base tells. */
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/parse.ts';
import { readCommands } from '../../../src/dockerfile/shell.ts';
import { dockerfileFacts } from '../../../src/facts/dockerfile/facts.ts';
import { factsFromDockerfile } from '../../../src/facts/dockerfile/image.ts';
import type { FactData } from '../../../src/facts/facts.ts';
import { baseline } from '../../../src/rules/baseline.ts';

async function factsOf(text: string) {
  const model = parseDockerfile(text, 'Dockerfile');
  return factsFromDockerfile(dockerfileFacts(model, await readCommands(model)), {
    asOf: '2026-11-01',
    data: baseline().data as unknown as FactData,
  });
}
const distroOf = async (base: string) => {
  const { distro } = await factsOf(`FROM ${base}\n`);
  return distro.known ? `${distro.value.id} ${distro.value.versionId}`.trim() : undefined;
};
const userOf = async (base: string) => {
  const { user } = await factsOf(`FROM ${base}\n`);
  return user.known ? (user.value.spec === '' ? 'none' : user.value.spec) : undefined;
};

describe('the distribution', () => {
  it.each([
    ['debian:13-slim', 'debian 13'],
    ['debian:bookworm', 'debian 12'],
    ['ubuntu:24.04', 'ubuntu 24.04'],
    ['ubuntu:jammy-20260101', 'ubuntu 22.04'],
    ['alpine:3.23.1', 'alpine 3.23.1'],
    ['alpine:edge', 'alpine'],
    ['centos:centos7', 'centos 7'],
    ['node:20-alpine3.18', 'alpine 3.18'],
    ['node:20-alpine', 'alpine'],
    ['python:3.12-slim-bullseye', 'debian 11'],
    ['eclipse-temurin:17-jre-focal', 'ubuntu 20.04'],
    ['oraclelinux:8-slim', 'ol 8'],
    ['amazonlinux:2', 'amzn 2'],
    ['registry.access.redhat.com/ubi9/ubi-minimal:9.5', 'rhel 9'],
    ['gcr.io/distroless/static-debian12', 'debian 12'],
    ['mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled', 'ubuntu 24.04'],
    ['scratch', 'scratch'],
    ['node:20', undefined],
    ['debian:latest', 'debian'],
    ['registry.example.com/app:1.2.3', undefined],
    ['someone/jessie-tools:1', undefined],
  ])('of %s is %s', async (base, expected) => {
    expect(await distroOf(base)).toBe(expected);
  });
});

describe('the user', () => {
  it.each([
    ['debian:13', 'none'],
    ['nginx:1.29', 'none'],
    ['public.ecr.aws/docker/library/python:3.14', 'none'],
    ['scratch', 'none'],
    ['gcr.io/distroless/base-debian13:nonroot', '65532'],
    ['gcr.io/distroless/base-debian13', '0'],
    ['cgr.dev/chainguard/node:latest', '65532'],
    ['nginxinc/nginx-unprivileged:1.29', '101'],
    ['jenkins/jenkins:lts', 'jenkins'],
    ['mcr.microsoft.com/dotnet/runtime-deps:9.0-noble-chiseled', '1654'],
    ['registry.access.redhat.com/ubi9/nodejs-22', '1001'],
    ['registry.access.redhat.com/ubi9/ubi', 'none'],
    ['not-an-official-image:1', undefined],
    ['registry.example.com/base:1', undefined],
  ])('of %s is %s', async (base, expected) => {
    expect(await userOf(base)).toBe(expected);
  });
});

describe('as an image', () => {
  it('has the ports, the command and the base that the file gives it', async () => {
    const facts = await factsOf(
      'ARG T=13\nFROM debian:$T AS a\nFROM a\nEXPOSE 80 53/udp\nENTRYPOINT ["/app"]\nCMD ["-v"]\n',
    );
    expect(facts.ports).toMatchObject({
      known: true,
      value: [
        { from: 80, protocol: 'tcp' },
        { from: 53, protocol: 'udp' },
      ],
    });
    expect(facts.entrypoint).toMatchObject({ known: true, value: { argv: ['/app', '-v'], shellForm: false } });
    expect(facts.base).toMatchObject({
      known: true,
      value: { kind: 'image', via: 'dockerfile', confidence: 'medium' },
    });
    expect(facts.packages.known).toBe(false);
  });

  it('has a whole container config only where the base is known', async () => {
    expect((await factsOf('FROM debian:13\n')).container.known).toBe(false);
    const { container } = await factsOf('FROM scratch\nUSER 5\nCMD run\nLABEL a=b\nENV X=1\nVOLUME /d\nWORKDIR /w\n');
    expect(container).toMatchObject({
      known: true,
      value: {
        user: '5',
        cmd: ['/bin/sh', '-c', 'run'],
        labels: { a: 'b' },
        env: ['X=1'],
        volumes: ['/d'],
        workingDir: '/w',
      },
    });
  });
});
