/** Services, tasks and parts of a host that an image brings along. Facts never judge. */
import type { Fact } from '../types.ts';
import type { PackageVerb } from './package-action.ts';
import type { Workload } from './workload.ts';

/** Something that runs by the clock. */
export interface ScheduledTask {
  /** `crontab`: a line of one. `folder`: a script of cron.daily and kin. `timer`: an enabled systemd timer. `at`: a job of at. */
  kind: 'crontab' | 'folder' | 'timer' | 'at';
  /** Rootfs path of the crontab, script, link or job. */
  path: string;
  layer: number;
  line?: number;
  /** Base name of what it starts. */
  command: string;
  /** Package that ships the file. */
  package?: string;
}

/** A unit that an init system would start by itself. */
export interface SystemUnit {
  /** `ssh.service`; the script's name where the manager is no systemd. */
  name: string;
  manager: 'systemd' | 'sysv' | 'openrc';
  /** Rootfs path of the link that enables it. */
  path: string;
  layer: number;
  /** The unit or script that the link leads to, where it is there. */
  target?: string;
  /** Package that ships the unit. */
  package?: string;
}

/** A setting that makes the system update itself. */
export interface UpdateSetting {
  /** As its file writes it: `APT::Periodic::Unattended-Upgrade`. */
  name: string;
  path: string;
  layer: number;
  line: number;
  package?: string;
}

/** What only a whole machine needs, or a second system inside of the first. */
export interface HostPart {
  kind: 'kernel' | 'modules' | 'boot-loader' | 'firmware' | 'rootfs' | 'disk' | 'ssh-host-key';
  /** The folder or file. */
  path: string;
  /** Layer that brought it. */
  layer: number;
  files: number;
  bytes: number;
  package?: string;
  /** Form of a disk image; what tells a root file system. */
  note?: string;
}

/** A package manager called by a start command. */
export interface StartInstall {
  manager: string;
  verb: PackageVerb;
}

/** What starts and what runs beside it, as part of all facts of an image. */
export interface ServiceFacts {
  /** What the image is there to run. */
  workload: Fact<Workload>;
  scheduledTasks: Fact<ScheduledTask[]>;
  systemUnits: Fact<SystemUnit[]>;
  updateSettings: Fact<UpdateSetting[]>;
  hostParts: Fact<HostPart[]>;
}
