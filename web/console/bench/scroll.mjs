// Whether a long board scrolls smoothly while it moves: node bench/scroll.mjs URL KEY EMAIL PASSWORD [CHANGES_PER_S] [SECONDS]
import { asker, board } from './hub.mjs';

const [url, key, email, password, perSecond = '500', seconds = '20'] = process.argv.slice(2);
const ask = asker(url, key);
const { locations } = await ask('GET', '/api/v1/stock/locations');
const { browser, page } = await board(url, email, password);

// Everything there is, page by page, as somebody who goes to the end would load it.
const items = [];
let rows = 0;
for (let after = ''; ; ) {
  const list = await ask('GET', `/api/v1/stock/items?limit=500&after=${encodeURIComponent(after)}`);
  items.push(...list.items.map(({ id }) => id));
  if (!list.next) break;
  after = list.next;
}
const frame = page.locator('[role=table]');
while (rows < items.length) {
  await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.waitForTimeout(50);
  rows = Number(await frame.getAttribute('aria-rowcount'));
}
await frame.evaluate((element) => element.scrollTo(0, 0));

// A crowd that changes anything anywhere, at most so many times a second.
let changes = 0;
let isOver = false;
const began = performance.now();
const crowd = Array.from({ length: 24 }, async () => {
  while (!isOver) {
    const due = ((performance.now() - began) / 1_000) * Number(perSecond);
    if (changes >= due) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    changes += 1;
    const item_id = items[Math.floor(Math.random() * items.length)];
    await ask('POST', '/api/v1/stock/commands/adjust', {
      item_id,
      location_id: locations[0].id,
      delta: 1,
      reason: 'found',
    });
  }
});
const frames = await frame.evaluate(
  (element, span) =>
    new Promise((resolve) => {
      const times = [];
      const until = performance.now() + span;
      const step = (now) => {
        times.push(now);
        element.scrollBy(0, 40);
        if (now < until) requestAnimationFrame(step);
        else resolve(times);
      };
      requestAnimationFrame(step);
    }),
  Number(seconds) * 1_000,
);
isOver = true;
await Promise.all(crowd);
const spent = (performance.now() - began) / 1_000;
await browser.close();
const gaps = frames.slice(1).map((time, n) => time - frames[n]);
gaps.sort((one, other) => one - other);
const at = (part) => Number(gaps[Math.min(Math.floor(gaps.length * part), gaps.length - 1)].toFixed(1));
const fps = Number(((1_000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)).toFixed(1));
const result = {
  rows,
  changes_per_s: Math.round(changes / spent),
  fps,
  frame_p50_ms: at(0.5),
  frame_p95_ms: at(0.95),
  frame_p99_ms: at(0.99),
};
console.log(JSON.stringify(result));
