/** Waits for the daemon within bounds, and says in a sentence what it answered. */

/** @throws an Error with code ETIMEDOUT past `ms`, or the signal's reason. */
export function guarded<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => finish(() => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
    const abort = (): void => finish(() => reject(signal.reason));
    const timer = setTimeout(late, ms);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      settle();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}

/** One sentence. The daemon's own words are left out: they may quote what the image holds. */
export function explainDocker(error: unknown, name: string, at: string): string {
  const { code = '', statusCode, name: type, message } = error as { code?: string; statusCode?: number } & Error;
  if (type === 'SourceError') return message;
  if (statusCode === 404)
    return `The Docker daemon at ${at} has no image ${name}; docker pull it, or write registry:${name}`;
  if (statusCode !== undefined)
    return `The Docker daemon at ${at} answered ${statusCode} when asked for ${name}; docker image inspect ${name} shows more`;
  if (code === 'EACCES' || code === 'EPERM')
    return `No permission to use the Docker daemon at ${at} (${code}); add the user to the group that owns the socket, or write registry:${name}`;
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return `No Docker daemon listens at ${at} (${code}); start it, or set DOCKER_HOST`;
  if (code === 'ETIMEDOUT')
    return `The Docker daemon at ${at} gives no answer about ${name}; check that it is well, or write registry:${name}`;
  // What ssh itself says went to nobody: a broken pipe is all that is seen of it.
  if (at.startsWith('ssh://') && ['ESSH', 'ECONNRESET', 'EPIPE'].includes(code))
    return `ssh could not reach a Docker daemon at ${at}; try ssh ${at.slice('ssh://'.length)} docker version`;
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code))
    return `The TLS certificate of the Docker daemon at ${at} is not trusted (${code}); set DOCKER_CERT_PATH to the folder with its ca.pem`;
  return `The connection to the Docker daemon at ${at} failed${code ? ` (${code})` : ''}; check DOCKER_HOST and DOCKER_TLS_VERIFY`;
}
