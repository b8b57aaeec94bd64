// Loaded with --require: writes what the process used, all its threads together, when it exits.
const { readFileSync, writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (isMainThread && process.env.TARE_USAGE_FILE) {
  const file = process.env.TARE_USAGE_FILE;
  process.on('exit', () => {
    const usage = process.resourceUsage();
    const cpu = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
    writeFileSync(file, JSON.stringify({ cpu, rss: peak() ?? usage.maxRSS * 1024 }));
  });
}

/** Peak resident bytes. On Linux getrusage() counts what the parent held when it forked; /proc does not. */
function peak() {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
