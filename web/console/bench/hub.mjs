// What the benchmarks of the console share: asking the hub, and a signed-in page in Debian's Chromium.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Asks the hub at `url` with an API key; an answer that is no yes is thrown: what was refused must not be counted. */
export function asker(url, key) {
  return async (method, path, body) => {
    const headers = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
    };
    const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

/** A browser, and its page on the stock board, live. */
export async function board(url, email, password) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/sign-in`);
  await page.fill('[name=email]', email);
  await page.fill('[name=password]', password);
  await page.click('button[type=submit]');
  await page.waitForURL('**/home');
  await page.goto(`${url}/stock`);
  await page.locator('[data-testid=live]', { hasText: 'Live' }).waitFor();
  return { browser, page };
}
