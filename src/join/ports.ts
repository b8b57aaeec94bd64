/** Ports as EXPOSE and the image config write them. */

const portsKept = 2000;

/** `80`, `8000-8002/udp` → `80/tcp`, `8000/udp` … each once; at most 2,000. */
export function portsOf(specs: readonly string[]): string[] {
  const ports = new Set<string>();
  for (const spec of specs) {
    const [range = '', protocol = 'tcp'] = spec.toLowerCase().split('/');
    const match = /^(\d{1,5})-(\d{1,5})$/.exec(range);
    const [from, to] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
    if (match) for (let port = from; port <= to && ports.size < portsKept; port++) ports.add(`${port}/${protocol}`);
    else if (range !== '' && ports.size < portsKept) ports.add(`${range}/${protocol}`);
  }
  return [...ports];
}
