/** Kinds for users' own rules: packages, files, accounts and layers of an image. */
import type { RootEntry } from '../types/inventory.ts';
import type { Evidence } from '../types.ts';
import { inConfig, inManifest } from './hits.ts';
import { eachOf, type Kind, partOf, together } from './own-kind.ts';

const image = ['image'] as const;

/** In the order of the documentation. */
export const inventoryKinds: readonly Kind[] = [
  {
    name: 'packages',
    item: 'pkg',
    on: image,
    named: 'name',
    what: "packages of the distribution and of the languages' package managers",
    fields: {
      name: ['string', 'name'],
      version: ['string', 'version'],
      type: ['string', '`deb`, `apk`, `rpm`, `npm`, `pypi`, `golang` …, as in a package URL'],
      language: ['bool', "of a language's package manager"],
      arch: ['string', 'architecture'],
      source: ['string', 'source package, where it has another name'],
      licence: ['string', 'licence as stated; empty where it is not'],
      vendor: ['string', 'who built it, where the database says so'],
      essential: ['bool', 'marked as essential for the distribution'],
      dev: ['bool', 'marked as needed for development only'],
      size: ['int', 'bytes of its files'],
      layer: ['int', 'layer that brought it, 0 = lowest'],
      path: ['string', 'database or manifest that lists it'],
      purl: ['string', 'package URL'],
    },
    read: ({ packages, languagePackages }) =>
      together(
        eachOf(packages, (item) => ({
          values: { ...item, ...{ language: false, path: item.database } },
          evidence: file(item.database, item.layer, `${item.name} ${item.version}`),
        })),
        eachOf(languagePackages, (item) => ({
          values: { ...item, language: true, path: item.location },
          evidence: file(item.location, item.layer, `${item.name} ${item.version}`),
        })),
      ),
  },
  {
    name: 'files',
    item: 'file',
    on: image,
    named: 'path',
    what: 'files, folders and links of the root filesystem, as all layers together show it',
    fields: {
      path: ['string', 'path without a slash in front: `usr/bin/env`'],
      name: ['string', 'its last part'],
      type: ['string', '`file`, `directory`, `symlink`, `character`, `block` or `fifo`; a hardlink is a `file`'],
      mode: ['int', 'permission bits as a number; `420` is 0644'],
      uid: ['int', 'owner'],
      gid: ['int', 'group'],
      size: ['int', 'bytes'],
      layer: ['int', 'layer that holds it, 0 = lowest'],
      modified: ['int', 'modification time, seconds since 1970'],
      target: ['string', 'where a link leads'],
      pkg: ['string', 'OS package that owns it'],
      setuid: ['bool', 'setuid bit'],
      setgid: ['bool', 'setgid bit'],
      sticky: ['bool', 'sticky bit'],
      executable: ['bool', 'anybody may run it'],
      worldWritable: ['bool', 'everybody may write to it; never true of a link'],
      capability: ['bool', 'has file capabilities'],
    },
    read: ({ files }) =>
      eachOf(files ?? { known: false, reason: 'the files were not listed' }, (entry) => ({
        values: fileValues(entry),
        evidence: { at: 'file', path: entry.path, layer: entry.layer },
      })),
  },
  {
    name: 'users',
    item: 'account',
    on: image,
    named: 'name',
    what: 'accounts of /etc/passwd',
    fields: {
      name: ['string', 'name'],
      uid: ['int', 'uid'],
      gid: ['int', 'gid'],
      home: ['string', 'home folder'],
      shell: ['string', 'login shell'],
    },
    read: ({ accounts }) =>
      eachOf(
        partOf(accounts, ({ users }) => users),
        ({ evidence, ...values }) => ({ values, evidence }),
      ),
  },
  {
    name: 'groups',
    item: 'group',
    on: image,
    named: 'name',
    what: 'groups of /etc/group',
    fields: {
      name: ['string', 'name'],
      gid: ['int', 'gid'],
      members: ['list<string>', 'accounts that it lists'],
    },
    read: ({ accounts }) =>
      eachOf(
        partOf(accounts, ({ groups }) => groups),
        ({ evidence, ...values }) => ({ values, evidence }),
      ),
  },
  {
    name: 'layers',
    item: 'layer',
    on: image,
    named: 'index',
    what: 'layers, lowest first',
    fields: {
      index: ['int', '0 = lowest'],
      size: ['int', 'bytes of file content that it adds'],
      storedSize: ['int', 'bytes as stored, compressed'],
      entries: ['int', 'entries of the archive'],
      mediaType: ['string', 'media type'],
      digest: ['string', 'digest as stored'],
      diffId: ['string', 'digest of the archive, uncompressed'],
      createdBy: ['string', 'step of the history that made it, secrets masked'],
    },
    read: (facts) => ({
      items: facts.image.layers.map((layer) => ({
        values: { ...layer, diffId: layer.diffID },
        evidence: inManifest(`/layers/${layer.index}`),
      })),
    }),
  },
  {
    name: 'history',
    item: 'step',
    on: image,
    named: 'createdBy',
    what: 'steps of the history, oldest first',
    fields: {
      createdBy: ['string', 'what made it, secrets masked'],
      comment: ['string', 'comment'],
      author: ['string', 'author'],
      created: ['string', 'when'],
      empty: ['bool', 'made no layer'],
      layer: ['int', 'layer that it made; -1 where it made none'],
    },
    read: (facts) => ({
      items: facts.image.history.map(({ emptyLayer, layer = -1, ...step }, i) => ({
        values: { ...step, empty: emptyLayer, layer },
        evidence: inConfig(`/history/${i}`),
      })),
    }),
  },
];

/** Written out: there may be a million of them. */
function fileValues({ path, type, mode, uid, gid, size, layer, modified, target, pkg, capability }: RootEntry) {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type,
    mode,
    uid,
    gid,
    size,
    layer,
    modified,
    target,
    pkg,
    capability,
    setuid: type === 'file' && (mode & 0o4000) !== 0,
    setgid: (mode & 0o2000) !== 0,
    sticky: (mode & 0o1000) !== 0,
    executable: type === 'file' && (mode & 0o111) !== 0,
    worldWritable: type !== 'symlink' && (mode & 0o002) !== 0,
  };
}

function file(path: string, layer: number, note: string): Evidence {
  return { at: 'file', path, layer, note };
}
