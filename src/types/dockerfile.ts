/**
 * What is known of a Dockerfile, as rules see it: plain data, like every fact. Offsets count UTF-16 units of
 * `DockerfileFacts.text`, so that a fix can cut there; ranges are the same places for people.
 */
import type { ContainerConfig, Digest, Evidence, Platform, Range } from '../types.ts';
import type { Distro, Reference } from './facts.ts';
import type { PackageActionFact } from './package-action.ts';

/** A piece of the file. `text.slice(start, end)` may hold continuations and comments between its first and last character. */
export interface PlaceFact {
  start: number;
  end: number;
  range: Range;
}

/** A word of an instruction. */
export interface WordFact extends PlaceFact {
  /** As written; quotes and escapes are still there unless it is an element of a JSON form. */
  text: string;
  /** After quotes, escapes and variables, as a build without `--build-arg` has it; as written where the builder expands nothing. */
  value: string;
  /** Variables in it whose value a build may change, or that nothing declares. */
  open: readonly string[];
  /** Of those: the ones that no instruction in scope declares. */
  undeclared: readonly string[];
}

/** `--name=value` of an instruction. */
export interface FlagFact extends PlaceFact {
  name: string;
  value?: string;
}

/** One name and value of ENV, LABEL or ARG. */
export interface PairFact {
  name: WordFact;
  /** Absent for `ARG NAME`. */
  value?: WordFact;
  /** `ENV NAME value`, without `=`. */
  legacy: boolean;
}

/** `RUN --mount=…`, values as written. */
export interface MountFact extends PlaceFact {
  type: string;
  from?: string;
  source?: string;
  target?: string;
  id?: string;
  /** Every option by its lower-case name; a bare word has the value ''. */
  options: readonly (readonly [name: string, value: string])[];
}

/** A here-document of RUN, COPY or ADD; the place is its body's. */
export interface HeredocFact extends PlaceFact {
  name: string;
  content: string;
  /** Variables are expanded in it. */
  expand: boolean;
  /** `<<-` */
  chomp: boolean;
  terminated: boolean;
}

export interface CommentFact {
  /** Without `#` and the blanks around. */
  text: string;
  range: Range;
}

/** One instruction; the optional parts follow from its keyword. */
export interface InstructionFact extends PlaceFact {
  /** Position in `DockerfileFacts.instructions`; a trigger has its ONBUILD's. */
  index: number;
  /** Upper case. Known ones are those of the Dockerfile reference. */
  keyword: string;
  /** The keyword as written. */
  name: WordFact;
  /** Stage that it belongs to; -1 before the first FROM. */
  stage: number;
  /** One line: continuations joined, comments and blank lines inside of it left out, here-documents not in it. */
  text: string;
  flags: readonly FlagFact[];
  /** JSON elements, blank-separated words (FROM, COPY, ADD, EXPOSE …), or one word that is the whole (USER, WORKDIR, shell form of RUN). */
  args: readonly WordFact[];
  /** The arguments are a JSON array. */
  json: boolean;
  pairs: readonly PairFact[];
  mounts: readonly MountFact[];
  heredocs: readonly HeredocFact[];
  /** What ONBUILD defers: an instruction of its own. */
  trigger?: InstructionFact;
  /** The builder refuses it; `DockerfileFacts.errors` says why. Its parts are not to be relied on. */
  invalid: boolean;
  /** Comment lines straight above. */
  comments: readonly CommentFact[];
  /** Blank lines inside its continuations, one-based. */
  emptyLines: readonly number[];
  evidence: Evidence;
}

/** A setting as a stage leaves it, and where it was made. */
export interface SettingFact<T> {
  value: T;
  /** Instruction that set it; -1 where the base image's own config did. */
  instruction: number;
  /** Stage of that instruction: another than the asking one's where it was inherited through FROM. */
  stage: number;
  /** Variables that the value depends on and that a build may change. */
  open: readonly string[];
  evidence: Evidence;
}

/** CMD, ENTRYPOINT, or the command of HEALTHCHECK. */
export interface CommandLineFact {
  /** Words of the JSON form, or the one string of the shell form. */
  words: readonly string[];
  json: boolean;
  /** The SHELL of a shell form. */
  shell: readonly string[];
}

/** What a stage starts from. */
export interface StageBaseFact extends PlaceFact {
  /** As written after FROM, and after expansion. */
  written: string;
  text: string;
  /** Variables in the name that a build may change; and those that nothing declares. */
  open: readonly string[];
  undeclared: readonly string[];
  /** Index of the earlier stage that it names. */
  stage?: number;
  scratch: boolean;
  /** The image's parsed name; absent for a stage, for scratch, and where the expanded text is none. */
  reference?: Reference;
  /** `--platform`, after expansion. */
  platform?: WordFact;
  /** Places of the tag and the digest, without `:` and `@`, where the name holds no variable. */
  tag?: PlaceFact;
  digest?: PlaceFact;
  /** What the name stands for here, where somebody on this machine (or, asked to, the registry) knows it. */
  known?: Digest;
}

/** What the base image's own config says; known only where it was at hand. */
export interface BaseImageFact {
  reference: Reference;
  via: 'layer-cache' | 'docker' | 'registry' | 'archive';
  platform: Platform;
  container: ContainerConfig;
  distro?: Distro;
  /** User part of `container.user` resolved in its passwd, where that could be read. */
  uid?: number;
  /** By which its registry knows it: of the index, where there is one. */
  digest?: Digest;
}

/** How much of a stage gets into the image. */
export type StageRole =
  /** The image is made of it: the target, or a stage that the target starts from. */
  | 'ships'
  /** Files are copied or mounted out of it (or out of what starts from it). */
  | 'feeds'
  /** Not built for this target. */
  | 'unused';

/** What a stage starts from, copies from or mounts. */
export interface StageUseFact {
  via: 'from' | 'copy' | 'mount';
  /** As written. */
  name: string;
  /** Index of the stage; absent = an image. */
  stage?: number;
  /** The image's parsed name, where it is one. */
  reference?: Reference;
  instruction: number;
}

export interface StageFact extends PlaceFact {
  index: number;
  /** Lower case, as the builder compares it. */
  name?: string;
  /** The name as written, where there is one. */
  nameWord?: WordFact;
  /** Index of FROM. */
  from: number;
  base: StageBaseFact;
  /** Stage at the bottom of the FROM chain: the one whose base is an image or scratch. The stage itself where that is its own. */
  root: number;
  /** The last stage of the file. */
  isFinal: boolean;
  /** The stage that the build ends with: `--target`, else the last. */
  isTarget: boolean;
  role: StageRole;
  os: 'linux' | 'windows';
  /** Indexes of its instructions, FROM left out. */
  instructions: readonly number[];
  /** Stages and images that it starts from, copies from and mounts. */
  uses: readonly StageUseFact[];
  /** Settings as the stage leaves them, inherited ones too; absent = the base image's, whatever they are. */
  user?: SettingFact<string>;
  workdir?: SettingFact<string>;
  shell?: SettingFact<readonly string[]>;
  entrypoint?: SettingFact<CommandLineFact>;
  cmd?: SettingFact<CommandLineFact>;
  healthcheck?: SettingFact<{ kind: 'NONE' | 'CMD'; command: CommandLineFact }>;
  stopSignal?: SettingFact<string>;
  env: readonly (SettingFact<string> & { name: string })[];
  labels: readonly (SettingFact<string> & { name: string })[];
  ports: readonly SettingFact<string>[];
  volumes: readonly SettingFact<string>[];
  /** The base image's own config, for the stage that the image ships from, where it was at hand. */
  image?: BaseImageFact;
}

/** One argument of a command after quotes, escapes and known variables. */
export interface ArgumentFact extends PlaceFact {
  /** Parts that cannot be known stand as written (`$X`, `$(…)`). */
  text: string;
  /** Some part of the text is not known. */
  dynamic: boolean;
  /** Dockerfile variables in it whose value a build may change. */
  open: readonly string[];
  quoted: boolean;
  /** Holds an unquoted pattern. */
  glob: boolean;
  /** Indexes of the commands inside of it: `$(…)`, backquotes, `<(…)`. */
  inner: readonly number[];
}

export interface RedirectionFact {
  /** `>`, `>>`, `<`, `&>`, `>&`, `<<`, `<<-`, `<<<`. */
  operator: string;
  descriptor?: number;
  target?: ArgumentFact;
  body?: { text: string; expand: boolean; range: Range };
}

/**
 * One command of RUN, CMD, ENTRYPOINT or HEALTHCHECK. What `sudo`, `env`, `xargs`, `sh -c '…'` and kin run is a command of
 * its own behind the one that runs it (`parent`, `via`). Mentions in strings, comments and here-documents that are no script are none.
 */
export interface CommandFact extends PlaceFact {
  index: number;
  instruction: number;
  stage: number;
  origin: 'RUN' | 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK';
  /** Deferred by ONBUILD: it runs in other people's builds. */
  deferred: boolean;
  /**
   * CMD, ENTRYPOINT or HEALTHCHECK that a later one replaces, or a stage whose settings nobody ships:
   * the container never runs it. Always false for RUN.
   */
  overridden: boolean;
  /** Index into `DockerfileFacts.scripts`. */
  script: number;
  /** Program without its folder; '' where it is not known. */
  name: string;
  program: ArgumentFact;
  args: readonly ArgumentFact[];
  /** `NAME=value` in front of it. */
  assignments: readonly { name: string; value?: ArgumentFact }[];
  redirects: readonly RedirectionFact[];
  /** What was looked through to get here, outermost first: `sudo`, `env`, `sh -c` … */
  via: readonly string[];
  /** Command whose argument or here-document it stands in. */
  parent?: number;
  /** How it follows what is in front of it in the same script. */
  join: 'first' | ';' | '&&' | '||' | '|' | '|&' | '&';
  /** Members of one pipeline share the id within a script. */
  pipeline?: { id: number; position: number; size: number };
  context: {
    subshell: boolean;
    substitution: boolean;
    condition: boolean;
    branch: boolean;
    loop: boolean;
    background: boolean;
    negated: boolean;
    function?: string;
  };
  /** What it does, where it is a package manager. */
  packages?: PackageActionFact;
  /** The command, from its first word to its last. */
  evidence: Evidence;
}

/** A script that an instruction holds. */
export interface ScriptFact {
  index: number;
  instruction: number;
  stage: number;
  deferred: boolean;
  origin: CommandFact['origin'];
  /** `exec`: a JSON form, no shell. `other`: a language that is not read. */
  dialect: 'posix' | 'powershell' | 'cmd' | 'exec' | 'other';
  /** The shell in force with its options, or a here-document's `#!` line; empty for a JSON form. */
  interpreter: readonly string[];
  /** What the interpreter gets. */
  text: string;
  /** Faults of its own syntax, at the file's lines. */
  errors: readonly { message: string; line: number; column: number }[];
  /** Too deep or too large to be read to the end: commands may be missing. */
  truncated: boolean;
}

/** The shells that ShellCheck tells apart; busybox's as dash with some more. */
export type ShellDialect = 'sh' | 'bash' | 'dash' | 'ksh' | 'busybox';

/** A remark as ShellCheck gives it: lines and columns of the text that it got, one-based, columns in code points. */
export interface ShellRemark {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** Number of its check, such as 2086. */
  code: number;
  level: 'error' | 'warning' | 'info' | 'style';
  /** Its own sentence. */
  message: string;
}

/** What ShellCheck says of a script, at the Dockerfile's own place. */
export interface ShellRemarkFact extends Pick<ShellRemark, 'code' | 'level' | 'message'> {
  dialect: ShellDialect;
  /** Index into `DockerfileFacts.scripts`. */
  script: number;
  evidence: Evidence;
}

/** A source of COPY or ADD in the build context. */
export interface CopySourceFact {
  instruction: number;
  /** Position among the instruction's `args`. */
  arg: number;
  /** As the builder looks it up: relative to the context, `.` for all of it. */
  path: string;
  /** It is there, and the ignore file keeps it out, so that the build does not find it. */
  ignored: boolean;
  /** Nothing is there under this name or pattern. */
  missing: boolean;
  /** For all of the context: names worth a look in it, `.git/`, `.env`, keys, `node_modules/` … A folder ends with a slash. */
  notable: readonly string[];
  /** How many files all of the context holds (folders in `notable` count as one); 1 or 0 for another source. */
  files: number;
}

/** The build context, where its folder is known. */
export interface ContextFact {
  /** The ignore file in force, as a path beside the Dockerfile. */
  ignoreFile?: string;
  patterns: readonly { text: string; exception: boolean; line: number }[];
  sources: readonly CopySourceFact[];
  /** More files than are looked at. */
  truncated: boolean;
}

/** A variable that by its name takes a secret, and whose value comes from outside the file. */
export interface SecretArgumentFact {
  by: 'ARG' | 'ENV';
  name: string;
  stage: number;
  evidence: Evidence;
}

/** Something that no builder accepts. */
export interface DockerfileErrorFact {
  /** See `ErrorCode` of src/dockerfile/model.ts. */
  code: string;
  /** One sentence. */
  message: string;
  line: number;
  column: number;
  instruction?: number;
  evidence: Evidence;
}

export interface DockerfileFacts {
  /** As it is named in findings. */
  file: string;
  /** The whole file, byte order mark included. */
  text: string;
  escape: '\\' | '`';
  directives: readonly { name: string; value: string; range: Range }[];
  comments: readonly CommentFact[];
  instructions: readonly InstructionFact[];
  stages: readonly StageFact[];
  /** Index of the stage that the build ends with; absent without a stage, or where the asked one does not exist. */
  target?: number;
  commands: readonly CommandFact[];
  scripts: readonly ScriptFact[];
  errors: readonly DockerfileErrorFact[];
  secretArguments: readonly SecretArgumentFact[];
  /** Absent where the context's folder is not known. */
  context?: ContextFact;
  /** Absent where ShellCheck was not asked. */
  shellRemarks?: readonly ShellRemarkFact[];
}
