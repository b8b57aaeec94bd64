/** What an image holds beside its OS packages. Facts never judge. */
import type { EntryType } from '../types.ts';
import type { Program } from './facts.ts';

/** purl types of language packages (purl-spec, "types"). */
export type Ecosystem = 'npm' | 'pypi' | 'gem' | 'maven' | 'golang' | 'cargo' | 'composer' | 'nuget';

/** A package of a language's own package manager, as its manifest on disk says. */
export interface LanguagePackage {
  name: string;
  version: string;
  type: Ecosystem;
  purl: string;
  /** SPDX expression where the manifest states one that parses, else the manifest's own words. */
  licence?: string;
  /** Path of the manifest, archive or binary that names it; `a.jar!/b.jar` for one inside another. */
  location: string;
  /** Layer that brought that file. */
  layer: number;
  /** Bytes below its own folder, or of its archive; 0 where it is a part of a binary. */
  size: number;
  /** The application's manifest marks it as needed for development only. */
  dev?: boolean;
  /** OS package that owns the manifest. */
  package?: string;
}

export type RuntimeName = 'node' | 'python' | 'java' | 'ruby' | 'php' | 'go' | 'rust' | 'dotnet' | 'erlang' | 'perl';

/** An installed language runtime. */
export interface Runtime {
  name: RuntimeName;
  /** As the runtime states it; '' where it could not be told. */
  version: string;
  path: string;
  layer: number;
  /** A development kit: compiler and tools beside the runtime (JDK, .NET SDK, the Go tool chain). */
  kit?: boolean;
  package?: string;
}

/** A file that the package database claims and the rootfs does not show as installed. */
export interface DatabaseDrift {
  path: string;
  package: string;
  /** `gone`: not in the rootfs. `replaced`: a later layer than the package's brought other content. */
  how: 'gone' | 'replaced';
  /** Layer that took or replaced it; of a file that no layer holds, the one that brought the package. */
  layer: number;
  /** What stands there now. */
  kind?: 'elf' | 'script' | 'library';
  /** Nothing of the package is left, but for what may be left out. */
  whole?: true;
}

/** A program in a system folder that no package owns. */
export interface UnownedExecutable {
  path: string;
  layer: number;
  size: number;
  kind: 'elf' | 'script';
}

/** A cache, documentation, or what a build left, by the kind of thing it is (residue.yaml). */
export interface Residue {
  kind: string;
  /** The folder that it lies in. */
  path: string;
  /** Layer that holds its bytes; a folder that several layers add to has one entry for each. */
  layer: number;
  files: number;
  bytes: number;
  /** OS package that owns the files. */
  package?: string;
  /** Layer that deleted or replaced it: the bytes stay in the image. */
  deletedIn?: number;
}

/** A program that software.yaml or language-package-managers.yaml names. */
export interface Tool extends Program {
  /** Bytes that go with it: its own and those of the folders that are there for it alone. The sum over tools counts no file twice. */
  bytes: number;
  /** Folder that is there for it alone, where no package owns it. */
  home?: string;
  /** Its package brings the runtime too, which would stay: `bytes` is what goes. */
  kit?: boolean;
  /** A name of a multi-call binary such as BusyBox. */
  applet?: boolean;
}

/** An entry of the root filesystem, as it stands in the end. */
export interface RootEntry {
  path: string;
  type: Exclude<EntryType, 'hardlink'>;
  /** Permission bits and setuid/setgid/sticky. */
  mode: number;
  uid: number;
  gid: number;
  size: number;
  layer: number;
  /** Seconds since 1970. */
  modified: number;
  /** Where a link leads. */
  target?: string;
  /** OS package that owns it. */
  pkg?: string;
  /** Has file capabilities. */
  capability: boolean;
}

/** The newest modification time of a file that the image's own layers hold. */
export interface NewestFile {
  path: string;
  layer: number;
  /** Seconds since 1970. */
  mtime: number;
}

/** One file that is carried in vain. */
export interface WastedFile {
  path: string;
  /** All copies but the first, for a duplicate. */
  bytes: number;
  /** Layer that holds the bytes. */
  layer: number;
  how: 'deleted' | 'overwritten' | 'duplicate';
  /** Layer that hid them. */
  by?: number;
  /** The file that it is a copy of, and how many there are with that one. */
  of?: string;
  copies?: number;
}

/** Bytes that every pull carries and no container needs. */
export interface Waste {
  /** `hidden` + `duplicate`. */
  bytes: number;
  /** In lower layers, deleted or overwritten above. */
  hidden: number;
  /** Second and further copies of large files. */
  duplicate: number;
  /** Of file content in all layers. */
  total: number;
  /** Share of `total` that is no waste, 0 to 1. */
  efficiency: number;
  /** At most fifty. */
  heaviest: WastedFile[];
}
