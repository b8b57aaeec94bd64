/** A picture of what the program wrote to a colour terminal: text stays text, and bars are drawn, so that no font can break them. */

const cell = { width: 8, height: 18 };
const edge = 20;
const hues = { 31: 'r', 32: 'g', 33: 'y', 36: 'c' };
const style =
  '.p{fill:#fff;stroke:#d0d7de}text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}' +
  '.t{fill:#1f2328}.d{fill:#59636e}.r{fill:#c4232d}.g{fill:#1a7f37}.y{fill:#8a5a00}.c{fill:#0b6b8a}.b{font-weight:600}.i{fill:#fff}.l{fill:#dfe3e8}' +
  '@media(prefers-color-scheme:dark){.p{fill:#0d1117;stroke:#30363d}.t{fill:#e6edf3}.d{fill:#9198a1}.r{fill:#ff7b72}.g{fill:#3fb950}.y{fill:#d8a526}.c{fill:#56c7e0}.i{fill:#0d1117}.l{fill:#2a313a}}';
/** Parts of a cell that a character fills: y and height. */
const blocks = { '█': [0, 1], '▀': [0, 0.5], '▄': [0.5, 0.5], '░': [0, 1] };

/** Of a text with plain colours and weights; any other escape is an error, and so is a line wider than `columns`. */
export function svgOf(text, columns, title) {
  const lines = text.trimEnd().split('\n');
  const width = columns * cell.width + 2 * edge;
  const height = lines.length * cell.height + 2 * edge;
  const state = { hue: 't', bold: false, dim: false, inverse: false };
  const out = lines.map((line, row) => drawn(line, edge + row * cell.height, state, columns)).filter(Boolean);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${style}</style>`,
    `<rect class="p" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...out,
    '</svg>\n',
  ].join('\n');
}

function drawn(line, top, state, columns) {
  // Bars of neighbouring lines do not touch; the halves that make up the grade do.
  const bars = /░|█{8}/.test(line);
  let column = 0;
  let out = '';
  for (const part of line.split(/(\x1b\[\d+m)/)) {
    const code = /^\x1b\[(\d+)m$/.exec(part)?.[1];
    if (code) set(state, Number(code));
    else {
      if (/\p{Cc}/u.test(part)) throw new Error(`no picture of ${JSON.stringify(part)}`);
      out += run(part, column, top, state, bars);
      column += [...part].length;
    }
  }
  if (column > columns) throw new Error(`a line of ${column} columns does not fit in ${columns}`);
  return out;
}

function set(state, code) {
  if (code === 1) state.bold = true;
  else if (code === 2) state.dim = true;
  else if (code === 22) state.bold = state.dim = false;
  else if (code === 7 || code === 27) state.inverse = code === 7;
  else if (code === 39) state.hue = 't';
  else if (hues[code]) state.hue = hues[code];
  else throw new Error(`no picture of the style ${code}`);
}

/** Words with their place and their length, so that a font of another width moves nothing. */
function run(text, column, top, { hue, bold, dim, inverse }, bars) {
  const colour = dim && hue === 't' ? 'd' : hue;
  let out = '';
  const x = (index) => edge + (column + index) * cell.width;
  if (inverse && text) out += rect(hue, x(0), top, [...text].length * cell.width, cell.height);
  for (const { 0: found, index } of text.matchAll(/([█▀▄░])\1*|[^\s█▀▄░]+(?: [^\s█▀▄░]+)*/gu)) {
    const block = blocks[found[0]];
    const length = [...found].length * cell.width;
    const left = x([...text.slice(0, index)].length);
    if (block) {
      const shape = found[0] === '░' ? 'l' : colour;
      out += bars
        ? rect(shape, left, top + 4, length, cell.height - 8)
        : rect(shape, left, top + block[0] * cell.height, length, block[1] * cell.height);
    } else {
      const names = `${inverse ? 'i' : colour}${bold ? ' b' : ''}`;
      out += `<text class="${names}" x="${left}" y="${top + 13}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(found)}</text>`;
    }
  }
  return out;
}

function rect(name, x, y, width, height) {
  return `<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
