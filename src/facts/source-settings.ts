/** Settings of package managers and download tools that say whose signatures and certificates count. */
import type { LayerCollector } from '../image/collector.ts';
import type { SettingsReader, SourceSetting } from '../types/source-setting.ts';
import type { Evidence, Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import { type ReadSetting, readSettings } from './settings-files.ts';
import { baseName, utf8 } from './text.ts';

interface SettingsFile {
  r: SettingsReader;
  s: ReadSetting[];
}

/** Configuration is written by hand: a longer file is none. */
const fileBytes = 128 * 1024;
/** Settings in the fact, of all files. */
const settingsKept = 1000;

const inSystem: readonly (readonly [RegExp, SettingsReader])[] = [
  [/^etc\/apt\/sources\.list(?:\.d\/[^/]+\.(?:list|sources))?$/, 'apt-source'],
  [/^etc\/apt\/apt\.conf(?:\.d\/[^/]+)?$/, 'apt'],
  [/^etc\/(?:yum\.conf|dnf\/dnf\.conf|tdnf\/tdnf\.conf|zypp\/zypp\.conf)$/, 'rpm-repository'],
  [/^etc\/(?:yum\.repos\.d|yum\/repos\.d|distro\.repos\.d|zypp\/repos\.d)\/[^/]+\.repo$/, 'rpm-repository'],
  [/^etc\/pacman(?:\.conf|\.d\/[^/]+\.conf)$/, 'pacman'],
  [/^(?:etc|lib|usr\/lib)\/apk\/config$/, 'apk'],
];
const byName = new Map<string, SettingsReader>([
  ['.npmrc', 'npm'],
  ['npmrc', 'npm'],
  ['.yarnrc', 'yarn'],
  ['.yarnrc.yml', 'yarn'],
  ['pip.conf', 'pip'],
  ['.gitconfig', 'git'],
  ['gitconfig', 'git'],
  ['.curlrc', 'curl'],
  ['_curlrc', 'curl'],
  ['.wgetrc', 'wget'],
  ['wgetrc', 'wget'],
  ['.condarc', 'conda'],
  ['condarc', 'conda'],
  ['.gemrc', 'gem'],
  ['gemrc', 'gem'],
]);

/** Keeps what files of known readers say of signatures and certificates. */
export const sourceSettingsCollector: LayerCollector<SettingsFile> = {
  id: 'source-settings',
  version: 3,
  wants: ({ path, type }) =>
    type === 'file' && readerOf(path) !== undefined ? { kind: 'whole', limit: fileBytes } : undefined,
  take: (entry, content) => {
    const reader = readerOf(entry.path);
    const settings = reader && !content.truncated ? readSettings(reader, utf8(content.bytes)) : [];
    return reader && settings.length > 0 ? { r: reader, s: settings } : undefined;
  },
};

/** The settings of the files that the rootfs shows, by path and line. */
export function collectSourceSettings(context: FactContext): Fact<SourceSetting[]> {
  const value: SourceSetting[] = [];
  const files = [...context.index.live<SettingsFile>('source-settings').values()];
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, layer, data } of files) {
    for (const { l, n, v, o, a } of data.s) {
      const setting: SourceSetting = {
        ...{ reader: data.r, path, layer, line: l, name: n, value: v },
        evidence: fileEvidence(path, layer, l),
      };
      if (o !== undefined) setting.of = o;
      if (a !== undefined) setting.address = a;
      value.push(setting);
    }
  }
  const evidence: Evidence[] = files.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer));
  return { known: true, value: value.slice(0, settingsKept), evidence };
}

/** Files of packages' own tests and examples are read by nobody. */
function readerOf(path: string): SettingsReader | undefined {
  const named = byName.get(baseName(path)) ?? (path.endsWith('.config/git/config') ? 'git' : undefined);
  if (named)
    return /(?:^|\/)node_modules\/|^usr\/(?:share|src|lib|lib64)\/|^(?:proc|sys)\//.test(path) ? undefined : named;
  if (!path.startsWith('etc/') && !path.endsWith('/apk/config')) return undefined;
  return inSystem.find(([pattern]) => pattern.test(path))?.[1];
}
