/** Where package managers and build tools keep what they fetch, and what takes it away again. */
import type { PackageActionFact } from '../../types/package-action.ts';

/** The leavings of one manager. */
export interface CacheGrammar {
  /** Verbs that leave something. */
  verbs: readonly PackageActionFact['verb'][];
  /** Where it lies; `~` is any home. */
  paths: readonly string[];
  /** Options and variables with which nothing is kept. */
  off?: readonly string[];
  offBy?: string;
  /** Options and variables that say where it lies. */
  moved?: readonly string[];
  movedBy?: readonly string[];
  /** The words of a command of the same family that cleans up. */
  cleans?: RegExp;
}

/** By program, else by family. */
export const cacheGrammars: ReadonlyMap<string, CacheGrammar> = new Map<string, CacheGrammar>([
  ['apt', { verbs: ['update'], paths: ['/var/lib/apt/lists'], cleans: /^dist-?clean$/ }],
  [
    'apk',
    {
      verbs: ['update', 'install', 'upgrade'],
      paths: ['/var/cache/apk', '/etc/apk/cache'],
      off: ['--no-cache', '--no-network'],
      moved: ['--cache-dir'],
      cleans: /^cache purge/,
    },
  ],
  [
    'dnf',
    {
      verbs: ['update', 'install', 'upgrade', 'dist-upgrade'],
      paths: ['/var/cache/dnf', '/var/cache/yum', '/var/cache/libdnf5', '/var/cache/tdnf'],
      cleans: /^clean .*\b(?:all|metadata|dbcache)\b/,
    },
  ],
  [
    'zypper',
    { verbs: ['update', 'install', 'upgrade', 'dist-upgrade'], paths: ['/var/cache/zypp'], cleans: /^(?:clean|cc)\b/ },
  ],
  [
    'pip',
    {
      verbs: ['install'],
      paths: ['~/.cache/pip'],
      off: ['--no-cache-dir'],
      // pip takes any value, also a false one, for "no cache" (cli/cmdoptions.py, _handle_no_cache_dir).
      offBy: 'PIP_NO_CACHE_DIR',
      moved: ['--cache-dir'],
      movedBy: ['PIP_CACHE_DIR', 'XDG_CACHE_HOME'],
      cleans: /^cache purge\b/,
    },
  ],
  [
    'uv pip',
    {
      verbs: ['install'],
      paths: ['~/.cache/uv'],
      off: ['--no-cache', '--no-cache-dir', '-n'],
      offBy: 'UV_NO_CACHE',
      moved: ['--cache-dir'],
      movedBy: ['UV_CACHE_DIR', 'XDG_CACHE_HOME'],
      cleans: /^cache (?:clean|prune)\b/,
    },
  ],
  [
    'npm',
    {
      verbs: ['install', 'upgrade'],
      paths: ['~/.npm', '~/.npm/_cacache'],
      moved: ['--cache'],
      movedBy: ['npm_config_cache', 'NPM_CONFIG_CACHE'],
      cleans: /^cache (?:clean|clear|rm)\b/,
    },
  ],
  [
    'yarn',
    {
      verbs: ['install', 'upgrade'],
      paths: [
        '~/.cache/yarn',
        '/usr/local/share/.cache',
        '/usr/local/share/.cache/yarn',
        '~/.yarn/cache',
        '~/.yarn/berry/cache',
      ],
      moved: ['--cache-folder'],
      movedBy: ['YARN_CACHE_FOLDER'],
      cleans: /^cache clean\b/,
    },
  ],
  [
    'cargo',
    {
      verbs: ['install', 'build'],
      paths: ['~/.cargo/registry', '~/.cargo/git', '/usr/local/cargo/registry', '/usr/local/cargo/git'],
    },
  ],
  [
    'go',
    {
      verbs: ['install', 'build'],
      paths: ['~/.cache/go-build', '/go/pkg/mod', '/go/pkg', '~/go/pkg/mod'],
      movedBy: ['GOCACHE', 'GOMODCACHE'],
      cleans: /^clean\b/,
    },
  ],
  ['maven', { verbs: ['build'], paths: ['~/.m2', '~/.m2/repository'] }],
  [
    'gradle',
    { verbs: ['build'], paths: ['~/.gradle', '~/.gradle/caches'], moved: ['-g'], movedBy: ['GRADLE_USER_HOME'] },
  ],
  [
    'composer',
    {
      verbs: ['install', 'upgrade'],
      paths: ['~/.composer', '~/.composer/cache', '~/.cache/composer', '/tmp/cache'],
      off: ['--no-cache'],
      movedBy: ['COMPOSER_CACHE_DIR', 'COMPOSER_HOME'],
      cleans: /^clear-?cache\b/,
    },
  ],
  [
    'nuget',
    {
      verbs: ['build'],
      paths: ['~/.nuget', '~/.nuget/packages'],
      movedBy: ['NUGET_PACKAGES'],
      cleans: /^nuget locals\b/,
    },
  ],
  ['mix', { verbs: ['build'], paths: ['~/.hex', '~/.mix', '~/.cache/rebar3'] }],
  [
    'bundler',
    {
      verbs: ['build'],
      off: ['--no-cache'],
      paths: [
        '/usr/local/bundle',
        '/usr/local/bundle/cache',
        '/usr/local/bundle/cache/*.gem',
        '~/.bundle',
        '~/.bundle/cache',
      ],
    },
  ],
]);
