import { catalogue } from '@/lib/words';

export const words = catalogue({
  en: {
    title: (name: string) => `Good ${part()}, ${name.split(' ')[0]}`,
    lead: 'What moves right now, and what waits for you.',
    reservations: 'Reservations',
    perSecond: '/ s',
    refusals: (count: string) => `${count} refused / s`,
    answered: 'Answered within',
    p99: 'p99, last second',
    ms: 'ms',
    low: 'Low stock',
    lowNote: 'at or below the reorder point',
    out: 'Out of stock',
    outNote: 'nothing available',
    short: 'Promised beyond stock',
    shortNote: 'needs a decision',
    held: 'Held right now',
    heldNote: 'items with reservations',
    items: (count: number) => (count === 1 ? 'item' : 'items'),
    chart: 'Reservations',
    chartUnit: 'per second, last three minutes',
    chartWaiting: 'The line begins when the socket is live.',
    moving: 'Moving now',
    movingLead: 'What changed last, while this screen is open.',
    movingEmpty: 'Nothing has moved since this screen was opened.',
    available: 'available',
    decide: 'Needs a decision',
    decideLead: 'Nothing here goes away by itself.',
    nothingTitle: 'Nothing waits for you',
    nothingLead: 'Items that are promised beyond stock, platforms that fail and items that run low appear here.',
    shortLine: (units: string) =>
      `${units} units are promised that are not there. Receive units, or take promises back.`,
    lowLine: (available: string, point: string) => `${available} available, reorder point ${point}.`,
    platformLine: 'The last connection test failed.',
    openStock: 'Open the stock board',
  },
});

function part(): string {
  const hour = new Date().getHours();
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}
