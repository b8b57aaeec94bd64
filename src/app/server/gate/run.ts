/** A gate that listens, and how it ends. */
import type { AddressInfo } from 'node:net';
import { SourceError } from '../../../types.ts';
import { createGate } from './gate.ts';
import type { GateOptions } from './options.ts';

/** A gate at work. */
export interface RunningGate {
  /** `127.0.0.1:5000` */
  address: string;
  /** Takes no new connections, lets requests end within the time, then cuts them. */
  close(withinMs?: number): Promise<void>;
}

/** Starts a gate. @throws SourceError where the address cannot be had. */
export async function runGate(options: GateOptions & { listen: { host: string; port: number } }): Promise<RunningGate> {
  const { host, port } = options.listen;
  const server = createGate(options);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new SourceError(`The gate cannot listen on ${host}:${port} (${error.code}); choose another address or port`),
      );
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    address: family === 'IPv6' ? `[${address}]:${bound}` : `${address}:${bound}`,
    close: (withinMs = 10_000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), withinMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
