/** Types of services.mjs, which the tests import. */
export interface Services {
  available: string[];
  missing: { name: string; why: string }[];
}
export function prepareServices(options?: { install?: boolean }): Promise<Services>;
export function findTool(name: string): string | undefined;
export function debianMirror(): { url: string; suite: string } | undefined;
