/** Shell variables while a script is walked: what earlier commands of the same RUN set, over what the Dockerfile set. */
import type { Variable } from './model.ts';

/** A known value, and the Dockerfile variables that it depends on. */
export interface ShellValue {
  text: string;
  open: readonly string[];
}

/** Layers over one another: a subshell or a branch writes into its own and leaves the one below alone. */
export class ShellScope {
  private readonly own = new Map<string, ShellValue | undefined>();
  private readonly below: ShellScope | undefined;
  private readonly outside: (name: string) => Variable | undefined;

  constructor(outside: (name: string) => Variable | undefined, below?: ShellScope) {
    this.outside = outside;
    this.below = below;
  }

  layer(): ShellScope {
    return new ShellScope(this.outside, this);
  }

  /** Undefined = not known. */
  get(name: string): ShellValue | undefined {
    for (let scope: ShellScope | undefined = this; scope; scope = scope.below) {
      if (scope.own.has(name)) return scope.own.get(name);
    }
    const variable = this.outside(name);
    if (variable?.value === undefined || variable.kind === 'predefined') return undefined;
    return { text: variable.value, open: variable.open };
  }

  set(name: string, value: ShellValue | undefined): void {
    this.own.set(name, value);
  }

  /** After a branch that may or may not have run, nothing that it wrote is known. */
  forget(branch: ShellScope): void {
    for (const name of branch.own.keys()) this.own.set(name, undefined);
  }
}
