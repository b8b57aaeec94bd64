/** Programs that run another program given as their arguments. */
import type { Argument } from './commands.ts';

interface Wrapper {
  /** Options that take the next argument: single letters and long names. */
  values?: string;
  /** Operands in front of the command: a user, a duration, a folder. */
  skip?: number;
  /** NAME=value operands in front of the command. */
  assigns?: boolean;
  /** Options with which nothing is run. */
  inert?: string;
}

const table = new Map<string, Wrapper>(
  Object.entries({
    sudo: {
      values: 'u g h p C T U D R r t user group host prompt chdir chroot other-user',
      assigns: true,
      inert: 'l v k K e',
    },
    doas: { values: 'u C a' },
    env: { values: 'u C unset chdir', assigns: true },
    time: { values: 'f o format output' },
    nice: { values: 'n adjustment' },
    nohup: {},
    exec: { values: 'a' },
    command: { inert: 'v V' },
    builtin: {},
    eatmydata: {},
    chronic: {},
    unbuffer: {},
    setsid: {},
    fakeroot: { values: 'l s i b lib faked' },
    timeout: { values: 's k signal kill-after', skip: 1 },
    stdbuf: { values: 'i o e input output error' },
    ionice: { values: 'c n p t class classdata' },
    chroot: { values: 'userspec groups', skip: 1 },
    gosu: { skip: 1 },
    'su-exec': { skip: 1 },
    's6-setuidgid': { skip: 1 },
    chpst: { values: 'u U b e m d o p f c r t / n' },
    setpriv: {
      values:
        'reuid regid groups inh-caps ambient-caps bounding-set securebits pdeathsig selinux-label apparmor-profile',
    },
    xargs: {
      values: 'a d E I L n P s arg-file delimiter max-lines max-args max-procs max-chars replace process-slot-var',
    },
    tini: { values: 'p e' },
    'dumb-init': { values: 'r rewrite' },
    catatonit: {},
    faketime: { values: 'f', skip: 1 },
    taskset: { skip: 1 },
    chrt: { skip: 1 },
    flock: { values: 'w E c timeout conflict-exit-code', skip: 1 },
    busybox: {},
    toybox: {},
    'xvfb-run': { values: 'e f n p s w error-file auth-file server-num xauth-protocol server-args wait' },
  }),
);

/** Where the inner command begins in the arguments, or undefined where the program wraps none. */
export function innerCommand(name: string, args: readonly Argument[]): number | undefined {
  const wrapper = table.get(name);
  if (!wrapper) return name === 'find' ? findExec(args) : undefined;
  const values = new Set((wrapper.values ?? '').split(' '));
  const inert = new Set((wrapper.inert ?? '').split(' '));
  let skip = wrapper.skip ?? 0;
  let at = 0;
  for (; at < args.length; at++) {
    const { text } = args[at]!;
    if (text === '--') {
      at += 1 + skip;
      break;
    }
    if (text.length > 1 && text.startsWith('-')) {
      const long = text.startsWith('--');
      const name = text.replace(/^--?/, '');
      if (long ? inert.has(name) : [...name].some((letter) => inert.has(letter))) return undefined;
      if (
        long
          ? values.has(name)
          : values.has(name) ||
            (values.has(name[name.length - 1]!) && ![...name.slice(0, -1)].some((l) => values.has(l)))
      )
        at++;
    } else if (wrapper.assigns && /^[A-Za-z_]\w*=/.test(text)) continue;
    else if (skip > 0) skip--;
    else break;
  }
  return at < args.length ? at : undefined;
}

/** Shells that read POSIX syntax. */
export function isPosixShell(name: string): boolean {
  return /^(?:sh|bash|ash|dash|zsh|ksh|mksh|rbash)$/.test(name);
}

/**
 * The argument that holds the script of `sh -c`, `su -c`, `eval` and `env -S`.
 * `stdin` says that a shell without a script argument reads its standard input.
 */
export function scriptArgument(name: string, args: readonly Argument[]): { at: number } | 'stdin' | undefined {
  if (name === 'eval') return args.length === 1 ? { at: 0 } : undefined;
  if (name === 'su' || name === 'runuser') {
    const at = args.findIndex((arg) => arg.text === '-c' || arg.text === '--command');
    return at >= 0 && at + 1 < args.length ? { at: at + 1 } : undefined;
  }
  if (!isPosixShell(name)) return undefined;
  let wanted = false;
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!;
    if (!/^[-+]./.test(text) || text === '--') {
      if (text === '--') continue;
      return wanted ? { at } : text === '-' ? 'stdin' : undefined;
    }
    if (text.startsWith('--')) {
      if (text === '--rcfile' || text === '--init-file') at++;
      continue;
    }
    if (text[0] === '-' && text.includes('c')) wanted = true;
    if (text[0] === '-' && text.includes('s') && !wanted) return 'stdin';
    if (/[oO]$/.test(text)) at++;
  }
  return wanted ? undefined : 'stdin';
}

function findExec(args: readonly Argument[]): number | undefined {
  const at = args.findIndex((arg) => /^-(exec|execdir|ok|okdir)$/.test(arg.text));
  return at >= 0 && at + 1 < args.length ? at + 1 : undefined;
}
