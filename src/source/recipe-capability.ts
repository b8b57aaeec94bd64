/** File capabilities in setcap's notation, as the xattr holds them (capabilities(7); linux/capability.h, VFS_CAP_REVISION_2). */
import { SourceError } from '../types.ts';

/** By bit number. */
const names = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin ' +
  'net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time ' +
  'sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon ' +
  'bpf checkpoint_restore'
).split(' ');

/** The value of `security.capability`. @throws SourceError on a name or a form that setcap would refuse too. */
export function capabilityBytes(text: string): Buffer {
  const match = /^([a-z_]+(?:,[a-z_]+)*)[+=]([eip]{1,3})$/.exec(text);
  if (!match) throw new SourceError(`${JSON.stringify(text)} is not of the form cap_net_raw,cap_net_admin+ep`);
  let bits = 0n;
  for (const name of match[1]!.split(',')) {
    const bit = names.indexOf(name.replace(/^cap_/, ''));
    if (bit < 0 || !name.startsWith('cap_')) throw new SourceError(`there is no capability ${name}`);
    bits |= 1n << BigInt(bit);
  }
  const permitted = match[2]!.includes('p') ? bits : 0n;
  const inheritable = match[2]!.includes('i') ? bits : 0n;
  const value = Buffer.alloc(20);
  value.writeUInt32LE(0x02000000 + (match[2]!.includes('e') ? 1 : 0), 0);
  value.writeUInt32LE(Number(permitted & 0xffffffffn), 4);
  value.writeUInt32LE(Number(inheritable & 0xffffffffn), 8);
  value.writeUInt32LE(Number(permitted >> 32n), 12);
  value.writeUInt32LE(Number(inheritable >> 32n), 16);
  return value;
}
