/**
 * What a Dockerfile says, as its builder reads it (Dockerfile reference; BuildKit's parser and instructions packages).
 * Everything knows its place in the file, so that a finding can point at it and a fix can change it.
 */
import type { Position, Range } from '../types.ts';
import type { LogicalLine } from './lines.ts';
import type { SourceText } from './source.ts';

/** The instructions of the Dockerfile reference. */
export type Keyword =
  | 'ADD'
  | 'ARG'
  | 'CMD'
  | 'COPY'
  | 'ENTRYPOINT'
  | 'ENV'
  | 'EXPOSE'
  | 'FROM'
  | 'HEALTHCHECK'
  | 'LABEL'
  | 'MAINTAINER'
  | 'ONBUILD'
  | 'RUN'
  | 'SHELL'
  | 'STOPSIGNAL'
  | 'USER'
  | 'VOLUME'
  | 'WORKDIR';

/** A piece of an instruction's joined text: offsets are into `Instruction.line.text`. */
export interface Span {
  start: number;
  end: number;
}

/** A word as the builder splits it: quotes and escapes still in place unless said otherwise. */
export interface Word extends Span {
  text: string;
}

/** `--name=value` in front of an instruction's arguments; quotes removed. */
export interface Flag extends Span {
  name: string;
  /** Absent for a bare `--name`. */
  value?: string;
}

/** One name and value of ENV, LABEL or ARG, as written. */
export interface Pair {
  name: Word;
  /** Absent for `ARG NAME`. */
  value?: Word;
  /** `ENV NAME some value`: the old form without `=`. */
  legacy: boolean;
}

/** A body after the instruction's line (Dockerfile reference, "Here-Documents"). */
export interface Heredoc {
  name: string;
  /** File descriptor in front of `<<`, 0 when absent. */
  descriptor: number;
  /** Variables are expanded in the body: the delimiter is not quoted. */
  expand: boolean;
  /** `<<-`: leading tabs are removed. */
  chomp: boolean;
  /** The body as it stands in the file, leading tabs included, line ends included. */
  content: string;
  /** File offsets of the body. */
  start: number;
  end: number;
  range: Range;
  /** False where the file ends before the delimiter; the builder refuses that. */
  terminated: boolean;
}

/** One `--mount` of RUN. Values as written, variables not expanded. */
export interface Mount {
  type: string;
  from?: string;
  source?: string;
  target?: string;
  id?: string;
  /** Every option by its lower-case name; a bare word has the value ''. */
  options: Map<string, string>;
  flag: Flag;
}

/** One instruction. Which of the optional parts are there follows from the keyword. */
export interface Instruction {
  /** Position in `Dockerfile.instructions`; a trigger has its ONBUILD's. */
  index: number;
  /** Upper case; any word where the instruction is unknown. */
  keyword: Keyword | (string & {});
  /** As written. */
  name: Word;
  /** Stage it belongs to; -1 before the first FROM. */
  stage: number;
  /** From the keyword to the end of the last line, heredoc bodies included. */
  range: Range;
  line: LogicalLine;
  flags: Flag[];
  /** Text after keyword and flags, as the builder joins it. */
  rest: Word;
  /** The arguments: JSON elements, blank-separated words, or the one string of USER, WORKDIR, shell-form RUN … */
  args: Word[];
  /** The arguments are a JSON array of strings. */
  json: boolean;
  /** ENV, LABEL, ARG. */
  pairs: Pair[];
  /** RUN. */
  mounts: Mount[];
  heredocs: Heredoc[];
  /** After expansion, one for each of `args`, or for the values of `pairs`; empty where the builder expands nothing, or the file is refused there. */
  values: Expanded[];
  /** What ONBUILD defers. */
  trigger?: Instruction;
  /** The builder refuses it; `Dockerfile.errors` says why. */
  invalid: boolean;
  /** Text of the comment lines straight above. */
  comments: Comment[];
  /** File range of a span of `line.text`. */
  locate(span: Span): Range;
}

/** A comment line, also one inside a continuation. `text` is without `#` and surrounding blanks. */
export interface Comment {
  text: string;
  range: Range;
}

/** `# syntax=`, `# escape=`, `# check=` at the top (Dockerfile reference, "Parser directives"). */
export interface Directive {
  name: string;
  value: string;
  range: Range;
}

/** What kind of fault it is; rules build on these. */
export type ErrorCode =
  | 'empty-file'
  | 'limit'
  | 'directive'
  | 'unknown-instruction'
  | 'no-stage'
  | 'arguments'
  | 'flag'
  | 'json'
  | 'heredoc'
  | 'stage-name'
  | 'stage-reference'
  | 'mount'
  | 'expansion'
  | 'port'
  | 'signal'
  | 'duration';

/** Something that no builder accepts. The rest of the file is read all the same. */
export interface DockerfileError extends Position {
  code: ErrorCode;
  /** One sentence: what, and what would mend it. */
  message: string;
  /** Index of the instruction, where it belongs to one. */
  instruction?: number;
}

/** A value after expansion. */
export interface Expanded {
  /** What the builder makes of it without any `--build-arg`; unknown variables are empty. */
  text: string;
  /** Variables in it whose value a build may change or that nothing here declares: ARGs, platform arguments, the base's own environment. */
  open: string[];
  /** Of those: the ones that no instruction in scope declares. */
  undeclared: string[];
}

/** A setting and where it was made. */
export interface Setting<T> {
  value: T;
  /** Instruction that set it; for one that ONBUILD defers, the ONBUILD. */
  instruction: number;
  /** Stage of that instruction: another than the asking stage's where it was inherited. */
  stage: number;
  /** Variables that the value depends on. */
  open: string[];
}

/** CMD, ENTRYPOINT or the command of HEALTHCHECK. */
export interface CommandLine {
  /** Words of the JSON form, or the one string of the shell form. */
  words: string[];
  json: boolean;
  /** For the shell form: the SHELL that it is handed to. */
  shell: string[];
}

/** What HEALTHCHECK leaves behind. */
export interface HealthCheck {
  /** `NONE` switches an inherited check off. */
  kind: 'NONE' | 'CMD';
  command: CommandLine;
}

/** A variable as an instruction sees it. */
export interface Variable {
  /** Absent: declared by ARG, but without a value here. */
  value?: string;
  kind: 'env' | 'arg' | 'predefined';
  /** Variables that the value depends on. */
  open: string[];
  /** Instruction that set it; absent for predefined and inherited global values. */
  instruction?: number;
}

/** Where a stage starts from. */
export interface StageBase {
  /** As written after FROM. */
  written: Word;
  name: Expanded;
  /** Index of the earlier stage that it names. */
  stage?: number;
  scratch: boolean;
  platform?: Expanded;
  /** Parts of the image name and their file ranges, where it holds no variable. */
  image?: ImageName;
}

/** An image name taken apart, each part with its place so that a fix can change it. */
export interface ImageName {
  registry?: string;
  repository: string;
  tag?: string;
  digest?: string;
  repositoryRange: Range;
  tagRange?: Range;
  digestRange?: Range;
}

/** Another stage or image that a stage reads from. */
export interface StageUse {
  via: 'from' | 'copy' | 'mount';
  /** As written. */
  name: string;
  /** Index of the stage; absent = an image. */
  stage?: number;
  instruction: number;
}

/** One stage: where it starts from, what it uses, what it leaves behind. */
export interface Stage {
  index: number;
  /** Lower case, as the builder compares it. */
  name?: string;
  /** The FROM instruction. */
  from: number;
  base: StageBase;
  /** Instructions after FROM. */
  instructions: number[];
  range: Range;
  uses: StageUse[];
  /** Settings as the stage leaves them; absent = whatever the base image says. */
  user?: Setting<string>;
  workdir?: Setting<string>;
  shell?: Setting<string[]>;
  entrypoint?: Setting<CommandLine>;
  cmd?: Setting<CommandLine>;
  /** ENTRYPOINT of this stage threw an inherited CMD away (BuildKit and classic builder alike). */
  cmdReset?: number;
  healthcheck?: Setting<HealthCheck>;
  stopSignal?: Setting<string>;
  env: Map<string, Setting<string>>;
  labels: Map<string, Setting<string>>;
  ports: Setting<string>[];
  volumes: Setting<string>[];
  /** ONBUILD instructions of this stage alone. */
  onbuild: number[];
  os: 'linux' | 'windows';
  /** Target of the build or reached from it; others are not built. */
  built: boolean;
  /** The variable as an instruction of this stage sees it. */
  lookup(name: string, instruction: number): Variable | undefined;
}

/** One Dockerfile. Instructions that could not be read are there too, with `invalid` set. */
export interface Dockerfile {
  file: string;
  source: SourceText;
  escape: '\\' | '`';
  directives: Directive[];
  comments: Comment[];
  instructions: Instruction[];
  /** ARGs before the first FROM, and the predefined ones. */
  globalArgs: Map<string, Variable>;
  stages: Stage[];
  /** Index of the stage that the build ends with; absent without stages or where the asked one does not exist. */
  target?: number;
  errors: DockerfileError[];
  /** Steps of work done, the figure that the limits bound. */
  work: number;
}

/** What a build would be given beside the file. */
export interface DockerfileOptions {
  /** Stage name or index; default the last stage. */
  target?: string;
  /** `--build-arg` values. */
  buildArgs?: ReadonlyMap<string, string>;
  /** `os/arch[/variant]`; default linux/amd64, and everything that depends on it is marked as open. */
  platform?: string;
  limits?: Partial<DockerfileLimits>;
}

/** Past a limit the file is read no further and says so as an error. */
export interface DockerfileLimits {
  /** UTF-16 units of the whole file. */
  characters: number;
  instructions: number;
  stages: number;
  /** Variables of one stage. */
  variables: number;
  /** UTF-16 units of one expanded value. */
  expanded: number;
  /** Steps of expansion and pattern matching over the whole file. */
  work: number;
}

/** Far above what real files hold (the largest seen uses under 1% of the work). */
export const defaultDockerfileLimits: DockerfileLimits = {
  characters: 2 ** 20,
  instructions: 10_000,
  stages: 500,
  variables: 2000,
  expanded: 2 ** 16,
  work: 10_000_000,
};
