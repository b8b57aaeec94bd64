/** `tare --help`. */
import { twoColumns } from './help.ts';
import { widthOf } from './terminal.ts';

/** `tare --help`, for the commands given. */
export function topHelp(commands: readonly [name: string, usage: string, meaning: string][]): string {
  const width = widthOf(process.stdout, process.env);
  const lines = [
    'Usage: tare COMMAND [OPTIONS]',
    '',
    'Grades container images from 0 to 100: how small, unprivileged, clean and immutable they are,',
    'and says what to change, and in which layer.',
    '',
    'Commands:',
    ...commands.flatMap(([, usage, meaning]) => twoColumns(usage, meaning, 24, width)),
    ...twoColumns('help COMMAND', 'the options of a command', 24, width),
    '',
    'Options:',
    ...twoColumns('--version', 'show the version', 24, width),
    ...twoColumns('--help', 'show this help', 24, width),
    '',
    'Examples:',
    '  tare scan debian:13-slim',
    '  tare scan ./image.tar --fail-on medium --min-score 80',
    '  docker save my-app | tare scan - --format json',
    '  tare rules run-as-root',
    '',
    'Exit codes: 0 the gate passed, 1 the gate failed, 2 something could not be scanned.',
  ];
  return `${lines.join('\n')}\n`;
}
