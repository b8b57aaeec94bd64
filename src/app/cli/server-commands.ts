/** `tare serve`, `worker`, `gate`, `sweep` and `rescan`: the server is a bundle of its own, which is loaded here and nowhere else. */
import { UsageError } from '../../types.ts';
import type { ServerFlags } from '../server/config.ts';
import { helpText } from './help.ts';
import { type Parsed, parseWords } from './parse.ts';
import { say } from './say.ts';
import { gateOptions, rescanOptions, serveOptions, sweepOptions, workerOptions } from './server-options.ts';
import { stopper } from './stop.ts';
import { widthOf } from './terminal.ts';
import { whole } from './values.ts';
import { quote } from './words.ts';

type Help = Parameters<typeof helpText>[0];

const helps = {
  serve: {
    usage: 'tare serve [OPTIONS]',
    about:
      'Grades what is pushed: receives the notifications of registries, pulls each image straight from its registry, grades and ' +
      'stores it, tells others of the verdict, and shows it all on a page. docs/server.md says more.',
    options: serveOptions,
    examples: [
      ['tare serve --allow-registry localhost:5000', 'alone, with an embedded database in ./tare-data'],
      ['tare serve --config tare-server.yaml', 'with hooks, verdicts and tokens'],
    ],
  },
  worker: {
    usage: 'tare worker [OPTIONS]',
    about: 'Grades images for a server that shares its PostgreSQL: as many of them as there is to do, on any machine.',
    options: workerOptions,
    examples: [['tare worker --config tare-server.yaml', 'with the options of the server']],
  },
  gate: {
    usage: 'tare gate [OPTIONS]',
    about:
      'Stands in front of a registry and grades each image before it is stored: one that fails is refused, and docker push prints why. ' +
      'docs/gate.md says more.',
    options: gateOptions,
    examples: [
      ['tare gate --upstream http://localhost:5001', 'clients push to localhost:5000'],
      ['tare gate --config tare-server.yaml', 'with exceptions, time limits and a certificate'],
    ],
  },
  sweep: {
    usage: 'tare sweep REGISTRY [OPTIONS]',
    about: 'Has a server grade every repository and tag of a registry. TARE_TOKEN holds its token.',
    options: sweepOptions,
    examples: [['tare sweep registry.example.com --include team/**', 'what is below team']],
  },
  rescan: {
    usage: 'tare rescan [OPTIONS]',
    about:
      'Has a server grade all that it knows by the rules that it has now, from what it stored where that suffices. TARE_TOKEN holds its token.',
    options: rescanOptions,
    examples: [['tare rescan', 'after the ruleset or the policy was changed']],
  },
} satisfies Record<string, Help>;

/** The commands that run until they are stopped. @throws UsageError, RulesetError, SourceError. */
export async function serverCommand(
  command: 'serve' | 'worker' | 'gate',
  words: readonly string[],
  version: string,
): Promise<number> {
  const parsed = await parsedOr(words, helps[command]);
  if (!parsed) return 0;
  noTargets(parsed, command);
  const { serve, work, gate } = await import('../server/main.ts');
  const run = { serve, worker: work, gate }[command];
  const stop = stopper(undefined);
  try {
    return await run(flagsOf(parsed), { version, env: process.env, signal: stop.signal });
  } finally {
    stop.done();
  }
}

/** @throws UsageError where the server refuses or cannot be reached. */
export async function sweepCommand(words: readonly string[]): Promise<number> {
  const parsed = await parsedOr(words, helps.sweep);
  if (!parsed) return 0;
  if (parsed.positionals.length !== 1)
    throw new UsageError('a sweep is of one registry: tare sweep registry.example.com');
  const { lists } = parsed;
  const [registry] = parsed.positionals;
  await ask(parsed, 'sweeps', { registry, include: lists.get('include') ?? [], exclude: lists.get('exclude') ?? [] });
  await say(process.stdout, `${registry} will be swept\n`);
  return 0;
}

/** @throws UsageError where the server refuses or cannot be reached. */
export async function rescanCommand(words: readonly string[]): Promise<number> {
  const parsed = await parsedOr(words, helps.rescan);
  if (!parsed) return 0;
  noTargets(parsed, 'rescan');
  const { waiting } = (await ask(parsed, 'rescans', { fresh: parsed.flags.has('fresh') })) as { waiting?: number };
  await say(process.stdout, `${waiting ?? 0} ${waiting === 1 ? 'image waits' : 'images wait'} to be graded anew\n`);
  return 0;
}

/** Options that the server takes as they are. */
const plainFlags = [
  ['config', 'config'],
  ['listen', 'listen'],
  ['database-url', 'databaseUrl'],
  ['data-dir', 'dataDir'],
  ['upstream', 'upstream'],
] as const;

function flagsOf({ values, lists }: Parsed): ServerFlags {
  const flags: ServerFlags = { allowRegistries: lists.get('allow-registry') ?? [] };
  for (const [name, flag] of plainFlags) {
    const value = values.get(name);
    if (value !== undefined) flags[flag] = value;
  }
  const workers = values.get('workers');
  if (workers !== undefined) flags.workers = whole('workers', workers, 0, 64);
  return flags;
}

/** Undefined where only the help was wanted, which is printed then. */
async function parsedOr(words: readonly string[], help: Help): Promise<Parsed | undefined> {
  const parsed = parseWords(words, help.options, process.env);
  if (!parsed.flags.has('help')) return parsed;
  await say(process.stdout, helpText(help, widthOf(process.stdout, process.env)));
  return undefined;
}

function noTargets({ positionals }: Parsed, command: string): void {
  if (positionals.length > 0)
    throw new UsageError(`tare ${command} takes options alone, and no ${quote(positionals[0]!)}`);
}

const waitMs = 30_000;

async function ask({ values }: Parsed, path: string, body: object): Promise<unknown> {
  const server = values.get('server') ?? 'http://127.0.0.1:8080';
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new UsageError(`--server is an address such as http://127.0.0.1:8080, not ${quote(server)}`);
  const token = process.env['TARE_TOKEN'];
  let response: Response;
  try {
    response = await fetch(new URL(`/api/v1/${path}`, server), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(waitMs),
    });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new UsageError(
      `the server at ${server} does not answer (${cause?.code ?? message}); start it, or give --server`,
    );
  }
  const answer = (await response.json().catch(() => ({}))) as { detail?: unknown; title?: unknown };
  if (response.ok) return answer;
  const why = typeof answer.detail === 'string' ? answer.detail : response.statusText;
  const hint = response.status === 401 ? '; put a token of the server into TARE_TOKEN' : '';
  throw new UsageError(`the server at ${server} refuses (${response.status}): ${why.slice(0, 500)}${hint}`);
}
