/** The pages in Chromium: as a reader with a mouse, a keyboard or a screen reader, and without a script, meets them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTool } from '../../../../scripts/services.mjs';
import { suite } from '../../../e2e/setup/suite.ts';
import { debianService, neglectedServer, staticBinary } from '../../../report/fixtures.ts';
import { type Engine, engines } from '../engines.ts';
import { digest, type Running, registry, running } from '../running.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const adminToken = 'the-administrator-of-all';
const hostile = '<img src=x onerror=alert(1)>\u202egnp';

suite('the pages', { tools: ['chromium'] }, () => {
  let engine: Engine;
  let server: Running;
  let browser: Browser;
  let base: string;

  beforeAll(async () => {
    engine = await engines[0][1]();
    server = await running(engine, { adminToken });
    const push = (repository: string, tag: string, n: number) => ({ registry, repository, tag, digest: digest(n) });
    await server.graded(push('team/app', 'v1', 1), neglectedServer(), false);
    await server.graded(push('team/app', 'v2', 2), debianService(), false);
    await server.graded(push('team/app', 'v3', 3), staticBinary(), true);
    await server.graded(push('team/good', 'v1', 3), staticBinary(), true);
    await server.parts.accept([{ ...push('team/new', 'x', 9), source: hostile }]);
    await server.database.query(
      `insert into tare.decisions (at, action, registry, repository, tag, digest, outcome, reason, score, grade)
       values (now(), 'push', $1, 'team/app', 'v1', $2, 'denied', $3, 12, 'F')`,
      [registry, digest(1), hostile],
    );
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    base = `http://localhost:${(server.app.server.address() as { port: number }).port}`;
    browser = await chromium.launch({ executablePath: findTool('chromium')!, args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server.close();
    await engine.stop();
  });

  async function visit(options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith('data:')) faults.push(request.url());
    });
    return { page, faults, close: () => context.close() };
  }

  async function signIn(page: Page, path = '/') {
    await page.goto(`${base}${path}`);
    await page.getByLabel('Token').fill(adminToken);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${base}${path}`);
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
    );
  }

  const places = [
    '/',
    '/?search=nothing',
    `/repositories/${registry}/team/app`,
    `/repositories/${registry}/team/new`,
    `/images/${digest(2)}`,
    '/queue',
    '/decisions',
    '/api/docs',
  ];

  it.each(['light', 'dark'] as const)(
    'are without fault for axe, errors and foreign requests in the %s theme',
    async (colorScheme) => {
      const { page, faults, close } = await visit({ colorScheme });
      await page.goto(`${base}/sign-in`);
      expect(await violations(page)).toEqual([]);
      await signIn(page);
      for (const place of places) {
        await page.goto(`${base}${place}`);
        expect({ place, violations: await violations(page) }).toEqual({ place, violations: [] });
      }
      const dark = await page.evaluate(`getComputedStyle(document.body).backgroundColor === 'rgb(21, 24, 27)'`);
      expect(dark).toBe(colorScheme === 'dark');
      expect(faults).toEqual([]);
      await close();
    },
  );

  it('list, filter, and lead to tags, trend and report', async () => {
    const { page, faults, close } = await visit();
    await signIn(page);
    const names = () => page.locator('tbody th').allTextContents();
    expect(await names()).toEqual(['app', 'good', 'new'].map((name) => `${registry}/team/${name}`));
    await page.getByLabel('Name contains').fill('APP');
    await page.getByLabel('Tags at the gate').selectOption('some failed');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await names()).toEqual([`${registry}/team/app`]);
    expect(await page.getByLabel('Name contains').inputValue()).toBe('APP');
    await page.getByRole('link', { name: `${registry}/team/app` }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`${registry}/team/app`);
    expect(await page.getByRole('img', { name: /^Scores of 3 graded pushes/ }).isVisible()).toBe(true);
    expect(await page.locator('.trend .failed').count()).toBe(2);
    expect(await page.locator('.trend .passed').count()).toBe(1);
    await page.getByRole('row', { name: /^v2 / }).first().getByRole('link').click();
    expect(page.url()).toContain(encodeURIComponent(digest(2)).slice(0, 10));
    // The report's own script runs, by its own policy.
    await page.getByLabel('Search rule, text and place').fill('no such thing');
    expect(await page.locator('[data-list=findings] .count').textContent()).toMatch(/^0 of /);
    expect(faults).toEqual([]);
    await close();
  });

  it('send to sign in, back to where it was, and out', async () => {
    const { page, close } = await visit();
    await page.goto(`${base}/decisions?outcome=denied`);
    expect(page.url()).toContain('/sign-in?next=');
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('This is no token of this server');
    await page.getByLabel('Token').fill(adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(page.url()).toBe(`${base}/decisions?outcome=denied`);
    // What an image or a registry says is text, and cannot turn it around.
    expect(await page.locator('main').textContent()).toContain('<img src=x onerror=alert(1)>\\u{202e}gnp');
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto(`${base}/queue`);
    expect(page.url()).toContain('/sign-in');
    await close();
  });

  it('are used by keyboard', async () => {
    const { page, close } = await visit();
    await signIn(page);
    await page.goto(base);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('good');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search=good/);
    expect(await page.locator('tbody th').allTextContents()).toEqual([`${registry}/team/good`]);
    await close();
  });

  it('need no script', async () => {
    const { page, close } = await visit({ javaScriptEnabled: false });
    await signIn(page, `/repositories/${registry}/team/app`);
    expect(await page.locator('.trend circle').count()).toBe(1);
    expect(await page.getByRole('row', { name: /^v3 / }).first().isVisible()).toBe(true);
    await close();
  });

  it('say in words what is not there', async () => {
    const { page, close } = await visit();
    await signIn(page);
    for (const [path, status, words] of [
      [`/repositories/${registry}/team/none`, 404, 'Nothing of that name was pushed yet'],
      ['/repositories/%00', 400, 'A repository is named as'],
      ['/nowhere', 404, 'There is nothing at this address'],
      [`/images/${digest(9)}`, 404, 'is not graded yet'],
      ['/images/sha256:x', 400, 'A digest is'],
      ['/?cursor=x', 400, 'The cursor is none'],
    ] as const) {
      const answer = await page.goto(`${base}${path}`);
      expect({ path, status: answer?.status() }).toEqual({ path, status });
      expect(await page.locator('main').textContent()).toContain(words);
    }
    await close();
  });
});
