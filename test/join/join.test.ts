/** Histories as builders wrote them, joined to the Dockerfiles that they came from. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/types.ts';
import { joinOf, linesOf, type TestStep } from './images.ts';

/** Every instruction there is, over three stages that start from one another. */
const everything = `ARG V=1
FROM base:\${V} AS build
ARG NAME=world
ENV A=1 B="two words"
RUN echo hello $NAME > /hello
ONBUILD RUN echo trig > /trig
FROM build AS app
ARG NAME
LABEL a=b c="d e"
RUN echo app   && \\
    # comment
    echo more $NAME > /more
COPY f1 f2 /opt/
COPY --chown=1:1 f1 /opt/x/
ADD a.tar /opt/a/
WORKDIR /srv
WORKDIR sub
EXPOSE 80 443/tcp
VOLUME ["/data", "/log"]
SHELL ["/bin/sh", "-ec"]
RUN ["/bin/echo", "a b"]
RUN echo z > /z
HEALTHCHECK --interval=5s CMD echo ok
STOPSIGNAL SIGINT
USER 1000:1000
ENTRYPOINT ["/bin/sh", "-c"]
CMD echo hi
ONBUILD COPY . /x
MAINTAINER me <me@x>
FROM app
COPY --from=build /hello /h2
ENV PATH=/usr/bin:$PATH
`;

const hash = '68776fdb0d1cb2bf178b0265f76b1f8804de47c12498a328b315023f3d88e453';
const searchPath = 'PATH=/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** As Docker Engine 20.10 wrote them for that file with --build-arg NAME=you. */
const classic: [TestStep, number | 'base'][] = [
  ['/bin/sh -c #(nop) ADD file:30e1a2a98d2f3aaf6f5ee1e0da5e1e6bd4a6a4ab2f2f1b5a7a4c1d5a2b3c4d5e in / ', 'base'],
  [{ empty: '/bin/sh -c #(nop)  CMD ["bash"]' }, 'base'],
  [{ empty: '/bin/sh -c #(nop)  ARG NAME=world' }, 3],
  [{ empty: '/bin/sh -c #(nop)  ENV A=1 B=two words' }, 4],
  ['|1 NAME=you /bin/sh -c echo hello $NAME > /hello', 5],
  [{ empty: '/bin/sh -c #(nop)  ONBUILD RUN echo trig > /trig' }, 6],
  ['/bin/sh -c echo trig > /trig', 6],
  [{ empty: '/bin/sh -c #(nop)  ARG NAME' }, 8],
  [{ empty: '/bin/sh -c #(nop)  LABEL a=b c=d e' }, 9],
  ['|1 NAME=you /bin/sh -c echo app   &&     echo more $NAME > /more', 10],
  [`/bin/sh -c #(nop) COPY multi:${hash} in /opt/ `, 13],
  [`/bin/sh -c #(nop) COPY --chown=1:1file:${hash} in /opt/x/ `, 14],
  [`/bin/sh -c #(nop) ADD file:${hash} in /opt/a/ `, 15],
  ['/bin/sh -c #(nop) WORKDIR /srv', 16],
  ['/bin/sh -c #(nop) WORKDIR /srv/sub', 17],
  [{ empty: '/bin/sh -c #(nop)  EXPOSE 443/tcp 80' }, 18],
  [{ empty: '/bin/sh -c #(nop)  VOLUME [/data /log]' }, 19],
  [{ empty: '/bin/sh -ec #(nop)  SHELL [/bin/sh -ec]' }, 20],
  ['|1 NAME=you /bin/echo a b', 21],
  ['|1 NAME=you /bin/sh -ec echo z > /z', 22],
  [{ empty: `/bin/sh -ec #(nop)  HEALTHCHECK &{["CMD-SHELL" "echo ok"] "5s" "0s" "0s" '\\x00'}` }, 23],
  [{ empty: '/bin/sh -ec #(nop)  STOPSIGNAL SIGINT' }, 24],
  [{ empty: '/bin/sh -ec #(nop)  USER 1000:1000' }, 25],
  [{ empty: '/bin/sh -ec #(nop)  ENTRYPOINT ["/bin/sh" "-c"]' }, 26],
  [{ empty: '/bin/sh -ec #(nop)  CMD ["/bin/sh" "-ec" "echo hi"]' }, 27],
  [{ empty: '/bin/sh -ec #(nop)  ONBUILD COPY . /x' }, 28],
  [{ empty: '/bin/sh -ec #(nop)  MAINTAINER me <me@x>' }, 29],
  [`/bin/sh -ec #(nop) COPY dir:${hash} in /x `, 28],
  [`/bin/sh -ec #(nop) COPY file:${hash} in /h2 `, 31],
  [{ empty: `/bin/sh -ec #(nop)  ENV ${searchPath}` }, 32],
];

/** The same file by BuildKit. */
const buildkit: [TestStep, number | 'base'][] = [
  ['# debian.sh --arch amd64 out/ trixie', 'base'],
  [{ empty: 'CMD ["bash"]' }, 'base'],
  [{ empty: 'ARG NAME=world' }, 3],
  [{ empty: 'ENV A=1 B=two words' }, 4],
  ['RUN |1 NAME=you /bin/sh -c echo hello $NAME > /hello # buildkit', 5],
  ['RUN /bin/sh -c echo trig > /trig # buildkit', 6],
  [{ empty: 'ARG NAME=you' }, 8],
  [{ empty: 'LABEL a=b c=d e' }, 9],
  ['RUN |1 NAME=you /bin/sh -c echo app   &&     echo more $NAME > /more # buildkit', 10],
  ['COPY f1 f2 /opt/ # buildkit', 13],
  ['COPY --chown=1:1 f1 /opt/x/ # buildkit', 14],
  ['ADD a.tar /opt/a/ # buildkit', 15],
  ['WORKDIR /srv', 16],
  ['WORKDIR /srv/sub', 17],
  [{ empty: 'EXPOSE map[443/tcp:{} 80/tcp:{}]' }, 18],
  [{ empty: 'VOLUME [/data /log]' }, 19],
  [{ empty: 'SHELL [/bin/sh -ec]' }, 20],
  ['RUN |1 NAME=you /bin/echo a b # buildkit', 21],
  ['RUN |1 NAME=you /bin/sh -ec echo z > /z # buildkit', 22],
  [{ empty: `HEALTHCHECK &{["CMD-SHELL" "echo ok"] "5s" "0s" "0s" "0s" '\\x00'}` }, 23],
  [{ empty: 'STOPSIGNAL SIGINT' }, 24],
  [{ empty: 'USER 1000:1000' }, 25],
  [{ empty: 'ENTRYPOINT ["/bin/sh" "-c"]' }, 26],
  [{ empty: 'CMD ["/bin/sh" "-ec" "echo hi"]' }, 27],
  [{ empty: 'MAINTAINER me <me@x>' }, 29],
  ['COPY . /x # buildkit', 28],
  ['COPY /hello /h2 # buildkit', 31],
  [{ empty: `ENV ${searchPath}` }, 32],
];

describe('every instruction', () => {
  it.each([
    ['classic', classic],
    ['buildkit', buildkit],
  ] as const)('%s history', (_, table) => {
    const steps = table.map(([step]) => step);
    const joined = joinOf(everything, steps);
    expect(joined.report).toMatchObject({ match: 'same', drift: [], base: { image: 'base:1' }, stage: '2' });
    expect(linesOf(joined, steps)).toEqual(table.map(([, line]) => line));
    expect(joined.layer(0)).toEqual({ origin: 'base' });
    expect(joined.layer(1)?.place?.range.start.line).toBe(5);
    expect(joined.layer(99)).toBeUndefined();
  });

  it('stops at --target', () => {
    const table = classic.slice(0, 6);
    const steps = table.map(([step]) => step);
    const joined = joinOf(everything, steps, { target: 'BUILD' });
    expect(joined.report).toMatchObject({ match: 'same', stage: 'build' });
    expect(linesOf(joined, steps)).toEqual(table.map(([, line]) => line));
    expect(joinOf(everything, steps).report.match).toBe('other');
  });
});

describe('one step at a time', () => {
  const rows: [what: string, instruction: string, step: TestStep][] = [
    ['kaniko', 'RUN apk add curl', 'RUN apk add curl'],
    ['a shell of the base', 'RUN make', '/bin/bash -o pipefail -c make'],
    ['arguments and a shell of the base', 'ARG A\nRUN make', '|1 A=x y /bin/bash -eo pipefail -c make'],
    ['a mount', 'RUN --mount=type=cache,target=/c make', 'RUN /bin/sh -c make # buildkit'],
    ['a here-document', 'RUN <<EOF\nset -e\nmake\nEOF', 'RUN /bin/sh -c set -e\nmake\n # buildkit'],
    ['with tabs', 'RUN <<-EOF\n\tmake\n\tEOF', 'RUN /bin/sh -c make\n # buildkit'],
    ['with a program', 'RUN <<EOF\n#!/usr/bin/env python\nprint()\nEOF', 'RUN /bin/sh -c /dev/pipes/EOF # buildkit'],
    ['as input', 'RUN cat <<EOF > /x\nbody\nEOF', 'RUN /bin/sh -c cat <<EOF > /x\nbody\nEOF # buildkit'],
    ['a file in place', 'COPY <<EOF /etc/motd\nhi\nEOF', 'COPY <<EOF /etc/motd # buildkit'],
    ['a quoted one', "COPY <<'E' /etc/motd\nhi\nE", 'COPY <<E /etc/motd # buildkit'],
    ['JSON paths', 'COPY ["a b", "/c d/"]', 'COPY a b /c d/ # buildkit'],
    ['a variable in a path', 'ARG V=1\nCOPY app-$V /app/$V/', 'COPY app-2 /app/2/ # buildkit'],
    ['a link', 'COPY --link --chmod=755 a /b', 'COPY --link --chmod=755 a /b # buildkit'],
    [
      'a variable in a variable',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own variables
      'ENV PATH="${PATH}:/n" L="${L:+${L}:}/lib"',
      { empty: 'ENV PATH=/bin:/n L=/lib' },
    ],
    ['the base’s folder itself', 'WORKDIR .', 'WORKDIR /home'],
    ['quoted names', 'LABEL "a"="b c" \'d\'=e', { empty: 'LABEL a=b c d=e' }],
    ['a folder that the base names', 'COPY bin $SCRIPTS', `/bin/sh -c #(nop) COPY dir:${hash} in  `],
    ['an old hash', 'ADD a /b/', `/bin/sh -c #(nop) ADD ${hash} in /b/ `],
    ['the base’s PATH', 'ENV PATH=/opt/bin:$PATH', { empty: 'ENV PATH=/opt/bin:/usr/bin:/bin' }],
    ['the old form', 'ENV KEY some value', { empty: '/bin/sh -c #(nop)  ENV KEY=some value' }],
    ['a prototype', 'ENV __proto__=1 constructor=2', { empty: 'ENV __proto__=1 constructor=2' }],
    ['ports in a list', 'EXPOSE 8000-8002 53/udp', { empty: 'EXPOSE [53/udp 8000/tcp 8001/tcp 8002/tcp]' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own variables
    ['a port from outside', 'ARG P\nEXPOSE ${P}', { empty: 'EXPOSE map[8080/tcp:{}]' }],
    ['a folder below the base’s', 'WORKDIR app', 'WORKDIR /home/user/app'],
    ['a folder by variable', 'WORKDIR $GOPATH/src', 'WORKDIR /go/src'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own variables
    ['a user by variable', 'USER ${UID}:0', { empty: 'USER 1200:0' }],
    ['a shell form without SHELL', 'CMD npm start', { empty: 'CMD ["/bin/ash" "-c" "npm start"]' }],
    ['quotes', 'CMD ["sh", "-c", "echo \\"a\\", b"]', { empty: 'CMD ["sh" "-c" "echo \\"a\\", b"]' }],
    ['no check', 'HEALTHCHECK NONE', { empty: `HEALTHCHECK &{["NONE"] "0s" "0s" "0s" '\\x00'}` }],
  ];
  it.each(rows)('%s', (_, instruction, step) => {
    const args: TestStep[] = /^ARG (\w+)/.test(instruction)
      ? [{ empty: `ARG ${/^ARG (\w+)/.exec(instruction)![1]}` }]
      : [];
    const steps: TestStep[] = ['COPY rootfs / # buildkit', { empty: 'CMD ["bash"]' }, ...args, step];
    const joined = joinOf(`FROM base\n${instruction}\n`, steps);
    expect(joined.report).toMatchObject({ match: 'same', drift: [] });
    expect(linesOf(joined, steps).slice(0, 2)).toEqual(['base', 'base']);
    expect(linesOf(joined, steps).at(-1)).toBe(2 + args.length);
  });
});

describe('the base', () => {
  it('ends where the file begins, though both hold the same instructions', () => {
    const steps: TestStep[] = [
      'COPY . /app # buildkit',
      { empty: 'USER 1000' },
      { empty: 'CMD ["bash"]' },
      'COPY . /app # buildkit',
      { empty: 'USER 1000' },
    ];
    const joined = joinOf('FROM base\nCOPY . /app\nUSER 1000\n', steps);
    expect(linesOf(joined, steps)).toEqual(['base', 'base', 'base', 2, 3]);
  });

  it('is all of an image whose file has FROM alone', () => {
    const steps: TestStep[] = ['ADD rootfs.tar / # buildkit', { empty: 'CMD ["sh"]' }];
    const joined = joinOf('FROM base:2\n', steps);
    expect(joined.report).toMatchObject({ match: 'same', instructions: 0, base: { image: 'base:2' } });
    expect(linesOf(joined, steps)).toEqual(['base', 'base']);
    expect(joinOf('FROM base:2\n', ['']).report.match).toBe('same');
  });

  it('is not there below FROM scratch', () => {
    const steps: TestStep[] = ['COPY other / # buildkit', 'COPY app /app # buildkit'];
    const joined = joinOf('FROM scratch\nCOPY app /app\n', steps);
    expect(linesOf(joined, steps)).toEqual(['own', 2]);
    expect(joined.report).toMatchObject({ match: 'drifted', base: { image: 'scratch' } });
    expect(joined.report.drift).toEqual([{ kind: 'step', keyword: 'COPY', step: 0, layer: 0 }]);
  });
});

describe('drift', () => {
  const file = 'FROM base\nRUN apt-get update && apt-get install -y curl\nCOPY . /app\nUSER 1000\nCMD ["app"]\n';
  const steps: TestStep[] = [
    'ADD rootfs.tar / # buildkit',
    'RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit',
    'COPY . /app # buildkit',
    { empty: 'USER 1000' },
    { empty: 'CMD ["app"]' },
  ];
  const without = (index: number) => steps.filter((_, i) => i !== index);

  it('names the instruction that has no step', () => {
    expect(joinOf(file, without(3)).report).toMatchObject({ match: 'drifted', matched: 3, instructions: 4 });
    expect(joinOf(file, without(3)).report.drift).toEqual([{ kind: 'instruction', keyword: 'USER', line: 4 }]);
    expect(joinOf(file, without(1)).report.drift).toEqual([{ kind: 'instruction', keyword: 'RUN', line: 2 }]);
  });

  it('names the step that has no instruction', () => {
    const more: TestStep[] = [...steps.slice(0, 3), 'RUN /bin/sh -c rm -rf /var/cache # buildkit', ...steps.slice(3)];
    const joined = joinOf(file, more);
    expect(joined.report.drift).toEqual([{ kind: 'step', keyword: 'RUN', step: 3, layer: 3 }]);
    expect(linesOf(joined, more)).toEqual(['base', 2, 3, 'own', 4, 5]);
    expect(joinOf(file, [...steps, { empty: 'ENV X=1' }]).report.drift).toEqual([
      { kind: 'step', keyword: 'ENV', step: 5 },
    ]);
  });

  it('tells an edited command from another one', () => {
    const edited = joinOf(file.replace('curl', 'curl wget'), steps);
    expect(edited.report.drift).toEqual([{ kind: 'changed', keyword: 'RUN', line: 2, step: 1, layer: 1 }]);
    expect(linesOf(edited, steps)[1]).toBe(2);
    const other = joinOf(file.replace(/RUN .*/, 'RUN make -j4 world'), steps);
    expect(other.report.drift.map(({ kind }) => kind)).toEqual(['instruction']);
    expect(linesOf(other, steps)[1]).toBe('base');
  });

  it('is none for labels given to docker build, nor for a builder that leaves ARG out', () => {
    expect(joinOf(file, [...steps, { empty: '/bin/sh -c #(nop)  LABEL built=today' }]).report.match).toBe('same');
    expect(joinOf(file.replace('COPY', 'ARG A=1\nCOPY'), steps).report.match).toBe('same');
  });

  it('is none where the image is of another file', () => {
    const joined = joinOf('FROM base\nWORKDIR /srv\nCOPY dist /srv/www\nRUN yarn build\nUSER 1000\n', steps);
    expect(joined.report).toMatchObject({ match: 'other', drift: [] });
    expect(joined.layer(1)).toBeUndefined();
    expect(joined.setting('/config/User')).toBeUndefined();
  });

  it('is not known without a history', () => {
    expect(joinOf(file, []).report).toMatchObject({ match: 'unknown', instructions: 4, drift: [] });
    expect(joinOf(file, ['', '']).report.match).toBe('unknown');
  });

  it('is not known of more than can be compared', () => {
    const long = `FROM base\n${'RUN a b\n'.repeat(5000)}`;
    const many = Array.from({ length: 4096 }, (): TestStep => 'RUN /bin/sh -c a b # buildkit');
    expect(joinOf(long, many).report.match).toBe('unknown');
    const short = joinOf('FROM base\nRUN make\n', [...many, 'RUN /bin/sh -c make # buildkit']);
    expect(short.layer(4096)?.place?.range.start.line).toBe(2);
  });
});

describe('settings', () => {
  const file = [
    'FROM base AS one',
    'ENV A=1 PATH=/x:$PATH',
    'EXPOSE 80 9000-9002',
    'FROM one',
    'LABEL a/b~c=1',
    'USER 1000',
    'VOLUME /data',
    'ENTRYPOINT ["/app"]',
  ].join('\n');
  const steps: TestStep[] = [
    'ADD rootfs.tar / # buildkit',
    { empty: 'ENV A=1 PATH=/x:/bin' },
    { empty: 'EXPOSE map[80/tcp:{} 9000/tcp:{} 9001/tcp:{} 9002/tcp:{}]' },
    { empty: 'LABEL a/b~c=1' },
    { empty: 'USER 1000' },
    { empty: 'VOLUME [/data]' },
    { empty: 'ENTRYPOINT ["/app"]' },
  ];
  const container = { user: '1000', env: ['LANG=C', 'PATH=/x:/bin', 'A=1'], cmd: ['x'] };

  it.each([
    ['/config/User', 6],
    ['/config/Env/1', 2],
    ['/config/Env/2', 2],
    ['/config/Env/0', 'base'],
    ['/config/ExposedPorts/80~1tcp', 3],
    ['/config/ExposedPorts/9001~1tcp', 3],
    ['/config/ExposedPorts/443~1tcp', 'base'],
    ['/config/Labels/a~1b~0c', 5],
    ['/config/Labels/__proto__', 'base'],
    ['/config/Volumes/~1data', 7],
    ['/config/Entrypoint', 8],
    ['/config/Entrypoint/0', 8],
    ['/config/Cmd', 'base'],
    ['/config/WorkingDir', 'base'],
    ['/history/0', 'base'],
    ['/history/4/created_by', 6],
    ['/history/99', undefined],
    ['/config', undefined],
    ['/rootfs', undefined],
    ['', undefined],
  ])('%s is of %s', (pointer, line) => {
    const source = joinOf(file, steps, { container }).setting(pointer);
    expect(source?.place?.range.start.line ?? source?.origin).toBe(line);
  });

  it('a user that nobody sets is for the last stage to set', () => {
    const joined = joinOf('FROM base AS one\nFROM one\nENV A=1\n', [{ empty: 'ENV A=1' }]);
    expect(joined.setting('/config/User')).toMatchObject({
      origin: 'own',
      place: { stage: 1, range: { start: { line: 2 } }, note: 'the stage sets no USER' },
    });
    const below = joinOf('FROM base\nENV A=1\n', [{ empty: 'USER root' }, { empty: 'ENV A=1' }], {
      container: { user: 'root' },
    });
    expect(below.setting('/config/User')).toEqual({ origin: 'base' });
  });

  it('an instruction that has no step made nothing', () => {
    const joined = joinOf(
      file,
      steps.filter((_, i) => i !== 4),
      { container },
    );
    expect(joined.setting('/config/User')).toEqual({ origin: 'own' });
  });
});

it('refuses what is no Dockerfile, and a stage that is not there', () => {
  expect(() => joinOf('hello', ['x'])).toThrow(UsageError);
  expect(() => joinOf('FROM a AS b\n', ['x'], { target: 'c' })).toThrow('Dockerfile has no stage c; its stages are b');
});
