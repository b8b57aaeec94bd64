/** Settings that change how later commands of a build behave: variables, apt's configuration, files that are there. */
import type { CommandFact, DockerfileFacts, InstructionFact } from '../../types/dockerfile.ts';
import { managerOf } from './managers.ts';

/** Notes on apt's configuration that are kept: far more than any real file has. */
const maxNotes = 200;
/** Commands of a RUN that are searched for an `export` in front of one. */
const maxBack = 200;

/** Answers for one command at a time; what was said before it in its chain of stages counts. */
export class Settings {
  private readonly dockerfile: DockerfileFacts;
  /** Stages of a FROM chain, from the bottom. */
  private readonly chains: ReadonlySet<number>[] = [];
  private readonly aptNotes: { at: number; command: number; key: string; value: boolean }[] = [];
  /** First mention of a snapshot archive, by stage. */
  private readonly snapshots = new Map<number, number>();
  /** What ENV and ARG set, by name, in file order. */
  private readonly variables = new Map<string, { at: number; stage: number; value: string }[]>();
  /** COPY and ADD from anywhere, and RUN with bind mounts. */
  private readonly sources: InstructionFact[] = [];
  private readonly members = new Map<string, CommandFact[]>();
  /** Commands by instruction. */
  private readonly runs = new Map<number, CommandFact[]>();

  constructor(dockerfile: DockerfileFacts) {
    this.dockerfile = dockerfile;
    for (const { index, base } of dockerfile.stages) {
      const below = base.stage === undefined ? undefined : this.chains[base.stage];
      this.chains.push(new Set([...(below ?? []), index]));
    }
    for (const outer of dockerfile.instructions) this.note(outer);
    for (const command of dockerfile.commands) {
      if (command.pipeline) {
        const key = pipelineKey(command);
        const list = this.members.get(key);
        if (list) list.push(command);
        else this.members.set(key, [command]);
      }
    }
  }

  /** The value that a variable has for the command; undefined where nothing sets it. The text may hold variables. */
  variable(command: CommandFact, name: string): string | undefined {
    const { commands } = this.dockerfile;
    const own = command.assignments.find((item) => item.name === name);
    if (own) return own.value?.text ?? '';
    const from = Math.max(0, command.index - maxBack);
    for (let at = command.index - 1; at >= from && commands[at]!.instruction === command.instruction; at--) {
      if (commands[at]!.name !== 'export') continue;
      const set = commands[at]!.args.find(({ text }) => text.startsWith(`${name}=`));
      if (set) return set.text.slice(name.length + 1);
    }
    let value: string | undefined;
    for (const { at, stage, value: set } of this.variables.get(name) ?? [])
      if (at < command.instruction && this.reaches(stage, command)) value = set;
    return value;
  }

  /** apt's configuration was given the value before the command: written into a file, or copied from one that cannot be seen. */
  apt(command: CommandFact, key: string, value: boolean): boolean {
    return this.aptNotes.some(
      (note) =>
        (note.at < command.instruction || (note.at === command.instruction && note.command < command.index)) &&
        this.reaches(this.dockerfile.instructions[note.at]!.stage, command) &&
        (note.key === '*' || (note.key === key && note.value === value)),
    );
  }

  /** Packages come from an archive of a fixed day. */
  usesSnapshot(command: CommandFact): boolean {
    for (const [stage, at] of this.snapshots)
      if (at <= command.instruction && this.reaches(stage, command)) return true;
    return false;
  }

  /** A file of that name was copied in before, by name or with its whole folder. */
  hasFile(command: CommandFact, name: string): boolean {
    const stem = name.split('.', 1)[0]!;
    return this.sources.some(
      ({ index, stage, keyword, args }) =>
        index <= command.instruction &&
        this.reaches(stage, command) &&
        (keyword === 'RUN' ||
          args.slice(0, -1).some(({ value }) => /(?:^|\/)\.?$/.test(value) || value.includes(stem))),
    );
  }

  /** Commands in front of it in its pipeline. */
  feeders(command: CommandFact): CommandFact[] {
    const { pipeline } = command;
    if (!pipeline) return [];
    const members = this.members.get(pipelineKey(command)) ?? [];
    return members.filter((other) => other.pipeline!.position < pipeline.position);
  }

  /** The instruction stands in a stage that the command's stage is or starts from. */
  private reaches(stage: number, command: CommandFact): boolean {
    return this.chains[command.stage]?.has(stage) ?? false;
  }

  private note(outer: InstructionFact): void {
    const { keyword, text, heredocs, args, index, stage, pairs, mounts } = outer;
    if (keyword === 'ENV' || keyword === 'ARG') {
      for (const { name, value } of pairs) {
        if (!value) continue;
        const list = this.variables.get(name.text);
        const entry = { at: index, stage, value: value.value };
        if (list) list.push(entry);
        else this.variables.set(name.text, [entry]);
      }
    } else if (keyword === 'RUN') {
      if (mounts.some(({ type }) => type === 'bind')) this.sources.push(outer);
      const whole = [text, ...heredocs.map(({ content }) => content)].join('\n');
      if (
        /snapshot\.(?:debian|ubuntu)\.(?:org|com)|snapshot-cloudflare\.debian\.org/.test(whole) &&
        !this.snapshots.has(stage)
      )
        this.snapshots.set(stage, index);
      if (!/install-recommends|assume-yes/i.test(whole)) return;
      for (const command of this.commandsOf(index)) {
        if (managerOf(command.name)) continue;
        const said = [...command.args.map((arg) => arg.text), ...command.redirects.map(({ body }) => body?.text ?? '')];
        this.noteApt(said.join('\n'), index, command.index);
      }
      for (const { content } of heredocs) this.noteApt(content, index, -1);
    } else if (keyword === 'COPY' || keyword === 'ADD') {
      this.sources.push(outer);
      const target = args.at(-1)?.value ?? '';
      if (!/^\/?etc\/apt\/(?:apt\.conf|$)/.test(target)) return;
      if (heredocs.length === 0 && this.aptNotes.length < maxNotes)
        this.aptNotes.push({ at: index, command: -1, key: '*', value: true });
      for (const { content } of heredocs) this.noteApt(content, index, -1);
    }
  }

  private commandsOf(instruction: number): readonly CommandFact[] {
    if (this.runs.size === 0) {
      for (const command of this.dockerfile.commands) {
        const list = this.runs.get(command.instruction);
        if (list) list.push(command);
        else this.runs.set(command.instruction, [command]);
      }
    }
    return this.runs.get(instruction) ?? [];
  }

  /** `APT::Install-Recommends "false";` in what is written somewhere. */
  private noteApt(text: string, at: number, command: number): void {
    if (this.aptNotes.length >= maxNotes) return;
    for (const [, key, value] of text.matchAll(/::(install-recommends|assume-yes)["' =\\]{1,8}(\w{1,8})/gi))
      this.aptNotes.push({ at, command, key: key!.toLowerCase(), value: /^(?:1|true|yes|on)$/i.test(value!) });
  }
}

function pipelineKey({ script, pipeline }: CommandFact): string {
  return `${script}:${pipeline!.id}`;
}
