/** State of infrastructure tools: Terraform and Pulumi keep every attribute they know, secret or not (developer.hashicorp.com, "State: Sensitive data"). */
import { jsonSettings } from '../json-settings.ts';
import { judgeKey } from '../keys.ts';
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { isLiteral } from '../values.ts';
import { password, privateKey, secretAt } from './credential.ts';

const sensitive = password('terraform-state-attribute', 'sensitive attribute in Terraform state');
const key = privateKey('terraform-state-key', 'private key in Terraform state');
const pulumiPlain = password('pulumi-state-value', 'secret in Pulumi state');

const names =
  /^(password|secret|token|private_key|private_key_pem|private_key_openssh|secret_key|access_key_secret|client_secret|connection_string|primary_access_key|secondary_access_key|primary_connection_string|master_password|admin_password|auth_token|api_key|result|bcrypt_hash|secret_string|ses_smtp_password_v4|encrypted_ses_smtp_password_v4)$/;

/** terraform.tfstate and its backups; without resources it is harmless. */
export const terraformState: FileParser = (text) => {
  const settings = jsonSettings(text);
  if (!settings?.some(({ key: name }) => name === 'terraform_version')) return { secrets: [] };
  const resources = settings.filter(({ path }) =>
    /^resources\.\[\]\.type$|^modules\.\[\]\.resources\.[^.]+\.type$/.test(path),
  ).length;
  const secrets: RawSecret[] = [];
  for (const setting of settings) {
    if (
      !/\battributes\b|^outputs\..*\.value$/.test(setting.path) ||
      (!names.test(setting.key) && !/^outputs\./.test(setting.path))
    )
      continue;
    if (/^outputs\./.test(setting.path) && !/(password|secret|token|key)/i.test(setting.path)) continue;
    const judged = setting.value.startsWith('-----BEGIN') ? judgeKey(setting.value) : undefined;
    if (judged) {
      if (judged.confidence) secrets.push(secretAt(key, judged.body, setting, judged.confidence));
    } else if (setting.value.length >= 6 && isLiteral(setting.value) && !/^(arn:|https?:|\d+$)/.test(setting.value))
      secrets.push(
        secretAt(sensitive, setting.value, setting, setting.key === 'result' ? 'medium' : 'high', setting.key),
      );
  }
  if (resources === 0 && secrets.length === 0) return parsed([]);
  return {
    ...parsed(secrets),
    mark: { kind: 'state-file', title: 'Terraform state', count: resources, confidence: 'high' },
  };
};

/** A Pulumi stack's checkpoint: values are encrypted unless the stack was exported with --show-secrets. */
export const pulumiState: FileParser = (text) => {
  const settings = jsonSettings(text);
  if (!settings?.some(({ path }) => /(^|\.)(checkpoint|deployment)\b/.test(path))) return { secrets: [] };
  const resources = settings.filter(({ key: name, path }) => name === 'urn' && path.includes('resources')).length;
  const secrets = settings.flatMap((setting) =>
    setting.key === 'plaintext' && isLiteral(setting.value) ? [secretAt(pulumiPlain, setting.value, setting)] : [],
  );
  if (resources === 0) return parsed(secrets);
  return {
    ...parsed(secrets),
    mark: { kind: 'state-file', title: 'Pulumi state', count: resources, confidence: 'high' },
  };
};
