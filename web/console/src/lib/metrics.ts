/** Follows `metrics`: what this organization's stock engine does, once a second while somebody looks. */
import { useCallback, useState } from 'react';
import { useTopic } from './live';

export interface Metrics {
  at: number;
  reservations_per_s: number;
  refusals_per_s: number;
  commands_per_s: number;
  p50_ms: number;
  p99_ms: number;
  commit_ms: number;
  sockets: number;
}

/** Ten minutes of seconds. */
const KEPT = 600;

/** The samples since the component is there, the oldest first. */
export function useMetrics(): readonly Metrics[] {
  const [samples, setSamples] = useState<readonly Metrics[]>([]);
  const add = useCallback((news: readonly Omit<Metrics, 'at'>[], at: number) => {
    const fresh = news.map((one) => ({ ...one, at }));
    setSamples((known) => [...known, ...fresh].slice(-KEPT));
  }, []);
  useTopic<Omit<Metrics, 'at'>[]>('metrics', {
    onDelta: (news, at) => add(news, Date.parse(at)),
    onReset: (snapshot) => snapshot && add(snapshot, Date.now()),
  });
  return samples;
}
