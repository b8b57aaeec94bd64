/** `tare COMMAND --help`. */
import { helpText } from './help.ts';
import { diffOptions, sbomOptions } from './inventory-options.ts';
import { scanOptions } from './options.ts';
import { baselineOptions, configOptions } from './policy/command-options.ts';
import { rulesOptions } from './rules-options.ts';
import { secretsOptions } from './secrets-options.ts';

/** `tare scan --help`, laid out for a width in columns. */
export function scanHelp(width: number): string {
  return helpText(
    {
      usage: 'tare scan TARGET... [OPTIONS]',
      about:
        'Grades container images. TARGET is an archive (docker save, OCI), an OCI layout folder, an image recipe, or the name of an image, ' +
        'asked of Docker first and then of its registry; - reads an archive from standard input. ' +
        'A scheme says which it is: docker: registry: docker-archive: oci-archive: oci-dir: rootfs: recipe:',
      options: scanOptions,
      examples: [
        ['tare scan debian:13-slim', 'the image that Docker holds, or else the one in its registry'],
        [
          'tare scan registry:registry.example.com/team/app:1.4 --trusted registry.example.com/team/**',
          'straight from the registry, without Docker',
        ],
        ['docker save my-app | tare scan - --fail-on medium --min-score 80', 'exit code 1 unless it is good enough'],
        ['tare scan image.tar --output json=report.json', 'the table to read, and the same as JSON in a file'],
      ],
      closing:
        'Every option is also a variable: --fail-on is TARE_FAIL_ON; a list is separated by commas, a flag is 1 or 0. ' +
        'A registry’s credentials come from TARE_REGISTRY_USERNAME and TARE_REGISTRY_PASSWORD or from Docker’s own configuration. ' +
        'Exit codes: 0 the gate passed, 1 the gate failed, 2 something could not be scanned.',
    },
    width,
  );
}

/** `tare rules --help`, laid out for a width in columns. */
export function rulesHelp(width: number): string {
  return helpText(
    {
      usage: 'tare rules [ID | test RULESET...] [OPTIONS]',
      about:
        'Lists the rules of the baseline and of --ruleset, or explains one: why it matters, how to mend it, where the advice comes from, and an example. ' +
        'tare rules test runs the tests that rulesets hold, and says where each stands (docs/custom-rules.md).',
      options: rulesOptions,
      examples: [
        ['tare rules', 'every rule with its severity and title'],
        ['tare rules run-as-root', 'all about one rule'],
        ['tare rules acme-telnet --ruleset acme.yaml', 'all about one of your own'],
        ['tare rules test acme.yaml', 'exit code 1 unless all its tests pass'],
        ['tare rules --format json', 'all rules for programs'],
      ],
    },
    width,
  );
}

/** `tare secrets --help`, laid out for a width in columns. */
export function secretsHelp(width: number): string {
  return helpText(
    {
      usage: 'tare secrets PATH... [OPTIONS]',
      about:
        'Looks for credentials in folders, files or standard input (-), with the engine that looks into images. ' +
        'Nothing is printed whole: a few characters at most, and a fingerprint to tell two secrets apart.',
      options: secretsOptions,
      examples: [
        ['tare secrets .', 'a working copy, before it is committed'],
        ['git diff --cached | tare secrets -', 'what is about to be committed'],
        ['tare secrets build/ --format json', 'the same for programs'],
      ],
      closing:
        'Exit codes: 0 nothing of medium or high confidence was found, 1 something was, 2 something could not be read.',
    },
    width,
  );
}

/** `tare sbom --help`, laid out for a width in columns. */
export function sbomHelp(width: number): string {
  return helpText(
    {
      usage: 'tare sbom TARGET [OPTIONS]',
      about:
        'Lists what an image holds: packages of the operating system and of languages, with purl, licence, and the layer and ' +
        'file that name each. TARGET is what tare scan takes. The same image gives the same bytes: no clock, no chance.',
      options: sbomOptions,
      examples: [
        ['tare sbom debian:13-slim', 'a table to read'],
        ['tare sbom image.tar --format cyclonedx-json > bom.json', 'CycloneDX 1.6'],
        ['tare sbom - --output spdx-json=bom.spdx.json < image.tar', 'SPDX 2.3 in a file, and the table'],
      ],
      closing: 'Exit codes: 0 the bill was written, 2 the image could not be read.',
    },
    width,
  );
}

/** `tare diff --help`, laid out for a width in columns. */
export function diffHelp(width: number): string {
  return helpText(
    {
      usage: 'tare diff OLD NEW [OPTIONS]',
      about:
        'Says what got better and what got worse from one image to the next: score, findings, packages and size. OLD and NEW ' +
        'are images, as tare scan takes them, or reports that it wrote as JSON (a name that ends in .json).',
      options: diffOptions,
      examples: [
        ['tare diff app:1.0 app:1.1', 'two images'],
        ['tare diff last.json ./image.tar --fail-if-worse', 'exit code 1 unless it is at least as good as last time'],
        ['tare diff old.json new.json --format json', 'two reports, compared for a program'],
      ],
      closing: 'Exit codes: 0 compared, 1 it is worse and --fail-if-worse was given, 2 one of them could not be read.',
    },
    width,
  );
}

/** `tare baseline --help`, laid out for a width in columns. */
export function baselineHelp(width: number): string {
  return helpText(
    {
      usage: 'tare baseline TARGET... [OPTIONS]',
      about:
        'Writes down what is found now in images and Dockerfiles. With --baseline FILE, scans and lints then fail only for what is ' +
        'new. The score stays what it is, and what is gone from the image is told, so that the file can be written anew.',
      options: baselineOptions,
      examples: [
        ['tare baseline my-app:1.4', 'writes tare-baseline.json'],
        ['tare scan my-app:1.5 --baseline tare-baseline.json', 'fails for what 1.4 did not have'],
      ],
      closing: 'Exit codes: 0 the file was written, 2 something could not be read and nothing was written.',
    },
    width,
  );
}

/** `tare config --help`, laid out for a width in columns. */
export function configHelp(width: number): string {
  return helpText(
    {
      usage: 'tare config [TARGET] [OPTIONS], tare config import FILE...',
      about:
        'Shows the options in force and where each comes from: the command line, a variable, a line of tare.yaml, a profile, or the ' +
        'default. With TARGET, what tare.yaml says of it is in. It takes the options of tare scan and tare lint; --format is table or ' +
        'json. import turns .trivyignore, .trivyignore.yaml, .dockleignore and .hadolint.yaml into a tare.yaml, and says on standard ' +
        'error what of them could not be carried over.',
      options: configOptions,
      examples: [
        ['tare config', 'what holds in this folder'],
        ['tare config registry.example.com/team/app:1.4', 'what holds for that image'],
        ['tare config import .hadolint.yaml .trivyignore > tare.yaml', 'coming from other tools'],
      ],
    },
    width,
  );
}
