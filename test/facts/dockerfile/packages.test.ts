import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/parse.ts';
import { readCommands } from '../../../src/dockerfile/shell.ts';
import { dockerfileFacts } from '../../../src/facts/dockerfile/facts.ts';
import type { PackageActionFact } from '../../../src/types/package-action.ts';

async function actions(text: string): Promise<PackageActionFact[]> {
  const model = parseDockerfile(text, 'Dockerfile');
  return dockerfileFacts(model, await readCommands(model)).commands.flatMap(({ packages }) => packages ?? []);
}
const run = (script: string) => actions(`FROM base\nRUN ${script}\n`);
const first = async (script: string) => (await run(script))[0];
/** `name`, `name@version`, `<kind>name`. */
const brief = ({ packages }: PackageActionFact) =>
  packages.map(
    ({ name, version, kind }) =>
      `${kind === 'name' ? '' : `<${kind}>`}${name}${version === undefined ? '' : `@${version}`}`,
  );

describe('what is installed', () => {
  it.each<[string, string, string[]]>([
    [
      'apt-get -y -o Dpkg::Use-Pty=0 install curl=7.88* libc6:amd64 nginx/bookworm',
      'apt',
      ['curl@7.88*', 'libc6', 'nginx@bookworm'],
    ],
    ['apt-get install -t bookworm-backports git ./tool.deb', 'apt', ['git', '<file>./tool.deb']],
    [
      'apt-get install -y $PACKAGES tool="$V" $(cat list)',
      'apt',
      ['<unknown>$PACKAGES', 'tool@$V', '<unknown>$(cat list)'],
    ],
    [
      'apk add --no-cache -t .deps gcc>9 musl~1.2 py3-x@edge x.apk',
      'apk',
      ['gcc', 'musl@1.2', 'py3-x@edge', '<file>x.apk'],
    ],
    [
      'yum -y install java-11-openjdk-devel httpd-2.4.6-97.el7 git-2:2.39 @group "Some Group"',
      'dnf',
      ['java-11-openjdk-devel', 'httpd@2.4.6-97.el7', 'git@2:2.39', '<group>@group', '<group>Some Group'],
    ],
    ['dnf module install -y nodejs:22', 'dnf', ['nodejs@22']],
    ['zypper -n in git=2.43 x.rpm', 'zypper', ['git@2.43', '<file>x.rpm']],
    [
      'python3.11 -m pip install -U "flask[async] >= 3" jinja2==3.1 . ./x git+https://e.com/x',
      'pip',
      ['flask@3', 'jinja2@3.1', '<file>.', '<file>./x', '<url>git+https://e.com/x'],
    ],
    ['uv pip install --system ruff', 'pip', ['ruff']],
    ['npm i -g @scope/a b@^1 @scope/c@2 ./d', 'npm', ['@scope/a', 'b@^1', '@scope/c@2', '<file>./d']],
    ['yarn global add serve@1', 'yarn', ['serve@1']],
    ['gem install rails:7.1 -N thor', 'gem', ['rails@7.1', 'thor']],
    [
      'go install -ldflags "-s -w" github.com/x/y@v1 ./cmd std',
      'go',
      ['github.com/x/y@v1', '<file>./cmd', '<file>std'],
    ],
    ['pacman -Sy --noconfirm git', 'pacman', ['git']],
  ])('%s', async (script, manager, packages) => {
    const action = await first(script);
    expect(action).toMatchObject({ manager, verb: 'install' });
    expect(brief(action!)).toEqual(packages);
  });

  it.each([
    ['apt-get install -s git', 'other'],
    ['yarn --version', 'other'],
    ['yarn', 'install'],
    ['npm run install', 'other'],
    ['npm ci', 'install'],
    ['pip uninstall -y x', 'remove'],
    ['dnf -y update', 'upgrade'],
    ['apk update', 'update'],
    ['pacman -Syu', 'upgrade'],
    ['zypper dup', 'dist-upgrade'],
    ['go build ./...', 'build'],
  ])('%s is %s', async (script, verb) => {
    expect((await first(script))?.verb).toBe(verb);
  });

  it.each([
    'echo apt-get install x',
    'cat <<EOF > x\napt-get install x\nEOF',
    'python3 -m venv x',
    ': "apt-get install x"',
  ])('%s is none', async (script) => expect(await run(script)).toEqual([]));

  it('knows where options may hide', async () => {
    expect(await first('apt-get $APT_OPTS install x')).toMatchObject({ verb: 'install', optionsOpen: true });
    expect(await first('apt-get install -y $PACKAGES')).toMatchObject({ optionsOpen: false });
  });
});

describe('questions', () => {
  it.each([
    ['apt-get install x', false],
    ['apt-get -y install x', true],
    ['apt-get install -qq x', true],
    ['apt-get install -q x', false],
    ['apt-get install -q=2 x', true],
    ['yes | apt-get install x', true],
    ['apt-get install x <<< y', true],
    ['yum install x', false],
    ['dnf install --setopt=assumeyes=1 x', true],
    ['zypper -n in x', true],
    ['apk add x', true],
  ])('%s: answered %s', async (script, answered) => expect((await first(script))?.answered).toBe(answered));

  it('are settled by settings from before, in the stages below too', async () => {
    const text = [
      'FROM a AS base',
      `RUN echo 'APT::Get::Assume-Yes "true"; APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/x`,
      'FROM base',
      'RUN apt-get install x',
      'FROM a',
      'RUN apt-get install x',
    ].join('\n');
    expect((await actions(text)).map(({ answered, noRecommends }) => [answered, noRecommends])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

describe('caches', () => {
  it.each([
    ['apt-get update', 'kept'],
    ['apt-get install -y x', undefined],
    ['apt-get update && rm -rf /var/lib/apt/lists/*', 'cleaned'],
    ['apt-get update && rm -rf /var/lib/apt', 'cleaned'],
    ['apt-get update && rm -rf /var/lib/{apt,dpkg}', 'cleaned'],
    ['apt-get update && rm -rf /var/lib/apt/lists/*_*', 'cleaned'],
    ['apt-get update && rm -rf /var/lib/apt/lists/deb*', 'kept'],
    ['apt-get update && rm -rf /var/lib/apt/lists/partial', 'kept'],
    ['apt-get update && apt-get clean', 'kept'],
    ['rm -rf /var/lib/apt/lists/* && apt-get update', 'kept'],
    ['apt-get update && find /var/lib/apt/lists -type f -delete', 'cleaned'],
    ['apt-get update && ./cleanup.sh', 'unknown'],
    ['apt-get update && make clean', 'kept'],
    ['--mount=type=cache,target=/var/lib/apt apt-get update', 'mounted'],
    ['--mount=type=cache,target=/var/cache/apt apt-get update', 'kept'],
    ['apk add x', 'kept'],
    ['apk --no-cache add x', 'off'],
    ['pip install x && rm -rf "$HOME/.cache"', 'cleaned'],
    ['pip install x && rm -rf /home/app/.cache/pip', 'cleaned'],
    ['PIP_NO_CACHE_DIR=1 pip install x', 'off'],
    ['pip install --cache-dir /tmp/p x && rm -r /tmp/p', 'cleaned'],
    ['npm ci && npm cache clean --force', 'cleaned'],
    ['npm ci && npm cache verify', 'kept'],
    ['npm run build', undefined],
    ['dnf install -y x && dnf -y clean all', 'cleaned'],
    ['dnf install -y x && dnf clean expire-cache', 'kept'],
  ])('%s: %s', async (script, cache) => expect((await first(script))?.cache).toBe(cache));
});

describe('versions from elsewhere', () => {
  it.each([
    ['pip install -r requirements.txt x', 'list'],
    ['pip install -c constraints.txt x', 'list'],
    ['pip install --no-index x', 'list'],
    ['npm install', 'lock'],
    ['gem install x -v 1', 'list'],
    [
      'sed -i s,deb.debian.org,snapshot.debian.org/archive/debian/20260101, /etc/apt/sources.list && apt-get install -y x',
      'snapshot',
    ],
    ['apt-get install -y x', undefined],
  ])('%s: %s', async (script, pinnedBy) => expect((await first(script))?.pinnedBy).toBe(pinnedBy));

  it('takes a go.mod that was copied in for a lock', async () => {
    const lock = async (copy: string) =>
      (await actions(`FROM golang\nCOPY ${copy} ./\nRUN go install example.com/x\n`))[0]?.pinnedBy;
    expect(await lock('go.mod go.sum')).toBe('lock');
    expect(await lock('.')).toBe('lock');
    expect(await lock('main.c')).toBeUndefined();
  });
});

describe('hostile files', () => {
  it('stay cheap', async () => {
    const many = (line: string, count: number) => `FROM a\n${`${line}\n`.repeat(count)}`;
    const script = (part: string, count: number) => `FROM a\nRUN ${Array(count).fill(part).join(' && ')}\n`;
    const texts = [
      many('RUN pip install x', 3000),
      many('ENV PIP_NO_CACHE_DIR=1', 1900) + 'RUN pip install x\n'.repeat(2000),
      script('apt-get update', 4000),
      script('rm -rf /x/* && apt-get update', 2000),
      script('apk add a', 4000),
      `FROM a\nRUN apt-get install ${'-'.repeat(100_000)}\n`,
      `FROM a\nRUN yum install ${'-1'.repeat(50_000)}\n`,
      `FROM a\nRUN apk add ${'x '.repeat(60_000)}\n`,
    ];
    for (const text of texts) expect((await actions(text)).length).toBeGreaterThan(0);
  });
});
