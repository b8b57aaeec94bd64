/** Disk images of virtual machines and file systems in a file, told by their magic numbers. */
import type { LayerCollector } from '../../image/collector.ts';

/** Form of the image. */
export interface DiskImage {
  f: string;
}

/** Smaller ones hold no system. */
const leastBytes = 1_000_000;
/** As far as the descriptor of an ISO 9660 volume. */
const headBytes = 0x8006;

const forms: readonly [at: number, magic: string, form: string][] = [
  [0, 'QFI\xfb', 'QCOW2 disk'],
  [0, 'KDMV', 'VMDK disk'],
  [0, '# Disk DescriptorFile', 'VMDK disk'],
  [0x40, '\x7f\x10\xda\xbe', 'VDI disk'],
  [0, 'vhdxfile', 'VHDX disk'],
  [0, 'conectix', 'VHD disk'],
  [0x8001, 'CD001', 'ISO 9660 image'],
  [0, 'hsqs', 'SquashFS file system'],
  [0x438, '\x53\xef', 'ext file system'],
  [0, 'XFSB', 'XFS file system'],
  [0x1fe, '\x55\xaa', 'disk with a boot sector'],
];

/** Reads the heads of large files that are named like a disk. */
export const disksCollector: LayerCollector<DiskImage> = {
  id: 'disks',
  version: 1,
  wants: ({ path, type, size }) =>
    type === 'file' &&
    size >= leastBytes &&
    /\.(qcow2?|vmdk|vdi|vhdx?|iso|img|raw|squashfs|sqfs|snap|ext4)$/i.test(path)
      ? { kind: 'head', bytes: headBytes }
      : undefined,
  take: (_, { bytes }) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = forms.find(([at, magic]) =>
      text.subarray(at, at + magic.length).equals(Buffer.from(magic, 'latin1')),
    );
    return found && { f: found[2] };
  },
};
