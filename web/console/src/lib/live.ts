/** The console's one live client, and how a component follows it. */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { answer, api } from './api/client';
import { Problem } from './api/problem';
import { LiveClient } from './live-client/live-client';
import type { LiveStatus } from './live-client/status';

const socketUrl = (ticket: string) => {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}/api/v1/live?ticket=${encodeURIComponent(ticket)}`;
};

export const live = new LiveClient({
  ticket: async () => (await answer(api.POST('/api/v1/live/tickets'))).ticket,
  url: socketUrl,
  connect: (url, subprotocol) => new WebSocket(url, subprotocol),
  now: Date.now,
  random: Math.random,
  isSignedOut: (error) => error instanceof Problem && error.status === 401,
});

if (typeof window !== 'undefined') {
  window.addEventListener('online', () => live.wake());
  window.addEventListener('offline', () => live.sleep());
}

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (listener) => live.onStatus(listener),
    () => live.status,
  );
}

interface Following<Data> {
  onDelta(data: Data, at: string): void;
  /** The hub cannot tell what was missed: begin anew with this, or load by HTTP where it is null. */
  onReset(snapshot: Data | null): void;
}

/** Follows a topic while the component is there. */
export function useTopic<Data>(topic: string, following: Following<Data>): void {
  const onDelta = useEffectEvent((data: unknown, at: string) => following.onDelta(data as Data, at));
  const onReset = useEffectEvent((snapshot: unknown) => following.onReset(snapshot as Data | null));
  useEffect(
    () => live.follow(topic, { onDelta: (data, at) => onDelta(data, at), onReset: (s) => onReset(s) }),
    [topic],
  );
}
