import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { helpText, wrap } from '../../../src/app/cli/help.ts';
import { progressLine } from '../../../src/app/cli/progress.ts';
import { wantsColor, wantsProgress, widthOf } from '../../../src/app/cli/terminal.ts';

const terminal = { isTTY: true, columns: 120 };
const pipe = {};

describe('colour', () => {
  it.each([
    ['a terminal', terminal, {}, false, true],
    ['a pipe', pipe, {}, false, false],
    ['a pipe in a pipeline', pipe, { CI: 'true' }, false, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false, false],
    ['--no-color', terminal, { FORCE_COLOR: '1' }, true, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, false, false],
    ['an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, false, true],
    ['NO_COLOR over FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
    ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR without a value on a pipe', pipe, { FORCE_COLOR: '' }, false, true],
    ['FORCE_COLOR=0 on a terminal', terminal, { FORCE_COLOR: '0' }, false, false],
  ])('%s', (_, stream, env, refused, expected) => {
    expect(wantsColor(stream, env, refused)).toBe(expected);
  });
});

describe('progress', () => {
  it.each([
    ['a terminal', terminal, {}, false, true],
    ['a pipe', pipe, {}, false, false],
    ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, false, false],
    ['a pipeline', terminal, { CI: 'true' }, false, false],
    ['CI=false', terminal, { CI: 'false' }, false, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false, false],
    ['--quiet', terminal, {}, true, false],
  ])('%s', (_, stream, env, quiet, expected) => {
    expect(wantsProgress(stream, env, quiet)).toBe(expected);
  });

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says nothing of what is done within half a second', () => {
    let text = '';
    const line = progressLine(
      (part) => (text += part),
      () => 80,
    );
    line.update({ target: 'a', layers: 2, read: 10 });
    vi.advanceTimersByTime(400);
    line.end();
    vi.advanceTimersByTime(5000);
    expect(text).toBe('');
  });

  it('draws bytes and layers on one line, fits the terminal, and leaves nothing behind', () => {
    const writes: string[] = [];
    const line = progressLine(
      (part) => writes.push(part),
      () => 40,
    );
    line.update({ target: 'na\u001b[31m\nme', layers: 3, read: 12_400_000, total: 80_000_000 });
    vi.advanceTimersByTime(600);
    expect(writes.at(-1)).toBe('\r\u001b[2Kna?[31m?me: 3 layers, 12.4 MB of 80.0 M');
    line.update({ target: 'x', what: 'asking the registry', read: 0 });
    vi.advanceTimersByTime(100);
    expect(writes.at(-1)).toBe('\r\u001b[2Kx: asking the registry, 0 kB');
    line.begin('y', { number: 2, of: 5 });
    vi.advanceTimersByTime(100);
    expect(writes.at(-1)).toBe('\r\u001b[2K2/5 y: reading, 0 kB');
    line.update({ target: 'y', layers: 1, read: 5000 });
    vi.advanceTimersByTime(100);
    expect(writes.at(-1)).toBe('\r\u001b[2K2/5 y: 1 layer, 5 kB');
    line.begin('z', { number: 1, of: 1 });
    vi.advanceTimersByTime(100);
    expect(writes.at(-1)).toBe('\r\u001b[2Kz: reading, 0 kB');
    line.end();
    expect(writes.at(-1)).toBe('\r\u001b[2K');
    const { length } = writes;
    vi.advanceTimersByTime(5000);
    expect(writes.length).toBe(length);
  });
});

describe('help', () => {
  it('keeps within the width, and puts the meaning below a name that is too long', () => {
    const text = helpText(
      {
        usage: 'tare x',
        about: 'What it does, said at some length so that it needs more than one line.',
        options: [
          { name: 'a', kind: 'flag', group: 'One', describe: 'short' },
          { name: 'a-very-long-option', kind: 'value', group: 'Two', value: 'WITH-A-LONG-VALUE', describe: 'long' },
        ],
        examples: [['tare x', 'an example']],
      },
      42,
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(42);
    expect(text).toContain('\n  --a-very-long-option WITH-A-LONG-VALUE\n                                    long\n');
  });

  it('never breaks a word, and wraps at the width', () => {
    expect(wrap('aaa bbb ccc', 7, 0)).toEqual(['aaa bbb', 'ccc']);
    expect(wrap('aaaaaaaaaa b', 5, 1)).toEqual([' aaaaaaaaaa', ' b']);
  });

  it('lays out for the terminal, or for 100 columns where there is none', () => {
    expect(widthOf(terminal, {})).toBe(120);
    expect(widthOf(pipe, {})).toBe(100);
    expect(widthOf(pipe, { COLUMNS: '72' })).toBe(72);
    expect(widthOf(pipe, { COLUMNS: 'wide' })).toBe(100);
    expect(widthOf({ isTTY: true, columns: 0 }, {})).toBe(100);
    expect(widthOf({ columns: 5 }, {})).toBe(40);
  });
});
