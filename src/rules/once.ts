/** Answers that several checks ask of the same facts, worked out once. Facts do not change, so that the answer does not either. */

/** The function with its answers kept for as long as their question lives. The answer is shared: do not change it. */
export function once<K extends object, V>(work: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { value: V }>();
  return (key) => {
    let found = known.get(key);
    if (!found) known.set(key, (found = { value: work(key) }));
    return found.value;
  };
}
