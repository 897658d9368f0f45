/** Every screen in both themes, at a desk and on a phone: nothing serious for axe, and a picture to look at. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { accept, ask, PASSWORD, startBrowser } from './browser';
import { seed } from './seed';

const PICTURES = join(import.meta.dirname, '../artefacts');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const DOOR = ['sign-in', 'sign-up', 'forgot', 'reset#token=0', 'verify', 'invitation'];

let browser: Browser;
let itemId: string;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
  itemId = await seed();
  await ask('POST', '/api/v1/invitations', { email: 'owner@screens.test', role: 'owner' });
  const page = await browser.newPage();
  await accept(page, 'Mei Lin', 'owner@screens.test');
  await page.close();
});
afterAll(() => browser.close());

/** What axe finds serious or worse, in words that find the place. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Nothing is loading any more, and what flashed has faded. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'hidden' });
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
}

async function look(page: Page, name: string): Promise<string[]> {
  await settled(page);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  return serious(page);
}

async function signIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${inject('hub').url}/sign-in`);
  await page.getByLabel('E-mail address').fill('owner@screens.test');
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/home');
  return page;
}

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each(['desk', 'phone'] as const)('every screen at the %s is fit for everybody', async (width) => {
    const context = await browser.newContext({ viewport: WIDTHS[width], colorScheme, reducedMotion: 'reduce' });
    const faults: string[] = [];
    const note = (name: string, found: string[]) => faults.push(...found.map((fault) => `${name}: ${fault}`));
    const named = (screen: string) => `${screen}-${width}-${colorScheme}`;

    const door = await context.newPage();
    for (const screen of DOOR) {
      await door.goto(`${inject('hub').url}/${screen}`);
      const name = screen.split('#')[0] ?? screen;
      note(name, await look(door, named(name)));
    }
    await door.close();

    const page = await signIn(context);
    const screens = [
      'home',
      'stock',
      `stock/${itemId}`,
      'flash-sale',
      'team',
      'api-keys',
      'settings',
      'audit-log',
      'profile',
    ];
    for (const screen of [...screens, 'stock?only=short', 'nowhere/at/all'.replace('nowhere', 'home')]) {
      await page.goto(`${inject('hub').url}/${screen}`);
      const name = screen.includes(itemId) ? 'item' : screen.replaceAll(/\W/g, '-');
      note(name, await look(page, named(name)));
    }
    await page.goto(`${inject('hub').url}/stock/${itemId}`);
    await page.getByRole('button', { name: 'Adjust' }).click();
    note('adjust', await look(page, named('adjust')));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    note('palette', await look(page, named('palette')));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('?');
    note('keyboard', await look(page, named('keyboard')));
    await context.close();
    expect(faults).toEqual([]);
  });
});
