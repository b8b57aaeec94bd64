/** Types of freshness.mjs, which the tests import. */
export const stampFile: string;
export function needsInstall(): boolean;
export function needsBuild(): boolean;
export function sources(): { newest: number; count: number };
