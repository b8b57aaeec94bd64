/** Follows a start command through helpers, shells and scripts to the program that stays. */
import type { RootNode } from '../image/rootfs.ts';
import type { StartCommand, WorkloadKind } from '../types/workload.ts';
import type { FactContext } from './context.ts';
import { managerCall } from './dockerfile/packages.ts';
import { findProgram } from './entrypoint.ts';
import { fileEvidence } from './evidence.ts';
import type { Executable } from './executables.ts';
import { applicationPaths, interpreterKind, servedModules, shebangProgram } from './interpreters.ts';
import { behindHelper, textIndex } from './launch.ts';
import { openCommands, type ScriptCommand } from './script-words.ts';
import { shellCommands } from './shell-commands.ts';
import { readScript, type ScriptReading } from './start-script.ts';
import { baseName } from './text.ts';

/** Where a command stands. */
export type StartPlace = Pick<StartCommand, 'origin' | 'path' | 'layer' | 'line' | 'background' | 'evidence'>;

/** The program at the end of a chain. */
export interface ChainEnd {
  name: string;
  node?: RootNode;
  kind?: WorkloadKind;
  /** The interpreter, where the program is a script. */
  interpreter?: RootNode;
}

/** Far beyond what start scripts do; more is a trick, and the chain is then not complete. */
const limits = { depth: 16, scripts: 64, commands: 1024, work: 16_384 };

/** What was found on the way. One for an image: a script is read once, however often it is called. */
export class StartChain {
  readonly commands: StartCommand[] = [];
  readonly programs = new Set<string>();
  readonly paths = new Set<string>();
  /** Words of the helpers in front of programs: whom they change to stands there alone. */
  readonly helpers: string[][] = [];
  needsShell = false;
  complete = true;
  private readonly shells: ReadonlySet<string>;
  private readonly multicall: ReadonlySet<string>;
  private readonly visits = new Map<string, number>();
  private work = 0;

  constructor(private readonly context: FactContext) {
    const { shells, multicall } = context.data.shells;
    this.shells = new Set(shells.map(({ name }) => name));
    this.multicall = new Set(multicall.map(({ name }) => name));
  }

  /** Follows an argument list; `main` where its end is the workload, so that not finding it counts. */
  run(argv: readonly string[], place: StartPlace, main: boolean, depth = 0): ChainEnd | undefined {
    const word = argv[0] ?? '';
    if (word === '' || depth > limits.depth || ++this.work > limits.work) return this.lost(main);
    const name = baseName(word);
    const node = findProgram(this.context, word);
    const found = textIndex(name, argv, (one) => this.shells.has(one));
    const text = found !== undefined && argv[found] ? found : undefined;
    const rest = text === undefined ? behindHelper(argv, this.context.data['privilege-droppers']) : undefined;
    if (rest && rest.length > 0) {
      this.note(name, node, main);
      this.helper(argv.slice(0, argv.length - rest.length));
      return this.run(rest, place, main, depth + 1);
    }
    if (this.multicall.has(name) && argv[1] && !argv[1].startsWith('-')) {
      this.note(name, node, main);
      return this.shells.has(argv[1])
        ? this.run(argv.slice(1), place, main, depth + 1)
        : this.record({ name: argv[1], ...(node && { node }) }, argv.slice(1), place);
    }
    this.note(name, node, main);
    if (text !== undefined) {
      this.needsShell = true;
      // The user stands before the text or behind it.
      if (!this.shells.has(name)) this.helper(argv.filter((_, i) => i !== text && i !== text - 1));
      const commands = openCommands(shellCommands(argv[text]!.slice(0, 64 * 1024), 512));
      return this.script(commands, argv.slice(text + 2), place, main, depth + 1);
    }
    if (this.shells.has(name)) return this.shellFile(argv, node, place, main, depth);
    return this.program(name, node, argv, place, main, depth);
  }

  /** Commands of a script or command text, `args` for its `$@`. */
  script(
    commands: readonly ScriptCommand[],
    args: readonly string[],
    place: StartPlace,
    main: boolean,
    depth: number,
  ): ChainEnd | undefined {
    const reading: ScriptReading = readScript(commands, args, this.context.image.config.container.env);
    let end: ChainEnd | undefined;
    for (const [i, { argv, line, background, sources }] of reading.commands.entries()) {
      if (this.work > limits.work) break;
      const own: StartPlace = {
        ...place,
        ...(place.path !== undefined && { line, evidence: fileEvidence(place.path, place.layer ?? 0, line) }),
        ...(background && { background }),
      };
      if (!background) delete own.background;
      const last = main && i === reading.last;
      if (last) for (const folder of reading.folders.splice(0)) this.folder(folder, place, depth);
      if (sources) this.file(sources, [], own, false, depth);
      else {
        const found = this.run(argv, own, last, depth + 1);
        if (last) end = found;
      }
    }
    for (const folder of reading.folders) this.folder(folder, place, depth);
    if (main && reading.last === undefined) return this.lost(main);
    return end;
  }

  /** Every script of a folder that a start script goes through, in order. */
  private folder(path: string, place: StartPlace, depth: number): void {
    const node = this.resolve(path);
    for (const name of [...(node?.children?.keys() ?? [])].sort().slice(0, limits.scripts))
      this.file(`/${node!.path}/${name}`, [], place, false, depth);
  }

  /** `sh script args`, or a shell that nobody gives anything to do. */
  private shellFile(
    argv: readonly string[],
    shell: RootNode | undefined,
    place: StartPlace,
    main: boolean,
    depth: number,
  ): ChainEnd | undefined {
    this.needsShell = true;
    let i = 1;
    while (i < argv.length && /^[-+]./.test(argv[i]!)) i += /^[-+]o$/.test(argv[i]!) ? 2 : 1;
    if (i >= argv.length)
      return this.record({ name: baseName(argv[0]!), kind: 'shell', ...(shell && { node: shell }) }, argv, place);
    if (argv[i] === '' || !this.resolve(argv[i]!)) return this.lost(main);
    return this.file(argv[i]!, argv.slice(i + 1), place, main, depth);
  }

  /** A script by its path; what it runs stands at its own lines. */
  file(path: string, args: readonly string[], place: StartPlace, main: boolean, depth: number): ChainEnd | undefined {
    const node = this.resolve(path);
    if (node?.entry.type !== 'file') return this.lost(main);
    const fact = this.context.index.at<Executable>('executables', node.path)?.data;
    const visits = this.visits.get(node.path) ?? 0;
    this.visits.set(node.path, visits + 1);
    this.paths.add(node.path);
    if (fact?.t !== 'script' || !fact.s) {
      if (main) this.complete = false;
      return { name: baseName(node.path), node, kind: 'shell' };
    }
    // Once for what it does, and once more for where it ends.
    if (visits > (main ? 1 : 0) || this.visits.size > limits.scripts || depth > limits.depth) return this.lost(main);
    if (fact.z && main) this.complete = false;
    const { background: _, ...rest } = place;
    const inside: StartPlace = {
      ...rest,
      origin: place.origin === 'entrypoint' ? 'script' : place.origin,
      path: node.path,
      layer: node.entry.layer,
    };
    const kept = visits === 0 ? undefined : this.commands.length;
    const end = this.script(fact.s, args, inside, main, depth + 1);
    if (kept !== undefined) this.commands.length = kept;
    return end ?? (main ? { name: baseName(node.path), node, kind: 'shell' } : undefined);
  }

  /** A program that is no helper and no shell: a start script, an interpreter, or the end. */
  private program(
    name: string,
    node: RootNode | undefined,
    argv: readonly string[],
    place: StartPlace,
    main: boolean,
    depth: number,
  ): ChainEnd | undefined {
    const fact = node && this.context.index.at<Executable>('executables', node.path)?.data;
    if (node && fact?.t === 'script') {
      const interpreter = shebangProgram(fact.i);
      const reader = findProgram(this.context, interpreter);
      this.note(baseName(interpreter), reader, main);
      if (interpreter === '' || this.shells.has(baseName(interpreter))) {
        this.needsShell = true;
        this.record(undefined, argv, place, node);
        return this.file(`/${node.path}`, argv.slice(1), place, main, depth);
      }
      const kind = interpreterKind(baseName(interpreter)) ?? 'unknown';
      if (main) this.application([...servedModules(kind, argv)]);
      return this.record({ name, node, kind, ...(reader && { interpreter: reader }) }, argv, place);
    }
    const kind = interpreterKind(name);
    if (kind && main) this.application(applicationPaths(kind, argv));
    return this.record({ name, ...(node && { node }), ...(kind && { kind }) }, argv, place);
  }

  private application(paths: readonly string[]): void {
    for (const path of paths) {
      const node = this.resolve(path);
      if (node && (node.entry.type === 'file' || paths.length === 1)) this.paths.add(node.path);
    }
  }

  private resolve(path: string): RootNode | undefined {
    if (path === '' || path.length > 4096) return undefined;
    const { config, rootfs } = this.context.image;
    return rootfs.resolve(path.startsWith('/') ? path : `${config.container.workingDir}/${path}`);
  }

  private helper(words: string[]): void {
    if (this.helpers.length < limits.scripts) this.helpers.push(words);
  }

  /** A program on the way, by name where the config names it or it is there. */
  private note(name: string, node: RootNode | undefined, main: boolean): void {
    if (node || main) this.programs.add(name);
    if (node) this.paths.add(node.path);
  }

  private record(
    end: ChainEnd | undefined,
    argv: readonly string[],
    place: StartPlace,
    script?: RootNode,
  ): ChainEnd | undefined {
    const node = end?.node ?? script;
    const installs = managerCall(end?.name ?? baseName(argv[0]!), argv.slice(1));
    if (this.commands.length < limits.commands)
      this.commands.push({
        name: end?.name ?? baseName(argv[0]!),
        argv: [...argv],
        ...place,
        ...(node && { program: node.path }),
        ...(installs && { installs }),
      });
    else this.complete = false;
    return end;
  }

  private lost(main: boolean): undefined {
    if (main || this.work > limits.work) this.complete = false;
    return undefined;
  }
}
