/** What is asked of stock. Each call is one command with a name of its own, so that sending it twice does it once. */
import { answer, api, once, type Schemas } from '@/lib/api/client';

export function adjust(body: Schemas['AdjustStock']) {
  return answer(api.POST('/api/v1/stock/commands/adjust', { body, params: { header: once() } }));
}

export function setReorderPoint(item_id: string, reorder_point: number | null) {
  const body = { item_id, reorder_point };
  return answer(api.POST('/api/v1/stock/commands/set-reorder-point', { body, params: { header: once() } }));
}

export function createItem(body: Schemas['CreateStockItem']) {
  return answer(api.POST('/api/v1/stock/items', { body, params: { header: once() } }));
}
