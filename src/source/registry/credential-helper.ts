import { runProgram } from '../run-program.ts';

/** What the helper knows of one server. */
export type HelperAnswer =
  | { found: true; username: string; secret: string }
  /** `problem` is set when the helper could not answer; absent = it holds nothing for this server. */
  | { found: false; problem?: string };

const outputLimit = 64 * 1024;

/**
 * Asks `docker-credential-<name> get` for one server (docker-credential-helpers, "Development"). The program is found
 * on PATH and run without a shell; it may print at most 64 KiB. What it printed never enters `problem`.
 */
export async function askHelper(
  name: string,
  server: string,
  options: { env: Record<string, string | undefined>; timeoutMs: number; signal: AbortSignal },
): Promise<HelperAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    return { found: false, problem: 'the docker config names a credential helper with an invalid name' };
  }
  const program = `docker-credential-${name}`;
  const result = await runProgram(program, ['get'], { ...options, input: server, maxBytes: outputLimit });
  if (!('problem' in result)) return readAnswer(program, result.code, result.output);
  return { found: false, problem: `${program} ${result.missing ? 'is not on PATH' : result.problem}` };
}

function readAnswer(program: string, code: number | null, output: string): HelperAnswer {
  if (code !== 0) {
    if (/credentials not found|no credentials/i.test(output)) return { found: false };
    return { found: false, problem: `${program} failed with exit code ${code ?? 'none'}` };
  }
  try {
    const answer: unknown = JSON.parse(output);
    if (typeof answer === 'object' && answer !== null && 'Username' in answer && 'Secret' in answer) {
      const { Username: username, Secret: secret } = answer;
      if (typeof username === 'string' && typeof secret === 'string') {
        return username === '' && secret === '' ? { found: false } : { found: true, username, secret };
      }
    }
  } catch {
    // Said below: the output itself may hold a secret.
  }
  return { found: false, problem: `${program} did not answer with JSON that has a Username and a Secret` };
}
