/** A root filesystem without an image around it: a folder, or one archive of it. */
import { stat } from 'node:fs/promises';
import { emptyConfig } from '../image/config.ts';
import { sniffCompression } from '../image/inflate.ts';
import type { LayerContent, OpenedSource, SourceContext } from '../image/model.ts';
import { hostPlatform } from '../image/platform.ts';
import { SourceError } from '../types.ts';
import { headOfFile } from './sniff.ts';

/** @throws SourceError where the path is neither a folder nor an archive that a layer may be. */
export async function openRootfs(path: string, name: string, context: SourceContext): Promise<OpenedSource> {
  const found = await stat(path);
  let content: LayerContent = { from: 'folder', path };
  if (found.isFile()) {
    const compression = sniffCompression(await headOfFile(path, 6));
    if (compression === 'xz')
      throw new SourceError(`${name} is compressed with xz, which no image layer is; unpack it with xz -d first`);
    content = { from: 'file', path, offset: 0, length: found.size };
  } else if (!found.isDirectory())
    throw new SourceError(`${name} is neither a folder nor a file; give the folder of a root filesystem`);
  const capabilities = found.isDirectory() ? ', nor are the capabilities of its files' : '';
  const message = `${name} is a bare root filesystem without an image config: user, entrypoint, ports and environment are not known${capabilities}`;
  return {
    name,
    kind: 'rootfs',
    status: [],
    close: async () => {},
    images: [
      {
        name,
        kind: 'rootfs',
        config: emptyConfig(context.platform ?? hostPlatform()),
        annotations: Object.create(null),
        layers: [
          {
            index: 0,
            mediaType: found.isDirectory() ? 'inode/directory' : 'application/vnd.oci.image.layer.v1.tar',
            content,
            chainVerified: false,
          },
        ],
        attestations: [],
        attestationsKnown: false,
        origin: { kind: 'rootfs', references: [] },
        digestChecks: [],
        status: [{ part: 'rootfs', level: 'info', message }],
      },
    ],
  };
}
