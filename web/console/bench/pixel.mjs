// How long after a command is answered its cell has changed on a screen: node bench/pixel.mjs URL KEY EMAIL PASSWORD [COUNT]
// The hub, Chromium and this script share the machine and its clock. A figure below zero is a screen that was faster than the answer.
import { asker, board } from './hub.mjs';

const [url, key, email, password, count = '300'] = process.argv.slice(2);
const ask = asker(url, key);
const { items } = await ask('GET', '/api/v1/stock/items?limit=10');
const { locations } = await ask('GET', '/api/v1/stock/locations');
const { browser, page } = await board(url, email, password);
await page.locator('[data-sku]').first().waitFor();

// The moment at which the frame with the cell's new text was handed on.
await page.evaluate(() => {
  globalThis.shown = (sku, text) =>
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`${sku} did not become ${text} in ten seconds`)), 10_000);
      const cell = document.querySelector(`[data-sku="${sku}"] [data-column="available"]`);
      const look = () => {
        if (cell.textContent !== text) return false;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
          channel.port2.postMessage(0);
        });
        observer.disconnect();
        return true;
      };
      const observer = new MutationObserver(look);
      observer.observe(cell, { childList: true, subtree: true, characterData: true });
      look();
    });
});

const delays = [];
for (let n = 0; n < Number(count); n += 1) {
  const item = items[n % items.length];
  item.totals.available += 1;
  const text = new Intl.NumberFormat('en-US').format(item.totals.available);
  const shown = page.evaluate(([sku, wanted]) => globalThis.shown(sku, wanted), [item.sku, text]);
  await page.evaluate(() => 0); // it is watching now
  const body = { item_id: item.id, location_id: locations[0].id, delta: 1, reason: 'found' };
  await ask('POST', '/api/v1/stock/commands/adjust', body);
  const answered = performance.timeOrigin + performance.now();
  delays.push((await shown) - answered);
}
await browser.close();
delays.sort((one, other) => one - other);
const at = (part) => Number(delays[Math.min(Math.floor(delays.length * part), delays.length - 1)].toFixed(1));
console.log(
  JSON.stringify({ changes: delays.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1) }),
);
