/** Debian's Chromium, the mail that the hub writes, and what people do at the door. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const PASSWORD = 'correct horse battery';

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** The link in the newest letter to this address. Letters are written after the answer, so it is waited for. */
export async function linkTo(email: string): Promise<string> {
  const folder = join(inject('hub').dataDir, 'mail');
  for (let tries = 0; tries < 200; tries += 1) {
    const letters = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name.endsWith('.eml'));
    const texts = letters.map(({ name }) => readFileSync(join(folder, name), 'utf8'));
    const link = texts.findLast((text) => text.includes(`To: ${email}`))?.match(/http\S+#token=[\w-]+/)?.[0];
    if (link) return link;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no letter to ${email}`);
}

/** Signs up through the screens, answers the letter, and is at home. */
export async function signUp(page: Page, name: string, email: string, organization: string): Promise<void> {
  await page.goto(`${inject('hub').url}/sign-up`);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Organization').fill(organization);
  await page.getByLabel('E-mail address').fill(email);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByText('Look into your mail').waitFor();
  await page.goto(await linkTo(email));
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Finish and sign in' }).click();
  await page.waitForURL('**/home');
}

/** Follows an invitation's link as somebody new. */
export async function accept(page: Page, name: string, email: string): Promise<void> {
  await page.goto(await linkTo(email));
  await page.getByLabel('Your name').fill(name);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.waitForURL('**/home');
}

/** Asks the API as a machine of the first organization. */
export async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const { url, apiKey } = inject('hub');
  const headers = {
    Authorization: `Bearer ${apiKey}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': crypto.randomUUID(),
  };
  const answer = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}
