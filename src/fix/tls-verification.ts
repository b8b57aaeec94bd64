import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Change, Edit, Fixer } from './change.ts';
import { removeWords, replacement } from './edits.ts';
import { removeOptions, type Unwanted } from './options.ts';
import { commandsAt, instructionsAt, spansOf } from './places.ts';
import { removeCommand, removeInstruction } from './script.ts';

const off = /^["']?(?:false|0|no|off)["']?$/i;
const any = /./;

/** Options that switch certificate checks off, by program. */
const options = new Map<string, readonly Unwanted[]>(
  Object.entries({
    curl: [{ name: '-k' }, { name: '--insecure' }, { name: '--proxy-insecure' }, { name: '--doh-insecure' }],
    wget: [{ name: '--no-check-certificate' }, { name: '--check-certificate', value: /^(?:off|quiet)$/ }],
    aria2c: [{ name: '--check-certificate', value: off }],
    http: [{ name: '--verify', value: /^(?:no|false)$/ }],
    git: [{ name: '-c', value: /^http\.sslverify=(?:false|0)$/i }],
    pip: [{ name: '--trusted-host', value: any }],
    uv: [
      { name: '--trusted-host', value: any },
      { name: '--allow-insecure-host', value: any },
    ],
    npm: [{ name: '--strict-ssl', value: off }, { name: '--no-strict-ssl' }],
    'apt-get': [{ name: '-o', value: /^acquire::https::.{0,80}verify.{0,20}=["']?(?:false|0)["']?$/i }],
    yum: [{ name: '--setopt', value: /sslverify=(?:0|false)$/i }],
    apk: [{ name: '--no-check-certificate' }],
    opkg: [{ name: '--no-check-certificate' }],
    conda: [{ name: '-k' }, { name: '--insecure' }],
    helm: [{ name: '--insecure-skip-tls-verify' }],
    skopeo: [
      { name: '--tls-verify', value: off },
      { name: '--src-tls-verify', value: off },
    ],
    mvn: [
      { name: '-Dmaven.wagon.http.ssl.insecure', value: /^true$/ },
      { name: '-Dmaven.wagon.http.ssl.allowall', value: /^true$/ },
    ],
  }),
);
const same = new Map(
  Object.entries({
    wget2: 'wget',
    https: 'http',
    yarn: 'npm',
    pnpm: 'npm',
    apt: 'apt-get',
    mamba: 'conda',
    micromamba: 'conda',
    dnf: 'yum',
    dnf5: 'yum',
    microdnf: 'yum',
    tdnf: 'yum',
    kubectl: 'helm',
    podman: 'skopeo',
    buildah: 'skopeo',
    mvnw: 'mvn',
  }),
);

/** Commands that set it for all that comes after. */
const settings =
  /^(?:git config (?:--\w+ )?http\.sslverify ["']?(?:false|0)["']?|(?:npm|yarn|pnpm) (?:config )?set (?:-g |--global )?["']?(?:strict-ssl|enableStrictSsl)["']?[ =]["']?(?:false|0)["']?(?: -g| --global)?|npm config set strict-ssl=false)$/i;

/** Takes out what switches certificate checks off: an option, a variable, a setting made by a command. */
export const tlsVerification: Fixer = (finding, { dockerfile }) => {
  const edits: Edit[] = [];
  let unsafe = false;
  for (const command of commandsAt(finding, dockerfile)) {
    const own = programOf(command);
    const found = own === undefined ? [] : removeOptions(dockerfile, command, options.get(own) ?? []);
    if (!found) return [];
    if (found.length > 0) {
      edits.push(...found);
      unsafe ||= mayBePrivate(command);
      continue;
    }
    if (settings.test(words(command))) {
      const edit = removeCommand(dockerfile, command);
      if (!edit) return [];
      edits.push(edit);
      unsafe = true;
    }
  }
  if (edits.length > 0) return [{ description: 'Verify certificates again', unsafe, edits }];
  return variable(finding, dockerfile);
};

function programOf({ name, args }: CommandFact): string | undefined {
  if (/^python[\d.]*$/.test(name)) return args[0]?.text === '-m' && args[1]?.text === 'pip' ? 'pip' : undefined;
  if (/^pip[\d.]*$/.test(name)) return 'pip';
  return same.get(name) ?? name;
}

function words({ name, args }: CommandFact): string {
  return [name, ...args.slice(0, 8).map(({ text }) => text.slice(0, 64))].join(' ');
}

/** A server that only its owner's authority vouches for: it may fail once it is verified. */
function mayBePrivate({ args, packages }: CommandFact): boolean {
  const urls = args.filter(({ text }) => text.includes('://'));
  const hosts = urls.map(({ text }) => /^[a-z+]+:\/\/(?:[^@/]{0,200}@)?([^/:?#]{0,255})/i.exec(text)?.[1] ?? '');
  const trusted = args.flatMap(({ text }, at) =>
    text === '--trusted-host' ? [args[at + 1]?.text ?? ''] : text.startsWith('--trusted-host=') ? [text.slice(15)] : [],
  );
  const all = [...hosts, ...trusted];
  // Without an address it is the manager's own server, or one that nobody sees here.
  if (all.length === 0) return packages === undefined;
  return all.some((host) => !isPublic(host));
}

function isPublic(host: string): boolean {
  return (
    /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,8}[a-z]{2,24}$/i.test(host) &&
    !/\.(?:local|localdomain|internal|intranet|lan|corp|home|private|test|example|invalid)$/i.test(host)
  );
}

/** ENV and ARG pairs. The container itself may rely on them. */
function variable(finding: Parameters<Fixer>[0], dockerfile: DockerfileFacts): readonly Change[] {
  const spans = spansOf(finding, dockerfile);
  const edits: Edit[] = [];
  for (const instruction of instructionsAt(finding, dockerfile, 'ENV', 'ARG')) {
    if (dockerfile.instructions[instruction.index] !== instruction) return [];
    const gone = instruction.pairs.filter(({ name }) =>
      spans.some(({ start, end }) => name.start < end && start < name.end),
    );
    if (gone.length === 0) return [];
    if (gone.length === instruction.pairs.length) {
      const edit = removeInstruction(dockerfile, instruction);
      if (!edit) return [];
      edits.push(edit);
      continue;
    }
    for (const { name, value } of gone) {
      const end = value?.end ?? name.end;
      const first = instruction.pairs[0]!.name.start === name.start;
      const next = instruction.pairs.find((pair) => pair.name.start >= end);
      const edit =
        first && next
          ? replacement({ start: name.start, end: next.name.start }, '')
          : removeWords(dockerfile, { start: name.start, end });
      if (!edit || edits.some((other) => other.start < edit.end && edit.start < other.end)) return [];
      edits.push(edit);
    }
  }
  if (edits.length === 0) return [];
  return [{ description: 'Verify certificates again', unsafe: true, edits, alters: ['env'] }];
}
