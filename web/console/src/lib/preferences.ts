/** How this browser likes to see things. Kept in the browser only, and written again when signing out wipes its storage. */
import { useSyncExternalStore } from 'react';

export type Density = 'comfortable' | 'compact';

const KEY = 'entrepot.density';
const listeners = new Set<() => void>();

function read(): Density {
  return localStorage.getItem(KEY) === 'compact' ? 'compact' : 'comfortable';
}

let density = read();

function show(): void {
  document.documentElement.dataset.density = density;
}
show();

export function setDensity(next: Density): void {
  density = next;
  localStorage.setItem(KEY, next);
  show();
  for (const listener of listeners) listener();
}

export function useDensity(): Density {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => density,
  );
}

/** Does something that wipes the browser's storage, and keeps what is nobody's secret. */
export async function keepingPreferences<Result>(wipe: () => Promise<Result>): Promise<Result> {
  const kept = Object.entries(localStorage);
  const result = await wipe();
  for (const [key, value] of kept) localStorage.setItem(key, String(value));
  return result;
}
