/** What became of a file of a layer: still there, deleted above, overwritten above; and where its layer came from. */
import type { SecretState } from '../../types/secrets.ts';
import type { FactContext } from '../context.ts';

export interface FileFate {
  state: SecretState;
  /** Layer that hid it. */
  by?: number;
}

/** Asks for the fate of a path in a layer. The look-up tables are built when they are first needed. */
export function fates(context: FactContext): (path: string, layer: number) => FileFate {
  const { rootfs } = context.image;
  let hidden: Map<string, FileFate> | undefined;
  let linked: Map<string, FileFate> | undefined;
  const buildHidden = (): Map<string, FileFate> => {
    const out = new Map<string, FileFate>();
    for (const { path, layer, by, how } of rootfs.deleted)
      out.set(`${layer} ${path}`, { state: how === 'overwritten' ? 'overwritten' : 'deleted', by });
    return out;
  };
  // The first name of a hardlinked file holds its bytes; another name may live on.
  const buildLinked = (): Map<string, FileFate> => {
    const out = new Map<string, FileFate>();
    for (const { entry } of rootfs.nodes())
      if (entry.type === 'file' && entry.linkname !== undefined)
        out.set(`${entry.layer} ${entry.linkname}`, { state: 'live' });
    return out;
  };
  return (path, layer) => {
    const node = rootfs.lookup(path);
    if (node?.entry.type === 'file' && node.entry.layer === layer) return { state: 'live' };
    const key = `${layer} ${path}`;
    linked ??= buildLinked();
    hidden ??= buildHidden();
    const folder = rootfs.resolve(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const placed = folder
      ? `${layer} ${folder.path ? `${folder.path}/` : ''}${path.slice(path.lastIndexOf('/') + 1)}`
      : key;
    return linked.get(key) ?? hidden.get(key) ?? hidden.get(placed) ?? { state: 'deleted' };
  };
}

/**
 * How many layers came with the base: those up to the last CMD or ENTRYPOINT of the history that further layers follow.
 * A guess by habit (a Dockerfile seldom goes on after its CMD), used for advice alone; 0 where there is no such place.
 */
export function baseLayers(context: FactContext): number {
  const { history } = context.image.config;
  let layers = 0;
  let ended = 0;
  let base = 0;
  for (const step of history) {
    if (step.layer !== undefined) {
      layers = step.layer + 1;
      base = ended;
    } else if (step.emptyLayer && /^(?:\/bin\/sh -c #\(nop\)\s{1,4})?(?:CMD|ENTRYPOINT)\b/.test(step.createdBy ?? ''))
      ended = layers;
  }
  return base;
}
