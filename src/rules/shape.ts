/** Holds a user's parameter to the shape of its default. */

/** Where and how a value differs in shape from a default: kind, list items, known names. Undefined when it fits. */
export function shapeProblem(
  value: unknown,
  fallback: unknown,
): { path: (string | number)[]; message: string } | undefined {
  const [is, must] = [kind(value), kind(fallback)];
  if (is !== must) return { path: [], message: `must be ${must}, as the default is, not ${is}` };
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { path: [], message: 'must be a finite number' };
    if (value < 0 && (fallback as number) >= 0) return { path: [], message: 'must not be negative' };
  }
  if (Array.isArray(value)) return itemProblem(value, (fallback as unknown[])[0]);
  if (must === 'a mapping') return memberProblem(value as Record<string, unknown>, fallback as Record<string, unknown>);
  return undefined;
}

/** Items are like the default's first; of an empty default any plain value is like it. */
function itemProblem(items: readonly unknown[], like: unknown) {
  for (const [i, item] of items.entries()) {
    const problem = like === undefined ? plainProblem(item) : shapeProblem(item, like);
    if (problem) return { path: [i, ...problem.path], message: problem.message };
  }
  return undefined;
}

/** A mapping is a table: names are free, and every value is like the default's first. */
function memberProblem(members: Record<string, unknown>, fallback: Record<string, unknown>) {
  const like = Object.values(fallback)[0];
  for (const [name, member] of Object.entries(members)) {
    const problem = like === undefined ? plainProblem(member) : shapeProblem(member, like);
    if (problem) return { path: [name, ...problem.path], message: problem.message };
  }
  return undefined;
}

function plainProblem(value: unknown) {
  return ['text', 'a number', 'true or false'].includes(kind(value))
    ? undefined
    : { path: [], message: 'must be text, a number, or true or false' };
}

function kind(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a mapping';
  }
}
