/** Which reservations are open, told from the ledger: what was opened and not closed by a newer movement. */
import type { Movement } from './api/movements';

export interface OpenReservation {
  id: string;
  quantity: number;
  expiresAt: number;
}

export interface EndedReservation {
  id: string;
  quantity: number;
  how: 'confirmed' | 'released' | 'expired';
  at: number;
}

const ENDS = new Set(['confirmed', 'released', 'expired']);

export interface Reservations {
  open: OpenReservation[];
  /** The newest first. */
  ended: EndedReservation[];
}

/** Reads movements from the newest to the oldest, as the ledger has them. */
export function reservationsIn(movements: readonly Movement[]): Reservations {
  const closed = new Set<string>();
  const deadlines = new Map<string, number>();
  const open = new Map<string, OpenReservation>();
  const ended = new Map<string, EndedReservation>();
  for (const movement of movements) {
    const id = movement.reservation_id;
    if (!id) continue;
    if (ENDS.has(movement.kind)) {
      closed.add(id);
      const known = ended.get(id)?.quantity ?? 0;
      const how = movement.kind as EndedReservation['how'];
      ended.set(id, { id, quantity: known + movement.quantity, how, at: Date.parse(movement.at) });
    } else if (movement.kind === 'extended' && movement.expires_at) {
      if (!deadlines.has(id)) deadlines.set(id, Date.parse(movement.expires_at));
    } else if (movement.kind === 'reserved' && !closed.has(id)) {
      // A reservation may take from several locations: its parts are one.
      const expiresAt = deadlines.get(id) ?? Date.parse(movement.expires_at ?? movement.at);
      open.set(id, { id, quantity: (open.get(id)?.quantity ?? 0) + movement.quantity, expiresAt });
    }
  }
  return { open: [...open.values()], ended: [...ended.values()] };
}
