/** Crontabs, units, supervisor configurations and update settings: what they start, in harmless words. */
import type { LayerCollector } from '../../image/collector.ts';
import { keepCommands, type ScriptCommand } from '../script-words.ts';
import { shellCommands } from '../shell-commands.ts';
import { detach, lines, utf8 } from '../text.ts';

/** `j`: commands, each with its line. `u`: settings that switch updates on, with their lines. */
export interface ServiceFile {
  j?: ScriptCommand[];
  u?: [name: string, line: number][];
}

export type ServiceFileKind = 'crontab' | 'system-crontab' | 'unit' | 'supervisor' | 'update';

const fileBytes = 64 * 1024;
const commandLimit = 256;

/** Keeps no text of these files, only commands as start scripts have theirs. */
export const servicesCollector: LayerCollector<ServiceFile> = {
  id: 'services',
  version: 1,
  wants: ({ path, type, size }) =>
    type === 'file' && size > 0 && size <= fileBytes && serviceFileKind(path) !== undefined
      ? { kind: 'whole', limit: fileBytes }
      : undefined,
  take: ({ path }, { bytes }) => {
    const kind = serviceFileKind(path);
    const text = utf8(bytes);
    if (kind === 'update') {
      const found = settings(text);
      return found.length > 0 ? { u: found } : undefined;
    }
    const j: ScriptCommand[] = [];
    let number = 0;
    for (const line of lines(text)) {
      number++;
      const command =
        kind === 'crontab' || kind === 'system-crontab'
          ? cronCommand(line, kind === 'system-crontab')
          : startLine(line);
      if (!command || j.length >= commandLimit) continue;
      for (const [, marks, ...words] of keepCommands(shellCommands(command.slice(0, 4096), 8)))
        if (marks < 8) j.push([number, marks, ...words]);
    }
    return j.length > 0 ? { j } : undefined;
  },
};

/** What a file is by its place; undefined for any other. */
export function serviceFileKind(path: string): ServiceFileKind | undefined {
  if (path.startsWith('etc/') || path.startsWith('usr/lib/systemd/') || path.startsWith('lib/systemd/')) {
    if (path === 'etc/crontab' || /^etc\/cron\.d\/[\w-]+$/.test(path)) return 'system-crontab';
    if (/^etc\/crontabs\/[^/.]+$/.test(path)) return 'crontab';
    if (/^(etc|usr\/lib|lib)\/systemd\/system\/[^/]+\.service$/.test(path)) return 'unit';
    if (/^etc\/supervisor[^/]*\/.+\.(conf|ini)$/.test(path)) return 'supervisor';
    if (/^etc\/(apt\/apt\.conf(\.d\/[^/]+)?|dnf\/automatic\.conf|yum\/yum-cron[^/]*\.conf)$/.test(path))
      return 'update';
  } else if (/^var\/spool\/cron\/((crontabs|tabs)\/)?[^/.]+$/.test(path)) return 'crontab';
  return path.endsWith('supervisord.conf') ? 'supervisor' : undefined;
}

/** Five fields or a word such as @daily, in the system's own files a user, then the command (crontab(5)). */
function cronCommand(line: string, user: boolean): string | undefined {
  const fields = /^\s*(?:@[a-z]+|(?:[\d*/,\-~A-Za-z]+[ \t]+){4}[\d*/,\-~A-Za-z]+)[ \t]+(.*)$/.exec(line.slice(0, 4096));
  if (!fields) return undefined;
  const rest = fields[1]!;
  return user ? /^\S+[ \t]+(.*)$/.exec(rest)?.[1] : rest;
}

/** `ExecStart=-/usr/sbin/x` of a unit, `command=x` of supervisord. */
function startLine(line: string): string | undefined {
  const found = /^[ \t]*(?:ExecStart|command)[ \t]*=[ \t]*[-@:+!|]{0,3}(.+)$/.exec(line.slice(0, 4096));
  // supervisord's `%(ENV_PORT)s` and systemd's `%i` are known at run time only.
  return found?.[1]?.replace(/%\([^)]{0,64}\)[sd]/g, '$1');
}

const switches: readonly [RegExp, string][] = [
  [/^APT::Periodic::Unattended-Upgrade\s+"([1-9]\d{0,3}|always)"/, 'APT::Periodic::Unattended-Upgrade'],
  [/^apply_updates\s*=\s*(yes|true|1)\b/i, 'apply_updates'],
];

function settings(text: string): [name: string, line: number][] {
  const out: [string, number][] = [];
  let number = 0;
  for (const line of lines(text)) {
    number++;
    const found = switches.find(([pattern]) => pattern.test(line.trim().slice(0, 256)));
    if (found && out.length < 8) out.push([detach(found[1]), number]);
  }
  return out;
}
