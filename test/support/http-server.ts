/** A server of a test's own, on loopback. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `host` is `127.0.0.1:PORT`; `close` ends what is open, too. */
export async function startServer(answer: RequestListener): Promise<{ host: string; close(): void }> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
