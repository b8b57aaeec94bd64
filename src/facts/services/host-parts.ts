/** Kernels, boot loaders, firmware, host keys, and second systems inside of the image. */
import type { RootNode } from '../../image/rootfs.ts';
import type { HostPart } from '../../types/services.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import type { RootFile } from '../packages.ts';
import { baseName } from '../text.ts';
import type { DiskImage } from './disks.ts';

type OwnerOf = (path: string) => string | undefined;

const limit = 200;

/** The part that a path belongs to, and the folder or file that stands for it. */
const parts: readonly [RegExp, HostPart['kind']][] = [
  [/^boot\/(?:vmlinuz|vmlinux|bzImage|Image|kernel|initrd|initramfs|System\.map)[^/]*$/, 'kernel'],
  [/^(?:usr\/)?lib\/modules\/[^/]+\/vmlinuz$/, 'kernel'],
  [/^((?:usr\/)?lib\/modules\/[^/]+)\/.+\.ko(?:\.(?:gz|xz|zst))?$/, 'modules'],
  [/^(boot\/(?:grub2?|efi|loader|extlinux|syslinux))\/.+$/, 'boot-loader'],
  [/^((?:usr\/)?lib\/firmware)\/.+$/, 'firmware'],
  [/^etc\/(?:ssh\/ssh_host_[a-z0-9]+_key|dropbear\/dropbear_[a-z0-9]+_host_key)$/, 'ssh-host-key'],
];

/** What tells a folder to be a root file system of its own, beside its release file. */
const rootSigns = [
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/rpm',
  'usr/lib/sysimage/rpm',
  'var/lib/pacman/local',
  'bin/sh',
  'bin/busybox',
  'usr/bin/sh',
  'sbin/init',
];

/** Measures each part; files of a kind below one folder are one part. */
export function collectHostParts(context: FactContext, files: readonly RootFile[], ownerOf: OwnerOf): Fact<HostPart[]> {
  const found = new Map<string, HostPart>();
  const roots: string[] = [];
  const add = (kind: HostPart['kind'], path: string, { node, bytes }: RootFile, note?: string) => {
    const known = found.get(`${kind}:${path}`);
    if (known) {
      known.files++;
      known.bytes += bytes;
      return;
    }
    if (found.size >= limit) return;
    const part: HostPart = { kind, path, layer: node.entry.layer, files: 1, bytes };
    const owner = ownerOf(node.path);
    if (owner !== undefined) part.package = owner;
    if (note !== undefined) part.note = note;
    found.set(`${kind}:${path}`, part);
  };
  const disks = context.index.live<DiskImage>('disks');
  for (const file of files) {
    const { path, entry } = file.node;
    if (entry.size === 0) continue;
    const first = path.charCodeAt(0);
    // boot, lib, usr/lib, etc: nothing else is looked at twice.
    if (first === 98 || first === 108 || first === 117 || first === 101) {
      for (const [pattern, kind] of parts) {
        const match = pattern.exec(path);
        if (match) {
          add(kind, match[1] ?? path, file);
          break;
        }
      }
    }
    const disk = disks.size > 0 ? disks.get(path) : undefined;
    if (disk) add('disk', path, file, disk.data.f);
    if (path.endsWith('/os-release')) {
      const root = /^(.+)\/(?:etc|usr\/lib)\/os-release$/.exec(path)?.[1];
      const sign = root !== undefined && !roots.includes(root) ? rootSign(context, root) : undefined;
      if (sign && roots.length < 20) {
        roots.push(root!);
        const node = context.image.rootfs.resolve(root!);
        if (node) measureRoot(context, node, sign, found);
      }
    }
  }
  const value = [...found.values()];
  return { known: true, value, evidence: value.map(({ path, layer }) => fileEvidence(path, layer)) };
}

function rootSign({ image }: FactContext, root: string): string | undefined {
  const node = image.rootfs.resolve(root);
  // A link such as /proc/1/root, or back to the root itself, is no second system.
  if (!node?.children || node.path !== root || !node.parent) return undefined;
  return rootSigns.find((sign) => {
    const there = image.rootfs.lookup(`${root}/${sign}`);
    return there?.path.startsWith(`${root}/`) === true;
  });
}

function measureRoot(context: FactContext, node: RootNode, sign: string, found: Map<string, HostPart>): void {
  let files = 0;
  let bytes = 0;
  const counted = new Set<ReadonlySet<RootNode>>();
  for (const { entry, names } of context.image.rootfs.nodes(node)) {
    if (entry.type !== 'file') continue;
    files++;
    if (names && counted.has(names)) continue;
    if (names) counted.add(names);
    bytes += entry.size;
  }
  const note = `${baseName(sign) === 'sh' ? 'shell' : sign} inside`;
  found.set(`rootfs:${node.path}`, { kind: 'rootfs', path: node.path, layer: node.entry.layer, files, bytes, note });
}
