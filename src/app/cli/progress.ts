/** One line on standard error that says how far the run is. It appears after half a second and leaves nothing behind. */

/** As the scan tells it: bytes as stored, of how many where that is known. */
export interface Part {
  target: string;
  what?: string;
  layers?: number;
  read: number;
  total?: number;
}

/** Which of how many targets a run is at, counted from one. */
export interface Place {
  number: number;
  of: number;
}

/** Where a run tells how far it is. */
export interface Progress {
  /** From here on the run is at this target; a line of the one before does not stand for it. */
  begin(target: string, place: Place): void;
  update(part: Part): void;
  /** Clears the line, so that other text can be written; the next update shows it again. */
  clear(): void;
  /** Clears the line for good. */
  end(): void;
}

/** For a stream that shows no progress. */
export const silent: Progress = { begin: () => {}, update: () => {}, clear: () => {}, end: () => {} };

const patience = 500;
const pause = 100;

/** `columns` is asked at each draw, since a window may change. */
export function progressLine(write: (text: string) => void, columns: () => number): Progress {
  let last: Part | undefined;
  let place: Place | undefined;
  let shown = false;
  let timer: NodeJS.Timeout | undefined = setTimeout(draw, patience).unref();
  function draw(): void {
    timer = setTimeout(draw, pause).unref();
    if (!last) return;
    write(`\r\x1b[2K${line(last, place).slice(0, Math.max(columns() - 1, 10))}`);
    shown = true;
  }
  const clear = (): void => {
    if (shown) write('\r\x1b[2K');
    shown = false;
  };
  return {
    begin: (target, at) => {
      place = at;
      last = { target, what: 'reading', read: 0 };
    },
    update: (part) => void (last = part),
    clear,
    end: () => {
      clearTimeout(timer);
      timer = undefined;
      clear();
    },
  };
}

function line(part: Part, place?: Place): string {
  const share =
    part.total && part.total > 0
      ? ` of ${bytes(part.total)} (${Math.min(100, Math.floor((part.read / part.total) * 100))}%)`
      : '';
  const what =
    part.what ?? (part.layers === undefined ? 'reading' : `${part.layers} ${part.layers === 1 ? 'layer' : 'layers'}`);
  const name = part.target === '-' ? 'standard input' : part.target;
  const count = place && place.of > 1 ? `${place.number}/${place.of} ` : '';
  return `${count}${plain(name)}: ${plain(what === name ? 'reading' : what)}, ${bytes(part.read)}${share}`;
}

function bytes(count: number): string {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(2)} GB`;
}

/** Names come from images: no control characters reach the terminal. */
function plain(text: string): string {
  return text.replace(/\p{C}/gu, '?').slice(0, 60);
}
