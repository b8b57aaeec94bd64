/** Variables: global ARGs, predefined ARGs, and what a stage's ARG and ENV make of them, instruction by instruction. */
import { predefinedArgs } from './ast.ts';
import type { Budget } from './budget.ts';
import { type LexVariable, lex } from './lex.ts';
import type { DockerfileOptions, Expanded, Variable } from './model.ts';

/** Values over time: an instruction sees what earlier ones set. */
export class Scope {
  private readonly history = new Map<string, { at: number; variable: Variable }[]>();

  /** A stage that starts from another sees that one's variables as they were at its end. */
  constructor(base?: Scope) {
    if (!base) return;
    for (const [name, entries] of base.history) {
      this.history.set(name, [{ at: -1, variable: entries[entries.length - 1]!.variable }]);
    }
  }

  get size(): number {
    return this.history.size;
  }

  set(name: string, at: number, variable: Variable): void {
    const entries = this.history.get(name);
    if (entries) entries.push({ at, variable });
    else this.history.set(name, [{ at, variable }]);
  }

  /** The variable before instruction `at` runs. */
  lookup(name: string, at: number): Variable | undefined {
    const entries = this.history.get(name);
    if (!entries) return undefined;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.at < at) low = middle + 1;
      else high = middle;
    }
    return entries[low - 1]?.variable;
  }
}

/** Expands one word. Throws LexError where the builder refuses it, BudgetError past a limit. */
export function expandWord(
  word: string,
  get: (name: string) => Variable | undefined,
  options: { escape: '\\' | '`'; closed: boolean; limit: number; budget: Budget },
): Expanded {
  const result = lex(word, { ...options, get: (name) => asLexVariable(get(name)) });
  return { text: result.text, open: [...result.open], undeclared: [...result.undeclared] };
}

/** Platform ARGs of the global scope (Dockerfile reference, "Automatic platform ARGs in the global scope"). */
export function platformArgs(options: DockerfileOptions): Map<string, Variable> {
  const args = new Map<string, Variable>();
  const [os = 'linux', arch = 'amd64', variant = ''] = (options.platform ?? 'linux/amd64').split('/');
  for (const prefix of ['BUILD', 'TARGET']) {
    const known = prefix === 'TARGET' && options.platform !== undefined;
    const platform = [os, arch, variant].filter((part) => part !== '').join('/');
    for (const [suffix, value] of Object.entries({ PLATFORM: platform, OS: os, ARCH: arch, VARIANT: variant })) {
      const name = prefix + suffix;
      args.set(name, { value, kind: 'predefined', open: known ? [] : [name] });
    }
  }
  args.set('TARGETSTAGE', {
    value: options.target ?? 'default',
    kind: 'predefined',
    open: options.target === undefined ? ['TARGETSTAGE'] : [],
  });
  return args;
}

/** A proxy ARG, which RUN sees without a declaration. */
export function predefinedVariable(name: string): Variable | undefined {
  return predefinedArgs.includes(name) ? { value: '', kind: 'predefined', open: [name] } : undefined;
}

function asLexVariable(variable: Variable | undefined): LexVariable | undefined {
  if (!variable) return undefined;
  return variable.value === undefined ? { open: variable.open } : { value: variable.value, open: variable.open };
}
