/** Managers of languages' packages, and build tools that fetch what they build with, by program name. */
import { type Manager, verbs, words } from './manager-grammar.ts';

const pip: Manager = {
  family: 'pip',
  version: /===?|~=|!=|[<>]=?|@/,
  valued: words(
    '-r -c -i -t -f -e -b --requirement --constraint --index-url --extra-index-url --target --find-links --editable --prefix --root --src --cache-dir --timeout --retries --proxy --trusted-host --upgrade-strategy --progress-bar --no-binary --only-binary --log --cert --client-cert --python-version --platform --python --implementation --abi --global-option --config-settings --root-user-action --use-feature --exists-action --default-timeout --report --index --default-index',
  ),
  verb: verbs({ install: 'install sync', remove: 'uninstall', other: 'download wheel', clean: 'cache' }),
};

const node = (family: string, verb: Manager['verb']): Manager => ({
  family,
  version: /(?<=.)@/,
  valued: words(
    '-C -w --prefix --registry --cache --loglevel --workspace --omit --only --include --userconfig --globalconfig --cwd --modules-folder --cache-folder --network-timeout --network-concurrency --mutex --dir --filter --store-dir --tag --fetch-timeout --fetch-retries --maxsockets --use-yarnrc --fetch-retry-mintimeout --fetch-retry-maxtimeout',
  ),
  verb,
});

const yarnVerbs = verbs({ install: 'install add', upgrade: 'upgrade up', remove: 'remove', clean: 'cache' });

const conda: Manager = {
  family: 'conda',
  version: /[=<>]+/,
  valued: words('-c -n -p -f --channel --name --prefix --file --solver --experimental-solver'),
  verb: verbs({ install: 'install create', upgrade: 'update upgrade', remove: 'remove uninstall', clean: 'clean' }),
};

/** Whatever a build tool is asked for, it fetches what it needs. */
const builds =
  (idle: string): Manager['verb'] =>
  (word) =>
    word === '' || words(idle).has(word) ? 'other' : 'build';

const maven: Manager = {
  family: 'maven',
  valued: words('-f -s -P -pl -rf -T -l -gs -t --file --settings'),
  oneDash: true,
  verb: builds('clean'),
};
const gradle: Manager = { family: 'gradle', valued: words('-b -c -p -g -I -x'), verb: builds('clean wrapper help') };

const goVerbs = verbs({ install: 'install get', build: 'build test run vet generate mod', clean: 'clean' });

/** Each program with its grammar. */
export const languageManagers: readonly [string, Manager][] = [
  ['mvn', maven],
  ['mvnw', maven],
  ['gradle', gradle],
  ['gradlew', gradle],
  [
    'dotnet',
    {
      family: 'nuget',
      valued: words('-c -o -r -f -v -s --configuration --output --runtime --framework --source'),
      verb: verbs({ build: 'restore build publish test run pack tool', clean: 'nuget' }),
    },
  ],
  [
    'mix',
    {
      family: 'mix',
      valued: words(''),
      verb: verbs({ build: 'deps.get deps.compile compile release local.hex local.rebar' }),
    },
  ],
  [
    'bundle',
    {
      family: 'bundler',
      valued: words('--gemfile --jobs --path --retry --without --with'),
      verb: verbs({ build: 'install update' }),
    },
  ],
  ...['conda', 'mamba', 'micromamba'].map((name): [string, Manager] => [name, conda]),
  ['pip', pip],
  [
    'npm',
    node(
      'npm',
      verbs({
        install: 'install i add in ci clean-install install-clean',
        upgrade: 'update up upgrade',
        remove: 'uninstall remove rm',
        clean: 'cache',
      }),
    ),
  ],
  [
    'yarn',
    {
      // `yarn` alone installs.
      ...node('yarn', (word, options, operands) => (word === '' ? 'install' : yarnVerbs(word, options, operands))),
      prefixes: words('global'),
    },
  ],
  [
    'pnpm',
    node(
      'pnpm',
      verbs({ install: 'install i add', upgrade: 'update up', remove: 'remove rm uninstall', clean: 'store' }),
    ),
  ],
  [
    'gem',
    {
      family: 'gem',
      version: /:/,
      valued: words(
        '-v -n -i -s -P -p --version --bindir --install-dir --source --platform --trust-policy --http-proxy --document --build-root',
      ),
      verb: verbs({ install: 'install i', remove: 'uninstall', upgrade: 'update', clean: 'cleanup' }),
    },
  ],
  [
    'go',
    {
      family: 'go',
      version: /@/,
      oneDash: true,
      valued: words('-ldflags -tags -o -mod -modfile -gcflags -asmflags -p -buildmode -C -overlay -pgo'),
      // `go run PATH@VERSION` fetches a program like install does.
      verb: (word, options, [, program]) =>
        word === 'run' && program?.text.includes('@') ? 'install' : goVerbs(word, options, []),
    },
  ],
  [
    'cargo',
    {
      family: 'cargo',
      version: /@/,
      valued: words(
        '--version --vers --git --branch --tag --rev --path --root --index --registry --target --features -F -j --jobs --bin --profile --target-dir --config',
      ),
      verb: verbs({
        install: 'install',
        build: 'build b test t run r check c clippy fetch rustc doc bench chef',
        remove: 'uninstall',
        upgrade: 'update',
        clean: 'clean',
      }),
    },
  ],
  [
    'composer',
    {
      family: 'composer',
      version: /:/,
      valued: words('-d --working-dir'),
      verb: verbs({
        install: 'require install',
        upgrade: 'update upgrade',
        remove: 'remove',
        clean: 'clear-cache clearcache',
      }),
    },
  ],
];
