import { catalogue } from '@/lib/words';

export const words = catalogue({
  en: {
    title: 'Platforms',
    lead: 'What the hub is connected with. Secrets go in and never come out; a test asks the other side whether it takes them.',
    names: {
      shopee: 'Shopee',
      tiktok_shop: 'TikTok Shop',
      stripe: 'Stripe',
      paypal: 'PayPal',
      smtp: 'Mail server',
    } as Record<string, string>,
    leads: {
      shopee: 'Marketplace',
      tiktok_shop: 'Marketplace',
      stripe: 'Payments',
      paypal: 'Payments',
      smtp: 'Letters of your organization',
    } as Record<string, string>,
    statuses: { working: 'Working', failing: 'Failing', untested: 'Not tested' } as Record<string, string>,
    notSet: 'Not set up',
    setUp: 'Set up',
    edit: 'Edit',
    test: 'Test now',
    cannotTest: 'This hub cannot test it yet.',
    tested: 'Tested',
    saved: (name: string) => `${name} is saved. It is untested until you test it.`,
    worked: (name: string, ms: string) => `${name} answered in ${ms} ms.`,
    save: 'Save',
    keep: 'Leave empty to keep what is entered.',
    takeAway: 'Remove',
    takeAwayTitle: (name: string) => `Remove the settings of ${name}?`,
    takeAwayLead: 'What is entered is destroyed, secrets too. It must be entered again to be used again.',
    history: 'History',
    historyEmpty: 'Nothing has happened yet.',
    events: { saved: 'Saved', deleted: 'Removed', restored: 'Restored', tested: 'Tested' } as Record<string, string>,
  },
});

/** `secret_key` as a person reads it. */
export function fieldName(name: string): string {
  const spaced = name.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
