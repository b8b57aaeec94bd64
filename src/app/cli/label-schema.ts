/** `--label-schema`: labels on the command line, or a YAML file with a table of them. */
import { type LabelSchema, labelSchema, parseLabelSchema } from '../../rules/label-schema.ts';
import { UsageError } from '../../types.ts';

const mostBytes = 1 << 20;
/** Read once in a run: what a shell's `<(…)` gives is gone then. */
const opened = new Map<string, Promise<{ name: string; text: string }>>();

/** What holds `=` or `*` is the labels themselves, else a file. @throws UsageError, RulesetError */
export async function labelsOf(given: string): Promise<LabelSchema> {
  if (/[=*,]/.test(given)) return parseLabelSchema(given);
  const [{ textFile }, { readYaml }] = await Promise.all([
    import('../../source/text-file.ts'),
    import('../../rules/yaml.ts'),
  ]);
  const read = opened.get(given) ?? textFile('label schema', given, mostBytes);
  opened.set(given, read);
  const { name, text } = await read;
  const { value } = readYaml(text, name);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new UsageError(`${name} is no label schema: write a table such as org.opencontainers.image.source: url`);
  const entries = Object.entries(value as Record<string, unknown>).map(([label, kind]) => {
    if (typeof kind === 'string' || kind === null) return [label, kind ?? 'text'] as const;
    throw new UsageError(`${name}: the kind of ${label} is a word, such as url`);
  });
  return labelSchema(entries, name);
}
