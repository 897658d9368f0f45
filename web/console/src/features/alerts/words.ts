import { catalogue } from '@/lib/words';

export const words = catalogue({
  en: {
    title: 'Alerts',
    open: (count: number) => (count === 0 ? 'Alerts' : `Alerts, ${count} new`),
    emptyTitle: 'Nothing has happened',
    emptyLead:
      'Items that fall to their reorder point, or are promised beyond stock, are told here while the console is open.',
    clear: 'Clear',
    kinds: {
      low: 'Low',
      no_longer_low: 'Enough again',
      shortfall: 'Promised beyond stock',
      no_longer_short: 'Covered again',
    } as Record<string, string>,
    available: (count: string) => `${count} available`,
    short: (count: string) => `${count} short`,
  },
});
