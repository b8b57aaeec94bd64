/** File capabilities: the `security.capability` attribute (linux/capability.h, struct vfs_cap_data). */

/** Bit order of linux/capability.h. */
const names = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
];

/** What the attribute grants. */
export interface FileCapabilities {
  /** `cap_net_raw` …, permitted or inheritable, in bit order; a bit without a name is `cap_41`. */
  capabilities: string[];
  permitted: string[];
  inheritable: string[];
  /** The permitted set is also effective from the start. */
  effective: boolean;
  /** Owner of the user namespace (version 3). */
  rootId?: number;
}

/** Decodes versions 1 (one 32-bit word), 2 (two) and 3 (two and a root id); undefined for anything else. */
export function decodeCapabilities(base64: string): FileCapabilities | undefined {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 12) return undefined;
  const magic = bytes.readUInt32LE(0);
  const version = magic >>> 24;
  const words = version === 1 ? 1 : version === 2 || version === 3 ? 2 : 0;
  const need = 4 + words * 8 + (version === 3 ? 4 : 0);
  if (words === 0 || bytes.length < need) return undefined;
  const permitted = new Set<number>();
  const inheritable = new Set<number>();
  for (let word = 0; word < words; word++) {
    bits(bytes.readUInt32LE(4 + word * 8), word * 32, permitted);
    bits(bytes.readUInt32LE(8 + word * 8), word * 32, inheritable);
  }
  const all = [...new Set([...permitted, ...inheritable])].sort((a, b) => a - b);
  const out: FileCapabilities = {
    capabilities: all.map(nameOf),
    permitted: [...permitted].map(nameOf),
    inheritable: [...inheritable].map(nameOf),
    effective: (magic & 1) === 1,
  };
  if (version === 3) out.rootId = bytes.readUInt32LE(20);
  return out;
}

function bits(word: number, offset: number, into: Set<number>): void {
  for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) into.add(offset + bit);
}

function nameOf(bit: number): string {
  return `cap_${names[bit] ?? bit}`;
}
