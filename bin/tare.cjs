#!/usr/bin/env node
/**
 * Starts the built program, with V8's compiled form of it kept in the user's cache folder: without that, Node
 * compiles the same text at each start. A code cache is code, so it is used only where nobody but this user
 * can have written it, and whatever goes wrong with it costs time and nothing else.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { createHash, randomBytes } = require('node:crypto');

const bundle = path.join(__dirname, '..', 'dist', 'tare.cjs');
/** Commands that load different parts of the program keep caches of their own. */
const commands = new Set(['scan', 'lint', 'rules']);
/** Commands that read images: their hot functions run a million times, and the rest is not worth optimising. */
const long = new Set(['scan', 'lint', 'secrets']);
const magic = Buffer.from('tare-code-1\n');
const maxAge = 30 * 24 * 3600 * 1000;
const maxFiles = 12;

function start() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return fail(`tare needs Node 20.19 or later, and this is ${process.versions.node}; install a newer Node`);
  }
  let source;
  try {
    // The bundle is ASCII (the build sees to it): as Latin-1 it stays one byte a character.
    source = fs.readFileSync(bundle, 'latin1');
  } catch {
    return fail(`the built program ${bundle} is missing; run npm run build`);
  }
  const args = process.argv.slice(2);
  const kind = kindOf(args);
  if (kind.long) {
    // A run of seconds on few cores: V8's optimising compiler takes half as long as all that it speeds up, where it is
    // not told to wait for what is really hot. Before the script: its code cache holds for the flags it was made with.
    require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
  }
  const cache = place(source, kind);
  const cachedData = cache && read(cache);
  const script = new vm.Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: bundle,
    cachedData,
  });
  const unit = { exports: {} };
  script.runInThisContext()(unit.exports, require, unit, bundle, path.dirname(bundle));
  const stale = cache !== undefined && (cachedData === undefined || script.cachedDataRejected === true);
  unit.exports.run(args).then(({ code, typical }) => {
    // Compiled functions are kept after a typical run, when those that such a run needs are compiled.
    if (stale && typical) write(cache, script);
    process.exit(code);
  });
}

function fail(sentence) {
  process.stderr.write(`tare: ${sentence}\n`);
  process.exitCode = 2;
}

/** What is run, for the name of its cache, and whether it reads images: the help of such a command does not. */
function kindOf(args) {
  if (args.includes('--help') || args.includes('-h')) return { name: 'other', long: false };
  const [command] = args;
  return { name: commands.has(command) ? command : 'other', long: long.has(command) };
}

/** The cache file of this program, this Node, this command and V8's flags; undefined where there is no safe folder for it. */
function place(source, { name, long: budget }) {
  if (!process.getuid || process.env.TARE_NO_CODE_CACHE) return undefined;
  const { XDG_CACHE_HOME: xdg, HOME: home } = process.env;
  const base =
    xdg && path.isAbsolute(xdg) ? xdg : home && path.isAbsolute(home) ? path.join(home, '.cache') : undefined;
  if (!base) return undefined;
  const folder = path.join(base, 'tare', 'code');
  try {
    // Its own folders only: a home that does not exist is not made.
    if (!fs.existsSync(base)) fs.mkdirSync(base, { mode: 0o700 });
    for (const part of [path.dirname(folder), folder]) {
      if (owned(part)) continue;
      fs.mkdirSync(part, { mode: 0o700 });
      if (!owned(part)) return undefined;
    }
  } catch {
    return undefined;
  }
  const key = createHash('sha256')
    .update(`${process.version} ${process.arch} ${process.versions.v8} ${process.execArgv.join(' ')}\n`)
    .update(source, 'latin1')
    .digest();
  // Commands of one name that run with other flags would each refuse and rewrite what the other kept.
  const file = `${key.toString('hex').slice(0, 32)}-${name}${name === 'other' && budget ? '-long' : ''}`;
  return { folder, key, file: path.join(folder, file) };
}

/** A folder of this user's that nobody else may write to; false where it is not there. Throws where it is anything else. */
function owned(folder) {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!stat) return false;
  if (!stat.isDirectory() || stat.uid !== process.geteuid() || (stat.mode & 0o022) !== 0) throw new Error('not ours');
  return true;
}

/** The cached data, where the file is ours alone and whole: V8 itself does not notice damage. */
function read({ file, key }) {
  let fd;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || stat.uid !== process.geteuid() || (stat.mode & 0o022) !== 0 || stat.size > 64e6)
      return undefined;
    const content = fs.readFileSync(fd);
    const start = magic.length + 32;
    if (content.length <= start || !content.subarray(0, magic.length).equals(magic)) return undefined;
    const data = content.subarray(start);
    return seal(key, data).equals(content.subarray(magic.length, start)) ? data : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

function write({ folder, file, key }, script) {
  const part = path.join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.part`);
  try {
    const data = script.createCachedData();
    fs.writeFileSync(part, Buffer.concat([magic, seal(key, data), data]), { flag: 'wx', mode: 0o600 });
    fs.renameSync(part, file);
    prune(folder, file);
  } catch {
    fs.rmSync(part, { force: true });
  }
}

function seal(key, data) {
  return createHash('sha256').update(key).update(data).digest();
}

/** Drops the caches of builds and Nodes that are gone. */
function prune(folder, keep) {
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  const aged = files
    .filter((file) => file !== keep)
    .map((file) => ({ file, time: fs.lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  const now = Date.now();
  for (const [at, { file, time }] of aged.entries()) {
    const leftover = file.endsWith('.part') && now - time > 3600 * 1000;
    if (leftover || at >= maxFiles || now - time > maxAge) fs.rmSync(file, { force: true });
  }
}

start();
