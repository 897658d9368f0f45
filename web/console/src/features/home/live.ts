/** Keeps the home screen's counts right: they are asked for again when stock moved, at most once in two seconds. */
import { useThrottledCallback } from '@mantine/hooks';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';

export function useHomeLive(): void {
  const ask = useThrottledCallback(() => void queryClient.invalidateQueries({ queryKey: ['home'] }), 2_000);
  useTopic('stock', { onDelta: ask, onReset: ask });
}
