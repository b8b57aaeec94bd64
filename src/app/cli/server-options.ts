/** Options of the commands for registries. */
import { help, type OptionSpec } from './options.ts';

const config: OptionSpec = {
  name: 'config',
  kind: 'value',
  group: 'Server',
  value: 'FILE',
  describe: 'options file of the server (docs/server.md)',
};
const databaseUrl: OptionSpec = {
  name: 'database-url',
  kind: 'value',
  group: 'Server',
  value: 'URL',
  describe: 'PostgreSQL that servers and workers share, postgres://…',
};
const allow: OptionSpec = {
  name: 'allow-registry',
  kind: 'list',
  group: 'Server',
  value: 'HOST',
  describe: 'a registry that may be asked; no others are',
};
const listen = (standard: string): OptionSpec => ({
  name: 'listen',
  kind: 'value',
  group: 'Server',
  value: 'HOST:PORT',
  describe: `address to listen on (default ${standard})`,
});
const workers: OptionSpec = {
  name: 'workers',
  kind: 'value',
  group: 'Server',
  value: 'N',
  describe: 'images graded at once (default: the cores)',
};

/** Options of `tare serve`. */
export const serveOptions: readonly OptionSpec[] = [
  config,
  listen('127.0.0.1:8080'),
  allow,
  databaseUrl,
  {
    name: 'data-dir',
    kind: 'value',
    group: 'Server',
    value: 'FOLDER',
    describe: 'embedded database, where there is no PostgreSQL (default tare-data)',
  },
  workers,
  help,
];

/** Options of `tare worker`. */
export const workerOptions: readonly OptionSpec[] = [config, databaseUrl, allow, workers, help];

/** Options of `tare gate`. */
export const gateOptions: readonly OptionSpec[] = [
  config,
  { name: 'upstream', kind: 'value', group: 'Server', value: 'URL', describe: 'the registry behind the gate' },
  listen('127.0.0.1:5000'),
  databaseUrl,
  help,
];

const server: readonly OptionSpec[] = [
  {
    name: 'server',
    kind: 'value',
    group: 'Server',
    value: 'URL',
    describe: 'the server (default http://127.0.0.1:8080)',
  },
];

/** Options of `tare sweep`. A token comes from TARE_TOKEN alone: words of a command line are seen by others. */
export const sweepOptions: readonly OptionSpec[] = [
  {
    name: 'include',
    kind: 'list',
    group: 'Sweep',
    value: 'PATTERN',
    describe: 'only what matches, such as team/** or team/app:v*',
  },
  { name: 'exclude', kind: 'list', group: 'Sweep', value: 'PATTERN', describe: 'not what matches' },
  ...server,
  help,
];

/** Options of `tare rescan`. */
export const rescanOptions: readonly OptionSpec[] = [
  { name: 'fresh', kind: 'flag', group: 'Rescan', describe: 'pull again, even what these rules have graded' },
  ...server,
  help,
];
