/** All that a user's own rule can be for. */
import { dockerfileKinds } from './own-dockerfile.ts';
import { imageKinds } from './own-image.ts';
import { inventoryKinds } from './own-inventory.ts';
import type { Kind } from './own-kind.ts';
import { runningKinds } from './own-running.ts';
import { settingKinds } from './own-settings.ts';

/** In the order of the documentation. */
export const kinds: readonly Kind[] = [
  ...imageKinds,
  ...settingKinds,
  ...inventoryKinds,
  ...runningKinds,
  ...dockerfileKinds,
];

/** By the name that `for:` takes. */
export const kindByName: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.name, kind]));
