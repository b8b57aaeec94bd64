/** Accounts that a Dockerfile makes, as far as its commands say what they are. */
import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import { chainOf } from './state.ts';

export interface Account {
  name: string;
  /** Where the command gives one. */
  uid?: number;
  /** useradd or adduser. */
  command: CommandFact;
}

/** Options of useradd and of both addusers that take a value. */
const valued = new Set(
  '-b -c -d -e -f -g -G -K -k -p -s -u -Z -R -P -h --base-dir --comment --home-dir --home --expiredate --inactive --gid --groups --key --skel --password --shell --uid --selinux-user --root --prefix --ingroup --gecos --firstuid --lastuid --conf'.split(
    ' ',
  ),
);

/** Made by RUNs of the stage and of those that it starts from. Names that are not known are left out. */
export function accountsOf(dockerfile: DockerfileFacts, stage: number): Account[] {
  const chain = new Set(chainOf(dockerfile, stage).map(({ index }) => index));
  const out: Account[] = [];
  for (const command of dockerfile.commands) {
    if (command.origin !== 'RUN' || command.deferred || !chain.has(command.stage)) continue;
    if (!/^(?:useradd|adduser)$/.test(command.name)) continue;
    const account = accountOf(command);
    if (account) out.push(account);
  }
  return out;
}

function accountOf(command: CommandFact): Account | undefined {
  const { args } = command;
  const operands: string[] = [];
  let uid: number | undefined;
  for (let at = 0; at < args.length; at++) {
    const { text, dynamic } = args[at]!;
    if (!text.startsWith('-')) {
      if (dynamic) return undefined;
      operands.push(text);
      continue;
    }
    const joined = /^(?:--uid=|-u)(\d{1,10})$/.exec(text);
    if (joined) uid = Number(joined[1]);
    else if (/^-[A-Za-z]*u$|^--uid$/.test(text)) {
      const value = args[++at]?.text ?? '';
      if (!/^\d{1,10}$/.test(value)) return undefined;
      uid = Number(value);
    } else if (valued.has(text) || /^-[A-Za-z]{1,6}[cdgGksh]$/.test(text)) at++;
  }
  // adduser NAME GROUP puts one into the other.
  if (operands.length !== 1 || !/^[a-z_][\w.-]{0,31}$/i.test(operands[0]!)) return undefined;
  return { name: operands[0]!, command, ...(uid !== undefined && { uid }) };
}
