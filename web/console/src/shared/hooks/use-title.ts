import { useEffect } from 'react';

/** The browser's title while the screen is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Entrepot`;
  }, [title]);
}
