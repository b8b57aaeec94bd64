import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * An agent whose connections run `ssh HOST docker system dial-stdio`, as Docker's own client does. The user's ssh
 * checks the host key and knows the keys; dockerode's own ssh accepts any host.
 */
export function sshAgent(
  address: { destination: string; port?: number; path?: string },
  env: Record<string, string | undefined>,
): Agent {
  const agent = new Agent({ keepAlive: false });
  const remote = address.path ? ['docker', '--host', quote(`unix://${address.path}`)] : ['docker'];
  const args = [
    ...(address.port ? ['-p', String(address.port)] : []),
    '-o',
    'ConnectTimeout=30',
    '-o',
    'BatchMode=yes',
    '-T',
    '--',
    address.destination,
    ...remote,
    'system',
    'dial-stdio',
  ];
  agent.createConnection = () => {
    const child = spawn('ssh', args, { env, stdio: ['pipe', 'pipe', 'ignore'], shell: false, windowsHide: true });
    const socket = Duplex.from({ readable: child.stdout, writable: child.stdin });
    const fail = (): void => void socket.destroy(Object.assign(new Error('ssh failed'), { code: 'ESSH' }));
    child.on('error', fail);
    child.on('exit', (code) => {
      if (code) fail();
    });
    socket.on('close', () => child.kill());
    socket.on('error', () => child.kill());
    // The parts of net.Socket that node:http calls.
    return Object.assign(socket, {
      setTimeout: () => socket,
      setNoDelay: () => socket,
      setKeepAlive: () => socket,
      ref: () => socket,
      unref: () => socket,
    });
  };
  return agent;
}

/** The other side gives its arguments to a shell. */
function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
