import { catalogue } from '@/lib/words';

export const words = catalogue({
  en: {
    title: 'API keys',
    lead: 'What shops and scripts present. A key belongs to the organization and outlives whoever made it.',
    create: 'Create a key',
    createLead: 'It may do at most what you may. Its secret is shown once.',
    name: 'Name',
    nameHint: 'What will use it, so that you know what stops when you revoke it.',
    permissions: 'May',
    expires: 'Good for',
    lifetimes: { '30': '30 days', '90': '90 days', '365': 'a year', never: 'until it is revoked' } as Record<
      string,
      string
    >,
    everything: 'everything',
    permissionCount: (count: number) => (count === 1 ? '1 permission' : `${count} permissions`),
    created: 'Created',
    lastUsed: 'Last used',
    never: 'never',
    state: 'State',
    active: 'Active',
    revoked: 'Revoked',
    expired: 'Expired',
    revoke: 'Revoke',
    revokeTitle: (name: string) => `Revoke ${name}?`,
    revokeLead: 'Whatever presents it is refused within ten seconds. A revoked key cannot be brought back.',
    revokedNote: (name: string) => `${name} was revoked.`,
    secretTitle: 'Here is the secret, once',
    secretLead: 'Copy it to where it is needed now. It is kept here as a hash and cannot be shown again.',
    copy: 'Copy the secret',
    copied: 'Copied',
    done: 'I have it',
    emptyTitle: 'No key yet',
    emptyLead: 'A shop or a script needs one to reserve stock through the API.',
  },
});
