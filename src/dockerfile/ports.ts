/** EXPOSE ports and STOPSIGNAL names as the builder takes them. */

/** One EXPOSE word; both ends are equal for a single port. */
export interface PortRange {
  from: number;
  to: number;
  protocol: string;
}

/** `80`, `80/tcp`, `8000-8010/udp`, and with a host part that is not used (`127.0.0.1:80:80`). Undefined = refused. */
export function parsePort(text: string): PortRange | undefined {
  const slash = text.indexOf('/');
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1).toLowerCase() || 'tcp';
  const ports = (slash < 0 ? text : text.slice(0, slash)).split(':').pop()!;
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return undefined;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports);
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  return from <= to && to <= 65_535 ? { from, to, protocol } : undefined;
}

/** A signal's name with or without SIG, or its number (signal(7), Linux). */
export function isSignal(text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) > 0;
  const name = text.toUpperCase().replace(/^SIG/, '');
  return signals.has(name) || /^RT(MIN(\+\d{1,2})?|MAX(-\d{1,2})?)$/.test(name);
}

const signals = new Set(
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(
    ' ',
  ),
);
