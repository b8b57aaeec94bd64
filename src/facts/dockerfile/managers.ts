/** The package managers of Dockerfiles, by program name. */
import { languageManagers } from './language-managers.ts';
import type { Manager } from './manager-grammar.ts';
import { systemManagers } from './system-managers.ts';

/** The manager that a program is; `pip3.11` and kin are pip. */
export function managerOf(program: string): Manager | undefined {
  return managers.get(/^pip[\d.]*$/.test(program) ? 'pip' : program);
}

const managers: ReadonlyMap<string, Manager> = new Map([...systemManagers, ...languageManagers]);
