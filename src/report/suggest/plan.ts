/** From a report to how its image can be started with no more rights than it needs; docs/kubernetes.md says why. */
import type { ExposedPort } from '../../types/facts.ts';
import type { ImageReport } from '../../types/report.ts';
import type { Mount } from '../../types/surface.ts';
import { uniquely } from '../counted.ts';

/** What to start the image with. Remarks say what the image makes impossible or uncertain; they hold text of the image. */
export interface RunPlan {
  image: string;
  /** A DNS label (RFC 1123) for the pod and its container. */
  name: string;
  windows: boolean;
  uid: number;
  gid: number;
  groups: number[];
  ports: { port: number; protocol: string }[];
  /** One of them is below 1024. */
  lowPort: boolean;
  mounts: (Mount & { name: string })[];
  remarks: Record<'top' | 'user' | 'mounts' | 'ports', string[]>;
}

/** The uid of nobody in particular: that of distroless images. */
const anyone = 65_532;
/** Ports below take a privilege. */
const firstFreePort = 1024;
const portLimit = 32;
/** Of 63, so that a number may follow. */
const mountLength = 55;

/** Works out the plan of one image. */
export function planOf(report: ImageReport): RunPlan {
  const { target, user, surface } = report;
  const remarks: RunPlan['remarks'] = { top: [], user: [], mounts: [], ports: [] };
  const windows = target.platform?.os === 'windows';
  const image = imageName(report);
  if (image === undefined) remarks.top.push('put the name of the image in place of IMAGE: the scan did not go by one');
  const ports = portsOf(report.ports ?? [], remarks);
  const { uid, gid } = identity(report, remarks);
  if (!surface && !windows) remarks.mounts.push('what the container writes is not known: mounts may be missing');
  else if (surface && !surface.mountsComplete)
    remarks.mounts.push('the start command could not be followed to its end: mounts may be missing');
  return {
    image: image ?? 'IMAGE',
    name: label(image ?? ''),
    windows,
    uid,
    gid,
    groups: user?.uid === 0 ? [] : (user?.groups ?? []).filter((group) => group !== gid).slice(0, 64),
    ports,
    lowPort: ports.some(({ port }) => port < firstFreePort),
    mounts: mountsOf(surface?.mounts ?? [], remarks),
    remarks,
  };
}

function identity({ user, surface, target }: ImageReport, remarks: RunPlan['remarks']): { uid: number; gid: number } {
  const say = (text: string): number => remarks.user.push(text);
  if (user?.uid !== undefined && user.uid !== 0) {
    if (user.gid === 0) say('the image gives no group of its own, so that the group is root');
    return { uid: user.uid, gid: user.gid ?? user.uid };
  }
  if (target.platform?.os === 'windows') return { uid: anyone, gid: anyone };
  if (user?.uid === undefined) {
    say(
      user?.missing
        ? `the image has no account for its user "${user.spec}": ${anyone} owns nothing in it`
        : `the user of the image is not known: ${anyone} is a guess`,
    );
    return { uid: anyone, gid: anyone };
  }
  const spare = surface?.spareUser;
  if (!spare) {
    say(`the image runs as root and has no account for its workload: ${anyone} owns nothing in it, and may not do`);
    return { uid: anyone, gid: anyone };
  }
  const why = {
    drops: `the start command changes to ${spare.name}`,
    workload: `the program is packaged to run as ${spare.name}`,
    only: `${spare.name} is the only account for people`,
  }[spare.via];
  say(`the image runs as root; ${why}`);
  if (user.dropsPrivilegeBy !== undefined)
    say(`${user.dropsPrivilegeBy} in the start command needs root to change the user: start the workload without it`);
  return { uid: spare.uid, gid: spare.gid };
}

function portsOf(exposed: readonly ExposedPort[], remarks: RunPlan['remarks']): RunPlan['ports'] {
  const ports: RunPlan['ports'] = [];
  for (const { from, to, protocol } of exposed) {
    for (let port = from; port <= to; port++) {
      if (ports.length >= portLimit) {
        remarks.ports.push('the image declares more ports than are listed');
        return ports;
      }
      ports.push({ port, protocol: protocol.toUpperCase() });
    }
  }
  return ports;
}

function mountsOf(mounts: readonly Mount[], remarks: RunPlan['remarks']): RunPlan['mounts'] {
  const unique = uniquely();
  return mounts.flatMap((mount) => {
    // No mount path may hold a colon (Kubernetes, VolumeMount); Docker parts its options by commas.
    if (!/^[\x20-\x7e]+$/.test(mount.path) || /[:,"\\]/.test(mount.path)) {
      remarks.mounts.push(`left out, since no mount can be named so: /${mount.path}`);
      return [];
    }
    return [{ ...mount, name: unique(label(mount.path, mountLength)) }];
  });
}

/** A name that a runtime can pull or run; undefined for an archive or folder without one. */
function imageName({ target }: ImageReport): string | undefined {
  const { name, kind } = target;
  if (kind === 'rootfs' || name.length > 500) return undefined;
  const reference =
    /^[a-z0-9][a-zA-Z0-9._-]*(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
  return reference.test(name) && !/\.(?:tar|tgz|tar\.gz|tar\.xz|tar\.zst|yaml|oci)$/.test(name) ? name : undefined;
}

/** The last part of a name as a DNS label, `app` where nothing is left. */
function label(name: string, length = 60): string {
  const path = name.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const text = (name.includes('@') || name.includes(':') ? path.slice(path.lastIndexOf('/') + 1) : path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(-length)
    .replace(/^-+|-+$/g, '');
  return text || 'app';
}
