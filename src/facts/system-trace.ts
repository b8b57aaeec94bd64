/** Signs of an operating system in the rootfs, beside the files that name it. */
import type { Distro } from '../types/facts.ts';
import type { FactContext } from './context.ts';
import { liveDatabases } from './databases.ts';

/** Debian kin as distroless and chisel build them: files of packages, but not dpkg itself. */
export function isDistroless({ image }: FactContext, distro: Distro): boolean {
  if (!['debian', 'ubuntu'].some((id) => distro.id === id || distro.idLike.includes(id))) return false;
  const has = (path: string) => image.rootfs.resolve(path) !== undefined;
  return !has('usr/bin/dpkg') && !has('bin/dpkg') && !has('var/lib/dpkg/status') && !has('bin/sh');
}

/** Something that only an operating system brings, in words; undefined for none. */
export function traceOfSystem(context: FactContext): string | undefined {
  const { rootfs } = context.image;
  const database = liveDatabases(context)[0];
  if (database) return `the package database ${database.path}`;
  for (const path of ['bin/sh', 'usr/bin/sh', 'bin/bash', 'usr/bin/bash', 'etc/init.d', 'sbin/init', 'usr/sbin/init']) {
    if (rootfs.resolve(path)) return path;
  }
  for (const folder of ['lib', 'lib64', 'usr/lib', 'usr/lib64']) {
    for (const name of rootfs.resolve(folder)?.children?.keys() ?? []) {
      if (/^(ld-linux|ld-musl|ld64|ld\.so|libc\.so|libc-2|libc\.musl)/.test(name)) return `${folder}/${name}`;
      if (name.endsWith('-linux-gnu') && rootfs.resolve(`${folder}/${name}/libc.so.6`))
        return `${folder}/${name}/libc.so.6`;
    }
  }
  return undefined;
}
