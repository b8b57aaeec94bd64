/** Runs one stage's instructions as far as they change settings and variables. */
import type { CommandLine, DockerfileOptions, Expanded, Instruction, Setting, Stage, Variable, Word } from './model.ts';
import { isSignal, parsePort } from './ports.ts';
import type { Reading } from './reading.ts';
import type { Scope } from './scope.ts';
import { clip } from './words.ts';

/** What a child stage takes over from the stage it starts from. */
const inherited = ['user', 'workdir', 'shell', 'entrypoint', 'cmd', 'healthcheck', 'stopSignal'] as const;

/** Carries one stage from its base to its end, instruction by instruction. */
export class Evaluator {
  private readonly stage: Stage;
  private readonly scope: Scope;
  private readonly reading: Reading;
  private readonly options: DockerfileOptions;
  /** CMD was set in this very stage, so that a later ENTRYPOINT keeps it. */
  private ownCmd = false;
  private full = false;

  constructor(stage: Stage, scope: Scope, reading: Reading, options: DockerfileOptions, base?: Stage) {
    this.stage = stage;
    this.scope = scope;
    this.reading = reading;
    this.options = options;
    if (!base) return;
    const target = stage as unknown as Record<string, unknown>;
    for (const name of inherited) if (base[name]) target[name] = base[name];
    for (const [name, setting] of base.env) stage.env.set(name, setting);
    for (const [name, setting] of base.labels) stage.labels.set(name, setting);
    stage.ports.push(...base.ports);
    stage.volumes.push(...base.volumes);
    stage.os = base.os;
  }

  /** Runs what the base stage deferred, at the place of this stage's FROM. */
  trigger(outer: Instruction, at: number): void {
    if (!outer.trigger || outer.trigger.invalid) return;
    // Many stages on a base with many triggers multiply.
    if (this.reading.spend(200, outer)) this.apply(outer.trigger, at, false);
  }

  run(instruction: Instruction): void {
    if (!instruction.invalid) this.apply(instruction, instruction.index, true);
  }

  private apply(instruction: Instruction, at: number, own: boolean): void {
    const { stage } = this;
    const { keyword, args } = instruction;
    const values = (words: readonly Word[]) => {
      const out: Expanded[] = [];
      for (const word of words) {
        const value = this.expand(instruction, word, at);
        // One fault of an instruction is enough to say.
        if (!value) break;
        out.push(value);
      }
      if (own) instruction.values = out;
      return out;
    };
    const setting = <T>(value: T, open: string[] = []): Setting<T> => ({
      value,
      instruction: instruction.index,
      stage: stage.index,
      open,
    });
    if (keyword === 'ENV' || keyword === 'LABEL') this.pairs(instruction, at, own, setting);
    else if (keyword === 'ARG') this.arg(instruction, at, own);
    else if (keyword === 'ADD' || keyword === 'COPY') values(args);
    else if (keyword === 'USER') {
      for (const value of values(args)) stage.user = setting(value.text, value.open);
    } else if (keyword === 'WORKDIR') {
      for (const value of values(args)) {
        const open = stage.workdir && !isAbsolute(value.text) ? [...stage.workdir.open, ...value.open] : value.open;
        stage.workdir = setting(join(stage.workdir?.value ?? '/', value.text, stage.os), open);
      }
    } else if (keyword === 'EXPOSE') {
      for (const value of values(args)) {
        for (const port of value.text.split(/[\t ]+/).filter((part) => part !== '')) {
          if (!this.room(instruction)) return;
          stage.ports.push(setting(port, value.open));
          if (value.open.length === 0 && !parsePort(port)) {
            this.reading.report(
              'port',
              `"${clip(port)}" is no port; write 8080, 8080/udp or 8000-8010.`,
              instruction,
              args[0]!.start,
            );
          }
        }
      }
    } else if (keyword === 'VOLUME') {
      for (const value of values(args)) if (this.room(instruction)) stage.volumes.push(setting(value.text, value.open));
    } else if (keyword === 'STOPSIGNAL') {
      for (const value of values(args)) {
        stage.stopSignal = setting(value.text, value.open);
        if (value.open.length === 0 && !isSignal(value.text)) {
          this.reading.report(
            'signal',
            `"${clip(value.text)}" is no signal; write SIGTERM or a number.`,
            instruction,
            args[0]!.start,
          );
        }
      }
    } else if (keyword === 'SHELL') {
      stage.shell = setting(args.map((arg) => arg.text));
      if (isWindowsShell(args[0]?.text ?? '')) stage.os = 'windows';
    } else if (keyword === 'CMD') {
      stage.cmd = setting(this.command(args, instruction.json));
      delete stage.cmdReset;
      this.ownCmd = true;
    } else if (keyword === 'ENTRYPOINT') {
      stage.entrypoint = setting(this.command(args, instruction.json));
      if (!this.ownCmd && stage.cmd) {
        delete stage.cmd;
        stage.cmdReset = instruction.index;
      }
    } else if (keyword === 'HEALTHCHECK') {
      const kind = args[0]!.text.toUpperCase() === 'NONE' ? 'NONE' : 'CMD';
      stage.healthcheck = setting({ kind, command: this.command(args.slice(1), instruction.json) });
    }
  }

  private pairs(
    instruction: Instruction,
    at: number,
    own: boolean,
    setting: <T>(value: T, open: string[]) => Setting<T>,
  ): void {
    const done: { name: string; value: string; open: string[] }[] = [];
    const values = [];
    // Every pair of one instruction sees the values from before it.
    for (const pair of instruction.pairs) {
      const name = this.expand(instruction, pair.name, at);
      const value = this.expand(instruction, pair.value!, at);
      if (!name || !value) break;
      values.push(value);
      done.push({ name: name.text, value: value.text, open: value.open });
    }
    if (own) instruction.values = values;
    for (const { name, value, open } of done) {
      if (!this.room(instruction)) return;
      if (instruction.keyword === 'LABEL') this.stage.labels.set(name, setting(value, open));
      else {
        this.stage.env.set(name, setting(value, open));
        this.scope.set(name, at, { value, kind: 'env', open, instruction: instruction.index });
      }
    }
  }

  private arg(instruction: Instruction, at: number, own: boolean): void {
    const values = [];
    for (const pair of instruction.pairs) {
      const name = pair.name.text;
      if (!this.room(instruction)) return;
      const given = this.options.buildArgs?.get(name);
      const variable: Variable = { kind: 'arg', open: [name], instruction: instruction.index };
      if (given !== undefined) {
        variable.value = given;
        variable.open = [];
      } else if (pair.value) {
        // Names of the same ARG instruction are seen one after the other.
        const value = this.expand(instruction, pair.value, at + 0.5);
        if (value) {
          values.push(value);
          variable.value = value.text;
          variable.open = [...new Set([name, ...value.open])];
        }
      } else {
        const global = this.reading.globalArgs.get(name);
        if (global?.value !== undefined) variable.value = global.value;
        if (global) variable.open = global.open;
      }
      this.scope.set(name, at, variable);
    }
    if (own) instruction.values = values;
  }

  private room(instruction: Instruction): boolean {
    const { limits } = this.reading;
    const { env, labels, ports, volumes } = this.stage;
    if (
      this.scope.size < limits.variables &&
      env.size + labels.size + ports.length + volumes.length < limits.variables * 2
    )
      return true;
    if (!this.full)
      this.reading.report(
        'limit',
        `The stage sets more than ${limits.variables} variables; the rest is not read.`,
        instruction,
      );
    this.full = true;
    return false;
  }

  private expand(instruction: Instruction, word: Word, at: number) {
    const get = (name: string) => this.scope.lookup(name, at);
    return this.reading.expand(instruction, { text: word.text, at: word.start }, get, false);
  }

  private command(args: readonly Word[], json: boolean): CommandLine {
    const shell = this.stage.shell?.value ?? defaultShell(this.stage.os);
    return { words: args.map((arg) => arg.text), json, shell: json ? [] : shell };
  }
}

/** SHELL when nothing sets it (Dockerfile reference, "SHELL"). */
export function defaultShell(os: Stage['os']): string[] {
  return os === 'windows' ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c'];
}

/** PowerShell or cmd, by the program's name. */
export function isWindowsShell(program: string): boolean {
  return /^(?:.*[\\/])?(?:powershell|pwsh|cmd)(?:\.exe)?$/i.test(program) && !/\/pwsh$/.test(program);
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:/.test(path);
}

function join(base: string, path: string, os: Stage['os']): string {
  if (os === 'windows' || /^[A-Za-z]:/.test(path))
    return isAbsolute(path) ? path : `${base.replace(/[\\/]$/, '')}/${path}`;
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
