#!/usr/bin/env node
/**
 * `docker tare`: answers what Docker asks of a plugin, and hands everything else to tare. Docker finds it under the
 * name docker-tare in a folder cli-plugins of its configuration.
 */
'use strict';

const [first] = process.argv.slice(2);

/** Options of docker's own that stand before the command and say which Engine; tare has variables for them. */
const variables = new Map([
  ['--host', 'TARE_DOCKER_HOST'],
  ['-H', 'TARE_DOCKER_HOST'],
  ['--context', 'TARE_DOCKER_CONTEXT'],
  ['-c', 'TARE_DOCKER_CONTEXT'],
  ['--config', 'DOCKER_CONFIG'],
]);
/** Those that take a value which tare has no use for. */
const valued = new Set(['--log-level', '-l', '--tlscacert', '--tlscert', '--tlskey']);

if (first === 'docker-cli-plugin-metadata') {
  const { version } = require('../package.json');
  const metadata = {
    SchemaVersion: '0.1.0',
    Vendor: 'tare',
    Version: version,
    ShortDescription: 'Grade container images and say what to change',
  };
  process.stdout.write(`${JSON.stringify(metadata)}\n`);
} else {
  process.argv.splice(2, process.argv.length, ...own(process.argv.slice(2)));
  require('./tare.cjs');
}

/** The words behind the plugin's name, as `tare` itself would get them. Docker passes its own options on in front of it. */
function own(words) {
  let at = 0;
  while (at < words.length && words[at].startsWith('-')) {
    const [name, value] = split(words[at]);
    at += 1;
    const taken = value === undefined && (variables.has(name) || valued.has(name)) ? words[at++] : value;
    const variable = variables.get(name);
    if (variable && taken !== undefined) process.env[variable] = taken;
  }
  return words[at] === 'tare' ? words.slice(at + 1) : words.slice(at);
}

/** `--host=x` in two. */
function split(word) {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}
