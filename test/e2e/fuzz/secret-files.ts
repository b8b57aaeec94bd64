/** Files that hold secrets of every kind of reader, for the fuzzer to damage. Made when it runs: none stands in the repository. */
import { deflateSync, gzipSync } from 'node:zlib';
import { expandSecrets, zip } from '../../support/secrets.ts';
import { archive, entry } from '../setup/tar.ts';
import type { Random } from './random.ts';

const texts: Record<string, string> = {
  'app/.env':
    'DB_PASSWORD=<<password-1>>\nexport TOKEN="<<github-1>>"\nURL=postgres://app:<<password-2>>@db/x\nEMPTY=\n# C=<<github-2>>\n',
  'app/settings.py':
    'SECRET_KEY = "<<password-3>>"\nTOKEN = b"""<<github-3>>"""\nx = {"api_key": \'<<password-4>>\'}\n',
  'root/.docker/config.json': `{"auths":{"registry.example.com":{"auth":"${Buffer.from(`app:${'word'.repeat(3)}-1`).toString('base64')}"}},"credsStore":"x"}\n`,
  'root/.npmrc': '//registry.example.com/:_authToken=<<github-4>>\nalways-auth=true\n',
  'root/.netrc': 'machine example.com login app password <<password-5>>\nmacdef init\n x\n\n',
  'root/.aws/credentials': '[default]\naws_access_key_id = <<token-1>>\naws_secret_access_key = <<password-6>>\n',
  'root/.kube/config': 'users:\n- name: a\n  user:\n    token: <<github-5>>\n    client-key-data: LS0t\n',
  'root/.m2/settings.xml':
    '<settings><servers><server><id>a</id><password><<password-7>></password></server></servers></settings>',
  'root/.bash_history':
    'docker login -u a -p <<password-8>> registry\ncurl -H "Authorization: Bearer <<github-6>>" x\n',
  'srv/terraform.tfstate': '{"version":4,"resources":[{"instances":[{"attributes":{"password":"<<password-9>>"}}]}]}',
  'etc/shadow': 'root:$6$abcdefgh$0123456789012345678901234567890123456789:1:0:9:7:::\napp::1::::::\n',
};

/** Path and content. */
export function secretFile(r: Random): [path: string, content: Buffer] {
  const path = r.pick(Object.keys(texts));
  const text = Buffer.from(expandSecrets(texts[path]!));
  switch (r.below(7)) {
    case 0:
      return ['app/app.jar', zip({ [path]: text, 'lib/inner.zip': zip({ [path]: text }) })];
    case 1:
      return ['app/backup.tar.gz', gzipSync(archive(entry({ path }, text)))];
    case 2:
      return [path, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.toString('latin1'), 'utf16le')])];
    case 3:
      return [path, Buffer.from(`value: ${text.toString('base64')}\n`)];
    case 4:
      return ['app/program', Buffer.concat([deflateSync(text), Buffer.alloc(64), text, Buffer.alloc(64)])];
    default:
      return [path, text];
  }
}
