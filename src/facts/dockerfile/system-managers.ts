/** Managers of system packages, by program name. */
import { type Manager, verbs, words } from './manager-grammar.ts';
import { findOption } from './options.ts';

const apt: Manager = {
  family: 'apt',
  version: /[=/]/,
  valued: words(
    '-o -c -t -a --option --config-file --target-release --default-release --host-architecture --build-profiles',
  ),
  verb: verbs({
    install: 'install satisfy reinstall',
    update: 'update',
    upgrade: 'upgrade safe-upgrade',
    'dist-upgrade': 'dist-upgrade full-upgrade',
    remove: 'remove purge autoremove auto-remove autopurge',
    clean: 'clean autoclean auto-clean distclean dist-clean',
  }),
};

const dnf: Manager = {
  family: 'dnf',
  // name-[epoch:]version[-release][.arch]: `java-11-openjdk` and `python3-devel` hold none.
  version: /-(?=(?:\d+:)?\d[^\s-]*(?:-[\d*][^\s-]*)?$|\$|\*)|:/,
  valued: words(
    '-c -d -e -x -R --enablerepo --disablerepo --repo --repoid --installroot --releasever --setopt --exclude --excludepkgs --config --debuglevel --errorlevel --randomwait --disableplugin --enableplugin --forcearch --repofrompath --comment --advisory',
  ),
  verb: verbs({
    install: 'install in localinstall reinstall groupinstall install-n install-na install-nevra',
    update: 'makecache check-update',
    upgrade: 'update up upgrade upgrade-minimal update-minimal update-to',
    'dist-upgrade': 'distro-sync distribution-synchronization system-upgrade',
    remove: 'remove erase autoremove groupremove',
    clean: 'clean',
  }),
  prefixes: words('module group groups'),
};

/** `-Sy` fetches the index, `-Syu` upgrades, `-S NAME` installs, also beside either. */
const pacman: Manager['verb'] = (_, options, operands) => {
  const has = (...names: string[]) => findOption(options, ...names) !== undefined;
  if (has('-R', '--remove')) return 'remove';
  if (has('-U', '--upgrade')) return 'install';
  if (!has('-S', '--sync')) return 'other';
  if (has('-c', '--clean')) return 'clean';
  if (operands.length > 0) return 'install';
  return has('-u', '--sysupgrade') ? 'upgrade' : 'update';
};

/** Each program with its grammar. */
export const systemManagers: readonly [string, Manager][] = [
  ...['apt-get', 'apt', 'aptitude'].map((name): [string, Manager] => [name, apt]),
  ...['yum', 'dnf', 'dnf5', 'dnf-3', 'microdnf', 'tdnf'].map((name): [string, Manager] => [name, dnf]),
  [
    'apk',
    {
      family: 'apk',
      version: /[=<>~]+|@/,
      valued: words(
        '-t -X -p --virtual --repository --root --keys-dir --repositories-file --arch --cache-dir --cache-max-age --wait --progress-fd --timeout',
      ),
      verb: verbs({ install: 'add', remove: 'del', update: 'update', upgrade: 'upgrade', clean: 'cache' }),
    },
  ],
  [
    'zypper',
    {
      family: 'zypper',
      version: /[=<>]+/,
      valued: words(
        '-t -r -R -c -p -D --type --repo --from --root --config --plus-repo --reposd-dir --cache-dir --installroot --name --bugzilla --cve',
      ),
      verb: verbs({
        install: 'install in source-install si',
        update: 'refresh ref',
        upgrade: 'update up patch',
        'dist-upgrade': 'dist-upgrade dup',
        remove: 'remove rm',
        clean: 'clean cc',
      }),
    },
  ],
  [
    'pacman',
    {
      family: 'pacman',
      verbless: true,
      valued: words(
        '-b -r --arch --cachedir --config --dbpath --gpgdir --hookdir --logfile --root --ignore --overwrite',
      ),
      verb: pacman,
    },
  ],
  [
    'opkg',
    {
      family: 'opkg',
      valued: words('-o -d -f --dest --offline-root --conf'),
      verb: verbs({ install: 'install', remove: 'remove', update: 'update', upgrade: 'upgrade', clean: 'clean' }),
    },
  ],
  [
    'brew',
    {
      family: 'brew',
      version: /@/,
      valued: words('--appdir'),
      verb: verbs({
        install: 'install',
        remove: 'uninstall remove',
        update: 'update',
        upgrade: 'upgrade',
        clean: 'cleanup',
      }),
    },
  ],
  [
    'choco',
    {
      family: 'choco',
      valued: words('-s --source --version --params --installargs --cache-location'),
      verb: verbs({ install: 'install', remove: 'uninstall', upgrade: 'upgrade' }),
    },
  ],
];
