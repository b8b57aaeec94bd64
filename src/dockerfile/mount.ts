/** `RUN --mount=…`: comma-separated options, quoted as in CSV (Dockerfile reference, "RUN --mount"; BuildKit instructions). */
import type { Flag, Mount } from './model.ts';
import { clip } from './words.ts';

/** The mount, or a sentence that says why the builder refuses it. */
export function readMount(flag: Flag): Mount | string {
  const fields = csvFields(flag.value ?? '');
  if (typeof fields === 'string') return fields;
  const options = new Map<string, string>();
  for (const field of fields) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? '' : field.slice(equals + 1);
    const name = aliases.get(key) ?? key;
    if (equals < 0 ? !bareOptions.has(name) : !valueOptions.has(name) && !bareOptions.has(name)) {
      return equals < 0
        ? `The mount option "${clip(field)}" needs a value: ${clip(key)}=….`
        : `The mount option "${clip(key)}" is unknown; known are type, from, source, target, id, sharing, required, readonly, mode, uid, gid, size and env.`;
    }
    if (name === 'type' && !value.includes('$') && !types.has(value.toLowerCase())) {
      return `The mount type "${clip(value)}" is unknown; known are bind, cache, tmpfs, secret and ssh.`;
    }
    if (name === 'from' && /\$./.test(value)) {
      return 'The mount option "from" takes no variables; name a stage with FROM … AS and use that name.';
    }
    options.set(name, value);
  }
  const mount: Mount = { type: (options.get('type') ?? 'bind').toLowerCase(), options, flag };
  for (const name of ['from', 'source', 'target', 'id'] as const) {
    const value = options.get(name);
    if (value !== undefined) mount[name] = value;
  }
  return refusal(mount) ?? mount;
}

function refusal(mount: Mount): string | undefined {
  const { type, options } = mount;
  if (type.includes('$')) return undefined;
  if (options.has('sharing') && type !== 'cache')
    return `The mount option "sharing" belongs to cache mounts, not to ${type}.`;
  const sharing = options.get('sharing');
  if (
    sharing !== undefined &&
    !sharing.includes('$') &&
    !['shared', 'private', 'locked'].includes(sharing.toLowerCase())
  ) {
    return 'The mount option "sharing" takes shared, private or locked.';
  }
  if (options.has('size') && type !== 'tmpfs')
    return `The mount option "size" belongs to tmpfs mounts, not to ${type}.`;
  if (options.has('required') && type !== 'secret' && type !== 'ssh')
    return `The mount option "required" belongs to secret and ssh mounts.`;
  if (type === 'bind' || type === 'tmpfs') {
    for (const name of ['mode', 'uid', 'gid'])
      if (options.has(name)) return `The mount option "${name}" is not allowed for ${type} mounts.`;
  }
  if (type !== 'secret') return undefined;
  if (mount.from !== undefined) return 'A secret mount takes no "from".';
  if (mount.source !== undefined && mount.id !== undefined) return 'A secret mount takes either "source" or "id".';
  const named = mount.source ?? mount.target ?? mount.id ?? options.get('env');
  return named ? undefined : 'A secret mount needs an id, a source or a target.';
}

const types = new Set(['bind', 'cache', 'tmpfs', 'secret', 'ssh']);
/** The last ones are Buildah's (containers/buildah, buildah-build.1, "--mount"). */
const bareOptions = new Set(['readonly', 'readwrite', 'required', 'z', 'u', 'tmpcopyup', 'notmpcopyup']);
const valueOptions = new Set([
  'type',
  'from',
  'source',
  'target',
  'id',
  'sharing',
  'mode',
  'uid',
  'gid',
  'size',
  'env',
]);
const aliases = new Map([
  ['src', 'source'],
  ['dst', 'target'],
  ['destination', 'target'],
  ['ro', 'readonly'],
  ['rw', 'readwrite'],
]);

/** One CSV record (RFC 4180); a quote inside an unquoted field is refused, as Go's reader does. */
function csvFields(text: string): string[] | string {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = '';
    if (text[at] === '"') {
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) return 'A quote in the mount options does not close.';
        field += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
      if (at < text.length && text[at] !== ',') return 'A quoted mount option must end at its closing quote.';
    } else {
      const comma = text.indexOf(',', at);
      field = text.slice(at, comma < 0 ? undefined : comma);
      if (field.includes('"')) return 'A quote in the mount options must surround the whole option.';
      at += field.length;
    }
    fields.push(field);
    if (at >= text.length) return fields;
    at++;
  }
}
