import type { Home } from './home.ts';
import { must } from './run.ts';

/** `skopeo copy` with no policy of the machine and nothing asked for. */
export async function skopeoCopy(home: Home, from: string, to: string, options: string[] = []): Promise<void> {
  await must('skopeo', ['--insecure-policy', '--tmpdir', home.folder('skopeo'), 'copy', '-q', ...options, from, to], {
    env: { ...home.env, REGISTRY_AUTH_FILE: home.path('no-auth.json'), XDG_RUNTIME_DIR: home.folder('skopeo-run') },
  });
}
