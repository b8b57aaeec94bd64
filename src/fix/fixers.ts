/** Which rule is mended by what. A rule that is not here is mended by hand: its cure is a decision. */
import type { RuleId } from '../types.ts';
import { addToCopy } from './add-instead-of-copy.ts';
import { apkNoCache } from './apk-no-cache.ts';
import { aptGet } from './apt-instead-of-apt-get.ts';
import { aptNoRecommends } from './apt-no-recommends.ts';
import { basePin } from './base-pin.ts';
import { exposeProtocolCasing, fromAsCasing, instructionCasing, stageNameCasing } from './casing.ts';
import { cdToWorkdir } from './cd-instead-of-workdir.ts';
import type { Fixer } from './change.ts';
import { pipNoCache, yesFlag } from './install-options.ts';
import { jsonForm } from './json-form.ts';
import { keyValue } from './legacy-key-value.ts';
import { maintainerLabel } from './maintainer.ts';
import { aptLists, cacheCleaner } from './package-cache.ts';
import { packageSignature } from './package-signature.ts';
import { pipefail } from './pipefail.ts';
import { nonRootUser } from './run-as-root.ts';
import { dropSudo } from './sudo-used.ts';
import { copyIntoFolder, emptyContinuation, noLogInit, redundantPlatform } from './tidy.ts';
import { tlsVerification } from './tls-verification.ts';
import { numericUser } from './user-not-numeric.ts';
import { wgetProgress } from './wget-no-progress.ts';
import { absoluteWorkdir } from './workdir-relative.ts';

const cleanAll = (program: string): string => `${program} clean all`;

/** By rule id. */
export const fixers: ReadonlyMap<RuleId, Fixer> = new Map([
  ['add-instead-of-copy', addToCopy],
  ['apk-no-cache', apkNoCache],
  ['apt-instead-of-apt-get', aptGet],
  ['apt-lists-not-removed', aptLists],
  ['apt-no-recommends', aptNoRecommends],
  ['base-not-digest-pinned', basePin],
  ['base-tag-latest', basePin],
  ['base-untagged', basePin],
  ['cd-instead-of-workdir', cdToWorkdir],
  ['copy-multi-dest-no-slash', copyIntoFolder],
  ['dnf-clean', cacheCleaner('dnf', cleanAll)],
  ['empty-continuation', emptyContinuation],
  ['expose-proto-casing', exposeProtocolCasing],
  ['from-as-casing', fromAsCasing],
  ['instruction-casing', instructionCasing],
  ['legacy-key-value', keyValue],
  ['maintainer-deprecated', maintainerLabel],
  ['npm-cache', cacheCleaner('npm', () => 'npm cache clean --force')],
  ['package-signature-disabled', packageSignature],
  ['pip-no-cache', pipNoCache],
  ['pipefail-missing', pipefail],
  ['redundant-target-platform', redundantPlatform],
  ['run-as-root', nonRootUser],
  ['shell-form-cmd', jsonForm],
  ['stage-name-casing', stageNameCasing],
  ['sudo-used', dropSudo],
  ['tls-verification-disabled', tlsVerification],
  ['user-not-numeric', numericUser],
  ['useradd-high-uid', noLogInit],
  ['wget-no-progress', wgetProgress],
  ['workdir-relative', absoluteWorkdir],
  ['yarn-cache', cacheCleaner('yarn', () => 'yarn cache clean')],
  ['yes-flag-missing', yesFlag],
  ['yum-clean', cacheCleaner('dnf', cleanAll)],
  ['zypper-clean', cacheCleaner('zypper', () => 'zypper clean --all')],
]);
