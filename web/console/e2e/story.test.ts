/** Two people, one item: what one changes, the other sees; and whoever was cut off comes back caught up. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { accept, signUp, startBrowser } from './browser';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const available = (page: Page) => page.locator('[data-sku="TEE-1"] [data-column="available"]');
const live = (page: Page) => page.getByTestId('live');

/** Waits until an element says something. */
async function says(
  page: Page,
  find: (page: Page) => ReturnType<Page['locator']>,
  text: string | RegExp,
): Promise<void> {
  await find(page).filter({ hasText: text }).waitFor({ timeout: 15_000 });
}

async function adjust(page: Page, units: number): Promise<void> {
  await page.getByRole('button', { name: 'Adjust' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Difference').fill(String(units));
  await dialog.getByRole('button', { name: 'Adjust' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

test('sign up, invite, adjust in one window, see it move in another, lose the network, come back caught up', async () => {
  const mei = await (await browser.newContext()).newPage();
  await signUp(mei, 'Mei Lin', 'mei@story.test', 'Kedai Mei');
  await says(mei, live, 'Live');

  // An invitation makes a colleague.
  await mei.getByRole('link', { name: 'Team' }).click();
  await mei.getByRole('button', { name: 'Invite somebody' }).click();
  await mei.getByRole('dialog').getByLabel('E-mail address').fill('jun@story.test');
  await mei.getByRole('dialog').getByRole('button', { name: 'Invite somebody' }).click();
  await mei.getByText('A letter is on its way to jun@story.test').waitFor();
  const office = await browser.newContext();
  const jun = await office.newPage();
  await accept(jun, 'Jun Wei', 'jun@story.test');

  // An item, seen by both.
  await mei.getByRole('link', { name: 'Stock', exact: true }).click();
  await mei.getByRole('button', { name: 'Create an item' }).first().click();
  await mei.getByRole('dialog').getByLabel('SKU').fill('TEE-1');
  await mei.getByRole('dialog').getByRole('button', { name: 'Create an item' }).click();
  await mei.getByRole('link', { name: 'TEE-1' }).click();
  await jun.goto(`${inject('hub').url}/stock`);
  await says(jun, available, /^0$/);
  await says(jun, live, 'Live');

  // A difference in one window moves the other.
  await adjust(mei, 10);
  await says(jun, available, /^10$/);

  // No network: the screen says so and how old it is; nothing it missed is lost.
  await office.setOffline(true);
  await says(jun, live, 'Not live');
  await adjust(mei, 5);
  await adjust(mei, -2);
  await mei.getByTestId('available').filter({ hasText: '13' }).waitFor();
  expect(await available(jun).textContent()).toBe('10');
  await office.setOffline(false);
  await says(jun, live, /Caught up \d+ change/);
  await says(jun, available, /^13$/);

  // What was done can be taken back while the note stands.
  await mei.getByRole('alert').filter({ hasText: '−2 TEE-1' }).getByRole('button', { name: 'Undo' }).click();
  await says(jun, available, /^15$/);
});

test('a session that is ended elsewhere closes the screen, and signing in leads back to it', async () => {
  const page = await (await browser.newContext()).newPage();
  await signUp(page, 'Aisyah', 'aisyah@story.test', 'Kedai Aisyah');
  await page.goto(`${inject('hub').url}/stock?only=low`);
  await page.getByRole('heading', { name: 'Stock' }).waitFor();
  await page.evaluate(async () => {
    const current = await (await fetch('/api/v1/sessions/current')).json();
    await fetch('/api/v1/sessions/current', { method: 'DELETE', headers: { 'X-CSRF-Token': current.csrf_token } });
  });
  await page.waitForURL(/\/sign-in/, { timeout: 15_000 });
  await page.getByLabel('E-mail address').fill('aisyah@story.test');
  await page.locator('[name=password]').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/stock?only=low');
});

test('another organization is another stock, on the same screen and as live', async () => {
  const page = await (await browser.newContext()).newPage();
  await signUp(page, 'Siti', 'siti@story.test', 'Kedai Siti');
  await page.getByRole('link', { name: 'Stock', exact: true }).click();
  await create(page, 'ONLY-HERE');
  await page.evaluate(async () => {
    const current = await (await fetch('/api/v1/sessions/current')).json();
    const headers = { 'X-CSRF-Token': current.csrf_token, 'Content-Type': 'application/json' };
    await fetch('/api/v1/organizations', { method: 'POST', headers, body: JSON.stringify({ name: 'Second Shop' }) });
  });
  await page.reload();
  await page.locator('[data-sku="ONLY-HERE"]').waitFor();
  await page.getByRole('button', { name: 'Kedai Siti' }).click();
  await page.getByRole('menuitem', { name: 'Second Shop' }).click();
  await page.getByRole('button', { name: 'Second Shop' }).waitFor();
  await page.getByRole('link', { name: 'Stock', exact: true }).click();
  await page.getByText('No items yet').waitFor();
  await says(page, live, 'Live');
  await create(page, 'THERE');
  await page.locator('[data-sku="THERE"]').waitFor();
  expect(await page.locator('[data-sku="ONLY-HERE"]').count()).toBe(0);
});

async function create(page: Page, sku: string): Promise<void> {
  await page.getByRole('button', { name: 'Create an item' }).first().click();
  await page.getByRole('dialog').getByLabel('SKU').fill(sku);
  await page.getByRole('dialog').getByRole('button', { name: 'Create an item' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}
