/** A shell script's tree to its commands. Depth and work are bounded: scripts come from strangers (unbash parses substitutions lazily). */
import type * as sh from 'unbash';
import { spend } from './budget.ts';
import { bare, Collector, type Frame, inside } from './collect.ts';
import type { Argument, Command, CommandContext, Redirection } from './commands.ts';
import { type ResolveContext, type ResolvedArgument, resolveValue, resolveWord } from './resolve.ts';
import { MappedText } from './source.ts';

type Join = Command['join'];

const maxDepth = 200;

/** Collects the commands of one script of one instruction. */
export class Walker extends Collector {
  private pipelines = 0;

  statements(list: readonly sh.Statement[], frame: Frame): void {
    let join: Join = 'first';
    for (const statement of list) {
      const inner = statement.background ? inside(frame, { background: true }) : frame;
      this.node(statement.command, inner, join);
      join = statement.background ? '&' : ';';
    }
  }

  private node(node: sh.PipelineNode | sh.AndOr | sh.CompoundList, frame: Frame, join: Join): void {
    spend(this.budget, 2);
    if (frame.depth > maxDepth) {
      this.truncated = true;
      return;
    }
    const inner: Frame = { ...frame, depth: frame.depth + 1 };
    switch (node.type) {
      case 'Command':
        this.simple(node, inner, join);
        break;
      case 'Pipeline':
        this.pipeline(node, inner, join);
        break;
      case 'AndOr':
        node.commands.forEach((command, index) => {
          const operator = index === 0 ? join : node.operators[index - 1]!;
          if (operator === '||' && index > 0) this.branch(inner, {}, (branch) => this.node(command, branch, operator));
          else this.node(command, inner, operator);
        });
        break;
      case 'Redirected':
        this.node(node.command, inner, join);
        for (const redirect of node.redirects) this.redirect(redirect, inner);
        break;
      case 'If':
        this.list(node.clause, inside(inner, { condition: true }));
        this.branch(inner, {}, (branch) => this.list(node.then, branch));
        for (const elif of node.elif) {
          this.branch(inner, { condition: true }, (branch) => this.list(elif.clause, branch));
          this.branch(inner, {}, (branch) => this.list(elif.then, branch));
        }
        if (node.else) this.branch(inner, {}, (branch) => this.list(node.else!, branch));
        break;
      case 'For':
      case 'Select':
        this.forLoop(node, inner);
        break;
      case 'ArithmeticFor':
        this.branch(inner, { loop: true }, (branch) => this.list(node.body, branch));
        break;
      case 'While':
        this.branch(inner, { loop: true, condition: true }, (branch) => this.list(node.clause, branch));
        this.branch(inner, { loop: true }, (branch) => this.list(node.body, branch));
        break;
      case 'Case':
        resolveWord(node.word, this.resolver(inner));
        for (const item of node.items) this.branch(inner, {}, (branch) => this.list(item.body, branch));
        break;
      case 'Subshell':
        this.list(node.body, { ...inside(inner, { subshell: true }), scope: inner.scope.layer() });
        break;
      case 'BraceGroup':
        this.list(node.body, inner, join);
        break;
      case 'Function':
        this.branch(inner, { function: node.name.value }, (branch) => this.node(node.body, branch, 'first'));
        break;
      case 'Coproc':
        this.node(node.body, inside(inner, { background: true }), join);
        break;
      case 'CompoundList':
        this.list(node, inner);
        break;
      default:
    }
  }

  private list(list: sh.CompoundList, frame: Frame, join: Join = 'first'): void {
    const [first, ...rest] = list.commands;
    if (!first) return;
    if (join === 'first') this.statements(list.commands, frame);
    else {
      this.node(first.command, frame, join);
      if (rest.length > 0) this.statements(rest, frame);
    }
  }

  private pipeline(node: sh.Pipeline, frame: Frame, join: Join): void {
    const negated = node.prefixes.some((prefix) => prefix.type === 'Negation');
    const timed = node.prefixes.some((prefix) => prefix.type === 'Time');
    let outer = negated ? inside(frame, { negated: true }) : frame;
    if (timed) outer = { ...outer, via: [...outer.via, 'time'] };
    const size = node.commands.length;
    if (size === 1) {
      this.node(node.commands[0]!, outer, join);
      return;
    }
    const id = this.pipelines++;
    node.commands.forEach((command, position) => {
      const first = this.commands.length;
      // Each member runs in a subshell of its own.
      this.node(
        command,
        { ...outer, scope: outer.scope.layer() },
        position === 0 ? join : node.operators[position - 1]!,
      );
      for (const found of this.commands.slice(first)) found.pipeline ??= { id, position, size };
    });
  }

  private simple(node: sh.Command, frame: Frame, join: Join): void {
    const context = this.resolver(frame);
    const redirects: Redirection[] = [];
    const assignments: { name: string; value?: Argument }[] = [];
    for (const item of node.prefix) {
      if (item.type === 'Assignment') assignments.push(this.assignment(item, frame, context, node.name === undefined));
      else redirects.push(this.redirect(item, frame));
    }
    const words: ResolvedArgument[] = node.name ? resolveWord(node.name, context) : [];
    const declares = declaring.has(node.name?.value ?? '');
    for (const item of node.suffix) {
      if (item.type === 'Word') words.push(...resolveWord(item, context));
      else if (item.type !== 'Assignment') redirects.push(this.redirect(item, frame));
      else {
        const { name, value } = this.assignment(item, frame, context, declares);
        const start = context.script.origin(item.pos);
        const end = context.script.origin(item.end, 'end');
        const text = value ? `${name}=${value.text}` : item.text;
        const mapped = new MappedText();
        mapped.add(text, start, end);
        const rest = value ?? { dynamic: true, open: [], quoted: false, glob: false, inner: [] };
        words.push({ ...rest, text, start, end, range: this.source.range(start, end), mapped });
      }
    }
    if (words.length === 0) return;
    if (words[0]!.text === 'read' || words[0]!.text === 'unset')
      for (const word of words) frame.scope.set(word.text, undefined);
    const start = context.script.origin(node.pos);
    const end = context.script.origin(node.end, 'end');
    this.words(words, frame, { assignments, redirects, join, start, end });
  }

  private assignment(
    node: sh.Assignment,
    frame: Frame,
    context: ResolveContext,
    keep: boolean,
  ): { name: string; value?: Argument } {
    if (node.value.type === 'ArrayValue' || node.index) {
      if (keep) frame.scope.set(node.name, undefined);
      if (node.value.type === 'ArrayValue') for (const element of node.value.elements) resolveWord(element, context);
      return { name: node.name };
    }
    const { argument, value } = resolveValue(node.value, context);
    if (keep) {
      const before = node.append ? frame.scope.get(node.name) : { text: '', open: [] };
      const text = (before?.text ?? '') + (value?.text ?? '');
      const known = value && before && text.length < 2 ** 16;
      frame.scope.set(node.name, known ? { text, open: [...new Set([...before.open, ...value.open])] } : undefined);
    }
    return { name: node.name, value: bare(argument) };
  }

  private redirect(node: sh.Redirection, frame: Frame): Redirection {
    const context = this.resolver(frame);
    const redirect: Redirection = { operator: node.operator };
    if (node.descriptor?.type === 'FileDescriptor') redirect.descriptor = node.descriptor.value;
    if (node.type === 'HereDoc') {
      const { pos, end } = node.body;
      const expand = !node.delimiter?.quoted;
      redirect.body = {
        text: node.body.text,
        expand,
        range: this.source.range(frame.script.origin(pos), frame.script.origin(end, 'end')),
      };
      for (const part of node.body.parts ?? []) {
        if (part.type === 'CommandExpansion' && part.script) context.walk(part.script, part.pos, part.end);
      }
      this.bodies.set(redirect, frame.script.slice(pos, end));
    } else if (node.target) {
      const target = resolveWord(node.target, context)[0];
      if (target) redirect.target = bare(target);
    }
    return redirect;
  }

  private forLoop(node: sh.For | sh.Select, frame: Frame): void {
    const context = this.resolver(frame);
    const words = (node.wordlist ?? []).flatMap((word) => resolveWord(word, context));
    this.branch(frame, { loop: true }, (branch) => {
      const only = words.length === 1 && !words[0]!.dynamic && !words[0]!.glob ? words[0] : undefined;
      branch.scope.set(node.name.value, only && { text: only.text, open: only.open });
      this.list(node.body, branch);
    });
  }

  private resolver(frame: Frame): ResolveContext {
    return {
      source: this.source,
      script: frame.script,
      scope: frame.scope,
      budget: this.budget,
      walk: (tree, pos, end) => {
        const first = this.commands.length;
        const inner = {
          ...inside(frame, { substitution: true }),
          scope: frame.scope.layer(),
          depth: frame.depth + 1,
        };
        if (tree.source !== undefined) {
          // Backquotes with escapes: positions point into a text of its own, so that the whole is the place.
          inner.script = new MappedText();
          inner.script.add(tree.source, frame.script.origin(pos), frame.script.origin(end, 'end'));
        }
        if (inner.depth > maxDepth) this.truncated = true;
        else this.statements(tree.commands, inner);
        return Array.from({ length: this.commands.length - first }, (_, i) => first + i);
      },
    };
  }

  private branch(frame: Frame, change: Partial<CommandContext>, run: (frame: Frame) => void): void {
    const scope = frame.scope.layer();
    run({ ...inside(frame, { branch: true, ...change }), scope });
    frame.scope.forget(scope);
  }
}

const declaring = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);
