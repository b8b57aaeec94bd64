/** The HTML report in Chromium: as a reader with a mouse, a keyboard, a screen reader, a printer, or no script meets it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { renderHtml } from '../../src/report/html.ts';
import type { ImageReport, ReportFinding } from '../../src/types/report.ts';
import { severities } from '../../src/types/severity.ts';
import { debianService, fault, file, neglectedServer, report, staticBinary } from '../report/fixtures.ts';
import { fixtureRules } from '../report/rules.ts';
import { tare } from './setup/cli.ts';
import { suite } from './setup/suite.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Gains are worked out by nobody here: for tens of thousands that takes its time, and is not the matter. */
function large(count: number): ImageReport {
  const findings = Array.from(
    { length: count },
    (_, i): ReportFinding => ({
      ...fault({
        rule: `rule-${i % 90}`,
        category: i % 2 === 0 ? 'immutability' : 'least-privilege',
        severity: severities[i % 5]!,
        message: `Package number ${i} holds what nobody asked for`,
        remediation: `Take out what rule ${i % 90} names`,
        evidence: [{ ...file(`usr/lib/deep/folder/${i}`, i % 3), note: 'so' }, file(`opt/${i}`, 1)],
      }),
      ...(i % 10 === 3 && { confidence: 'low' as const }),
      ...(i % 10 === 4 && { suppression: { reason: 'known' } }),
      gain: i < 100 ? 1 : 0,
    }),
  );
  const packages = Array.from({ length: 3000 }, (_, i): [string, string, number, number] => [
    `pkg-${i}`,
    `1.${i}`,
    i % 3,
    9000,
  ]);
  const image = report({
    name: 'big',
    layers: [
      ['ADD rootfs', 20_000_000, 9],
      ['RUN make', 20_000_000, 9],
      ['COPY . .', 9_000_000, 9],
    ],
    packages,
  });
  return { ...image, findings };
}

/** With a surface, which the fixtures have none of. */
function withSurface(): ImageReport {
  const none = { files: 0, bytes: 0 };
  return {
    ...neglectedServer(),
    user: { spec: 'app', defaulted: false, uid: 10001, gid: 10001, name: 'app', groups: [], numeric: false },
    ports: [{ from: 80, to: 80, protocol: 'tcp', spec: '80/tcp' }],
    surface: {
      everything: false,
      counts: { code: { files: 2, bytes: 900 }, path: none, library: none, config: none, data: none, temporary: none },
      paths: [{ path: 'app/main.js', layer: 0, kind: 'code', by: 'own', files: 1, bytes: 800 }],
      more: 1,
      mounts: [
        {
          path: 'tmp',
          kind: 'tmpfs',
          why: 'temporary files',
          need: 'may',
          files: 0,
          code: 0,
          evidence: file('tmp', 0),
        },
      ],
      mountsComplete: false,
    },
  };
}

suite('the HTML report', { tools: ['chromium'] }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tare-html-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findTool('chromium')!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let number = 0;
  /** Opens a page; `faults` are errors, refusals by the policy and requests for anything but the file itself. */
  async function open(reports: ImageReport[], options: BrowserContextOptions & { all?: boolean } = {}) {
    return show(renderHtml(reports, { rules: fixtureRules, all: options.all ?? false }), options);
  }

  async function show(text: string, options: BrowserContextOptions = {}) {
    const path = join(folder, `${++number}.html`);
    writeFileSync(path, text);
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(path).href && !request.url().startsWith('data:')) faults.push(request.url());
    });
    await page.goto(pathToFileURL(path).href);
    return { page, faults, close: () => context.close() };
  }

  const status = (page: Page, kind = 'findings') => page.locator(`[data-list=${kind}] .count`).first().textContent();
  const seen = (page: Page) => page.locator('.finding:visible').count();

  /** What axe finds, with the rule and the element. The page's policy would refuse a script tag; this runs beside it. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
    );
  }

  it.each(['light', 'dark'] as const)(
    'is without fault for axe, errors and requests in the %s theme',
    async (colorScheme) => {
      const { page, faults, close } = await open([debianService(), withSurface(), staticBinary()], {
        colorScheme,
        all: true,
      });
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await violations(page)).toEqual([]);
      // The same by the button, in the other theme.
      const before = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      const button = page.getByRole('button', { name: 'Dark' });
      expect(await button.getAttribute('aria-pressed')).toBe(String(colorScheme === 'dark'));
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe(String(colorScheme !== 'dark'));
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe(before);
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
      await close();
    },
  );

  it('is refused what its policy does not name', async () => {
    const { page, faults, close } = await open([staticBinary()]);
    const failures: string[] = [];
    page.on('requestfailed', (request) => failures.push(`${request.url()} ${request.failure()?.errorText}`));
    await page.evaluate(
      `(() => { for (const [name, words] of [['script', 'window.owned = 1'], ['style', 'body { color: red }']]) { const one = document.createElement(name); one.textContent = words; document.body.append(one); } const picture = new Image(); picture.src = 'https://example.com/x.png'; document.body.append(picture); return fetch('https://example.com/').catch(() => 0); })()`,
    );
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(faults.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(4);
    // The page asks, its policy answers: nothing leaves the browser.
    expect(failures).toEqual(['https://example.com/x.png csp']);
    await close();
  });

  it('filters by text, severity, category, confidence and suppression, and says how many are left', async () => {
    const { page, faults, close } = await open([large(100)]);
    expect(await status(page)).toBe('80 of 100 findings');
    expect(await seen(page)).toBe(80);
    await page.getByLabel('low confidence').check();
    expect(await status(page)).toBe('90 of 100 findings');
    await page.getByLabel('suppressed').check();
    expect(await status(page)).toBe('100 findings');
    await page.getByLabel('critical', { exact: true }).uncheck();
    expect(await status(page)).toBe('80 of 100 findings');
    await page.locator('select').selectOption({ label: 'immutability' });
    expect(await status(page)).toBe('40 of 100 findings');
    await page.getByLabel('Search rule, text and place').fill('FOLDER/58');
    expect(await status(page)).toBe('1 of 100 findings');
    expect(await page.locator('.finding:visible .message').allTextContents()).toEqual([
      'Package number 58 holds what nobody asked for',
    ]);
    await page.getByLabel('Search packages').fill('pkg-77');
    expect(await status(page, 'packages')).toBe('11 of 3,000 packages');
    expect(await page.locator('[data-list=packages] tbody tr:visible').count()).toBe(11);
    expect(faults).toEqual([]);
    await close();
  });

  it('is worked by keyboard alone', async () => {
    const { page, close } = await open([large(1300)]);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.getByLabel('Search rule, text and place').focus();
    await page.keyboard.type('number 1250 ');
    expect(await status(page)).toBe('1 of 1,300 findings');
    await page.keyboard.press('Enter');
    await page.locator('.finding:visible summary').focus();
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.locator('.finding:visible').getByText('Take out what rule 80 names').isVisible()).toBe(true);
    await page.getByLabel('Search rule, text and place').fill('');
    await page.locator('[data-list=findings] .more').focus();
    await page.keyboard.press('Enter');
    // It goes on where the new ones begin.
    expect(await page.evaluate(`document.activeElement.querySelector('.message').textContent`)).toContain(
      'Package number 500 ',
    );
    await close();
  });

  it('makes of data the same rows as are in the page', async () => {
    const whole = large(1002);
    whole.findings[1000] = {
      ...whole.findings[1000]!,
      ...debianService().findings[0]!,
      suppression: { reason: '<b>&\u202e' },
    };
    whole.findings[1001] = {
      ...whole.findings[1001]!,
      outcome: 'unknown',
      evidence: Array.from({ length: 30 }, (_, i) => file(`a/${i}`, 9)) as never,
    };
    const fromData = await open([whole], { all: true });
    const inPage = await open([{ ...whole, findings: whole.findings.slice(1000) }], { all: true });
    const more = fromData.page.locator('[data-list=findings] .more');
    while (await more.isVisible()) await more.click();
    const last = `[...document.querySelectorAll('.finding')].slice(-2).map((row) => row.outerHTML.replace(/data-category="\\d+"/, ''))`;
    expect(await fromData.page.evaluate(last)).toEqual(await inPage.page.evaluate(last));
    const packages = (from: number) =>
      `[...document.querySelectorAll('[data-list=packages] tbody tr')].slice(${from}, ${from + 1}).map((row) => row.innerHTML)`;
    await fromData.page.locator('[data-list=packages] .more').click();
    const made = await fromData.page.evaluate(packages(1000));
    const alone = await open([{ ...whole, findings: [], packages: whole.packages.slice(1000) }]);
    expect(made).toEqual(await alone.page.evaluate(packages(0)));
    for (const one of [fromData, inPage, alone]) {
      expect(one.faults).toEqual([]);
      await one.close();
    }
  });

  it('is what the command line writes, of an image and of a Dockerfile', async () => {
    const written: Record<string, string> = { scan: 'debian-root.image.yaml', lint: 'debian-root.Dockerfile' };
    for (const [command, sample] of Object.entries(written)) {
      const target = join(import.meta.dirname, '../../samples', sample);
      const texts = [];
      for (const name of ['a.html', 'b.html']) {
        const out = join(folder, name);
        const ran = await tare([command, target, '--output', `html=${out}`, '--fail-on', 'none']);
        expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
        texts.push(readFileSync(out, 'utf8'));
      }
      expect(texts[1]).toBe(texts[0]);
      const { page, faults, close } = await show(texts[0]!);
      expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
        command === 'scan' ? 'shop/debian-root:latest' : target,
      ]);
      expect(await page.locator('.finding').count()).toBeGreaterThan(3);
      expect(await page.getByText('Timeline of layers').count()).toBe(command === 'scan' ? 1 : 0);
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
      await close();
    }
  });

  it('reads without a script', async () => {
    const { page, close } = await open([neglectedServer(), large(1300)], { javaScriptEnabled: false });
    expect(await page.locator('form:visible, button:visible').count()).toBe(0);
    expect(await page.getByText('The first 250 of 1,300 findings').isVisible()).toBe(true);
    const { findings } = neglectedServer();
    expect(await page.locator('article').first().locator('.finding:visible').count()).toBe(findings.length);
    await close();
  });

  it('prints what is shown, unfolded, on white', async () => {
    const { page, close } = await open([debianService()], { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('form:visible, button:visible').count()).toBe(0);
    expect(await page.locator('.finding:visible .places:visible').count()).toBe(await seen(page));
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await page.locator('details[open]').count()).toBe(0);
    await close();
  });

  it('keeps the page small where there are 50,000 findings', async () => {
    const { page, faults, close } = await open([large(50_000)]);
    expect(await status(page)).toBe('40,000 of 50,000 findings');
    const elements = () => page.evaluate(`document.querySelectorAll('*').length`);
    expect(await elements()).toBeLessThan(40_000);
    await page.getByLabel('Search rule, text and place').fill('rule-7');
    expect(await status(page)).toMatch(/^[\d,]+ of 50,000 findings$/);
    await page.getByLabel('Search rule, text and place').fill('number 49990 ');
    expect(await status(page)).toBe('1 of 50,000 findings');
    expect(await page.locator('.finding:visible .rule').allTextContents()).toEqual(['rule-40']);
    expect(await elements()).toBeLessThan(40_000);
    expect(faults).toEqual([]);
    await close();
  });
});
