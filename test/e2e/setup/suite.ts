import { describe, it } from 'vitest';
import { findTool } from '../../../scripts/services.mjs';

/**
 * A suite that needs programs of the machine. Where one is absent the suite is left out and says why,
 * or fails where TARE_REQUIRE_ALL=1 or TARE_TEST_STRICT=1 asks for every suite.
 */
export function suite(
  name: string,
  needs: { tools?: string[]; root?: boolean; other?: [boolean, string][] },
  body: () => void,
): void {
  const lacking = reasons(needs);
  if (lacking.length === 0) {
    describe(name, body);
    return;
  }
  const why = lacking.join('; ');
  if (process.env['TARE_REQUIRE_ALL'] === '1' || process.env['TARE_TEST_STRICT'] === '1') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`${name} cannot run: ${why}`);
      });
    });
    return;
  }
  console.warn(`left out: ${name}: ${why}`);
  describe.skip(`${name} (${why})`, body);
}

function reasons(needs: { tools?: string[]; root?: boolean; other?: [boolean, string][] }): string[] {
  const said: string[] = [];
  if (process.platform !== 'linux') said.push('it needs Linux');
  if (needs.root && process.getuid?.() !== 0) said.push('it needs root');
  for (const tool of needs.tools ?? []) if (!findTool(tool)) said.push(`${tool} is missing`);
  for (const [there, what] of needs.other ?? []) if (!there) said.push(what);
  return said;
}
