/** `tare init`: an options file to start from, with everything but the default gate commented out. */
import { join } from 'node:path';
import { type Planned, readIfThere } from './init-command.ts';

const names = ['tare.yaml', '.tare.yaml', 'tare.yml'];

/** Held to schema/options.schema.json by a test, as it is and with every comment of one # taken away. */
const text = `## Options of tare for this project. tare config shows what is in force and where it comes from.
## Lines with one # are examples: take it away to use them. Options of the command line win over this file.
## yaml-language-server: $schema=./node_modules/tare/schema/options.schema.json

## A ready-made gate: baseline, strict, cis-docker, nist-800-190 or pss-restricted.
#profile: baseline

## What fails a run. The score is never moved by it.
gate:
  ## critical, high, medium, low or none
  fail-on: high
#  min-score: 80
#  categories: { hygiene: medium }
#  rules: { run-as-root: any, missing-attestation: none }

## Images that are trusted: * stands within one part of the name, ** for whole parts.
#trusted:
#  - registry.example.com/team/**

## How the gate reads a rule: critical, high, medium, low or info.
#severity:
#  setuid-file: high

## What is let be, and why. It stays in the report and in the score.
#suppress:
#  - rule: shell-present
#    reason: the entrypoint is a script
#  - rule: setuid-file
#    path: usr/bin/**
#    reason: no way in, and replaced with the next base
#    expires: 2030-12-31

## Fail only for what is new: tare baseline TARGET... writes this file.
#baseline: tare-baseline.json

## Your own ruleset on top of the baseline, from this folder.
#ruleset: team-rules.yaml

## What differs for some images or files; later parts win.
#targets:
#  - image: registry.example.com/legacy/**
#    gate: { fail-on: critical }
#  - path: tools/**
#    suppress: [{ rule: compiler-present, reason: it is a build image }]
`;

/** What to write, worked out and not written: nothing where one of the names is there. */
export async function planOptionsFile(folder: string): Promise<Planned> {
  for (const name of names) {
    const path = join(folder, name);
    if ((await readIfThere(path)) !== undefined)
      return { path, said: 'is there already and is let be; tare config shows what is in force' };
  }
  return { path: join(folder, names[0]!), text, said: 'an options file to start from; docs/options.md says more' };
}
