/**
 * The keyboard map: one listener, keys and sequences like `g s`, none of them while somebody types. What is bound is also what
 * the help sheet shows.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

export interface Binding {
  /** A key, or two after one another: `/`, `j`, `g s`. */
  keys: string;
  /** What it does, for the help sheet. */
  does: string;
  run(): void;
}

const SEQUENCE_MS = 1_200;
let bound: readonly Binding[] = [];
const listeners = new Set<() => void>();
let begun = '';
let begunAt = 0;

/** Whether the key belongs to what has the focus. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (event.key === 'Enter' && target.closest('a, button') !== null) return true;
  const isField = target.matches('input, textarea, select, [contenteditable="true"], [role="slider"]');
  return isField || target.closest('[role="dialog"], [role="menu"]') !== null;
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const isContinued = begun !== '' && event.timeStamp - begunAt < SEQUENCE_MS;
  const keys = isContinued ? `${begun} ${event.key}` : event.key;
  begun = '';
  const hit = bound.findLast((binding) => binding.keys === keys);
  if (hit) {
    event.preventDefault();
    hit.run();
  } else if (bound.some((binding) => binding.keys.startsWith(`${event.key} `))) {
    begun = event.key;
    begunAt = event.timeStamp;
  }
}

function change(next: readonly Binding[]): void {
  if (bound.length === 0) document.addEventListener('keydown', press);
  bound = next;
  if (bound.length === 0) document.removeEventListener('keydown', press);
  for (const listener of listeners) listener();
}

/** Binds keys while the component is there. */
export function useKeys(bindings: readonly Binding[]): void {
  const shape = bindings.map(({ keys, does }) => `${keys}\u0000${does}`).join('\u0001');
  const run = useEffectEvent((keys: string) => bindings.find((binding) => binding.keys === keys)?.run());
  useEffect(() => {
    const mine = shape.split('\u0001').map((each) => {
      const [keys = '', does = ''] = each.split('\u0000');
      return { keys, does, run: () => run(keys) };
    });
    change([...bound, ...mine]);
    return () => change(bound.filter((binding) => !mine.includes(binding)));
  }, [shape]);
}

/** What is bound now. */
export function useBindings(): readonly Binding[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => bound,
  );
}
