import { z } from 'zod';

/** Where a secret of the options is: an environment variable, or a file. Never the secret itself. */
export const secretSource = z
  .union([z.strictObject({ env: z.string().min(1).max(256) }), z.strictObject({ file: z.string().min(1).max(4096) })])
  .describe('Where the secret is: an environment variable, or a file.');
