/** Something of everything, so that no screen is judged empty: held, promised, low, short and gone. */
import { ask } from './browser';

interface Items {
  items: { id: string; sku: string }[];
}

/** Seeds the first organization; the item that most happened to. */
export async function seed(): Promise<string> {
  const { items } = (await ask('GET', '/api/v1/stock/items?search=merdeka&limit=3')) as Items;
  const others = ((await ask('GET', '/api/v1/stock/items?limit=8')) as Items).items;
  const { locations } = (await ask('GET', '/api/v1/stock/locations')) as { locations: { id: string }[] };
  const location_id = locations[0]?.id;
  const busy = items[0]?.id ?? '';
  await ask('POST', '/api/v1/stock/locations', { name: 'Johor Bahru', priority: 2 });

  for (const quantity of [1, 2, 3, 1, 2]) {
    await ask('POST', '/api/v1/checkouts', { lines: [{ item_id: busy, quantity }], hold_seconds: 900 });
  }
  const order_line_id = crypto.randomUUID();
  await ask('POST', '/api/v1/stock/commands/allocate', { item_id: busy, order_line_id, quantity: 60, location_id });
  await ask('POST', '/api/v1/stock/commands/set-safety', { item_id: busy, location_id, safety: 20 });
  await ask('POST', '/api/v1/stock/commands/adjust', { item_id: busy, location_id, delta: -4, reason: 'damaged' });

  for (const { id } of others.slice(0, 4)) {
    await ask('POST', '/api/v1/stock/commands/set-reorder-point', { item_id: id, reorder_point: 450 });
  }
  const short = { item_id: others[5]?.id, order_line_id: crypto.randomUUID(), quantity: 90, location_id };
  await ask('POST', '/api/v1/stock/commands/allocate', short);
  await ask('POST', '/api/v1/api-keys', { name: 'Web shop', permissions: ['stock:read', 'checkouts:write'] });
  await ask('POST', '/api/v1/invitations', { email: 'siti@screens.test', role: 'staff' });
  return busy;
}
