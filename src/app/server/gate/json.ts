/** Where readers of JSON differ: a document that says one thing to us and another to a runtime must not pass. */

/** Members of manifests, indexes and descriptors (image-spec, manifest.md, image-index.md, descriptor.md; schema 1). */
const known = new Set(
  (
    'schemaVersion mediaType artifactType config layers manifests subject annotations blobs digest size urls data platform ' +
    'architecture os os.version os.features variant features fsLayers history signatures name tag'
  ).split(' '),
);
const folded = new Map([...known].map((name) => [fold(name), name]));

/**
 * What makes a document ambiguous, as the end of a sentence; undefined where nothing does. Go reads members whatever their
 * case, takes the last of several, and ſ for s: what is written so is read otherwise by it and by us.
 * @param text valid JSON, not nested deeply.
 */
export function ambiguity(text: string): string | undefined {
  const open: { names: Set<string>; free: boolean; isObject: boolean }[] = [];
  let key: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      const above = open.at(-1);
      // Members of annotations are whatever their author likes.
      const free = above !== undefined && (above.free || (above.isObject && key === 'annotations'));
      open.push({ names: new Set(), free, isObject: character === '{' });
      key = undefined;
    } else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      const after = nextOf(text, end + 1);
      const object = open.at(-1);
      if (text[after] === ':' && object?.isObject) {
        key = JSON.parse(text.slice(at, end + 1)) as string;
        const name = object.free ? key : fold(key);
        if (object.names.has(name)) return `has the member ${JSON.stringify(key.slice(0, 60))} twice`;
        object.names.add(name);
        const meant = folded.get(name);
        if (!object.free && meant !== undefined && meant !== key)
          return `writes the member ${JSON.stringify(key.slice(0, 60))}, which some read as ${JSON.stringify(meant)}`;
        at = after;
      } else at = end;
    }
  }
  return undefined;
}

/** As encoding/json of Go compares names: case and the two letters outside of ASCII that fold into it. */
export function fold(name: string): string {
  return name.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function nextOf(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  return at;
}
