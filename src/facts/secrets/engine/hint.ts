/** What a path says of a file's content. It lowers confidence and hides nothing but what only a field's name gives away. */
import type { FileHint } from './format.ts';

const example =
  /\.(?:example|sample|dist|template|tmpl|tpl|j2|erb)(?:\.[a-z]{1,8})?$|(?:^|\/)(?:docs?|examples?|samples?|tests?|testdata|testing|fixtures?|__tests__|spec|specs|demos?|man|locale|locales|i18n)\/|(?:^|\/)(?:test_|conftest)[^/]*$|[._-](?:test|spec)\.[a-z]{1,4}$|(?:^|\/)(?:readme|changelog|news)(?:\.[a-z]{1,8})?$/i;
const generated =
  /\.min\.(?:m?js|css)$|\.(?:bundle|chunk)\.m?js$|\.map$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lockb?|cargo\.lock|poetry\.lock|pipfile\.lock|uv\.lock|composer\.lock|gemfile\.lock|go\.sum|flake\.lock|packages\.lock\.json)$/i;

/** For a rootfs path without its leading slash. */
export function hintOf(path: string): FileHint {
  return {
    ...(example.test(path) ? { example: true } : {}),
    ...(generated.test(path) ? { generated: true } : {}),
  };
}
