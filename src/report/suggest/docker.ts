/** The same for one machine: a `docker run` with a read-only root filesystem and no privilege. */
import type { ImageReport } from '../../types/report.ts';
import { planOf } from './plan.ts';
import { commentText, shellWord } from './quote.ts';

/** One command for each image, for a POSIX shell. */
export function suggestDocker(reports: readonly ImageReport[]): string {
  return reports.map(command).join('\n');
}

function command(report: ImageReport): string {
  const { image, windows, uid, gid, groups, mounts, remarks } = planOf(report);
  const said = [report.target.name, ...remarks.top, ...remarks.user, ...remarks.mounts];
  const words = windows
    ? [['--user', 'ContainerUser']]
    : [
        ['--read-only'],
        ['--user', `${uid}:${gid}`],
        ...groups.map((group) => ['--group-add', String(group)]),
        ['--cap-drop', 'ALL'],
        ['--security-opt', 'no-new-privileges'],
        ...mounts.map(({ path, kind }) =>
          kind === 'tmpfs'
            ? ['--tmpfs', `/${path}:${path === 'tmp' ? 'mode=1777' : `uid=${uid},gid=${gid},mode=0755`}`]
            : // An anonymous volume begins as what the image has there, owners included.
              ['--mount', `type=volume,dst=/${path}`],
        ),
      ];
  const parts = [...words, [image]].map((part) => part.map(shellWord).join(' '));
  return `${said.map((text) => `# ${commentText(text)}\n`).join('')}docker run ${parts.join(' \\\n  ')}\n`;
}
