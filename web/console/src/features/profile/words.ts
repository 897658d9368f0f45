import { catalogue } from '@/lib/words';

export const words = catalogue({
  en: {
    title: 'Your profile',
    lead: 'You, in every organization you work in.',
    you: 'You',
    name: 'Name',
    email: 'E-mail address',
    save: 'Save',
    saved: 'Saved.',
    password: 'Password',
    passwordLead: 'Changing it ends your other sessions and sends you a letter.',
    current: 'Current password',
    new: 'New password',
    newHint: '12 characters or more; a few words are fine.',
    change: 'Change the password',
    changed: 'The password is changed. Your other sessions have ended.',
    sessions: 'Signed in on',
    sessionsLead: 'Every browser that is signed in as you. End one that you do not know.',
    browser: 'Browser',
    address: 'Address',
    begun: 'Begun',
    seen: 'Last seen',
    here: 'this one',
    end: 'End',
    ended: 'The session has ended.',
    none: 'No session.',
    identities: 'Single sign-on',
    identitiesLead: 'Providers whose word lets you in here.',
    provider: 'Provider',
    noIdentities: 'None is linked. Signing in by way of a provider links it.',
    unlink: 'Unlink',
    unlinked: 'It does not let you in any more.',
    looks: 'How it looks',
    looksLead: 'Kept in this browser.',
    theme: 'Theme',
    density: 'Density',
    light: 'Light',
    dark: 'Dark',
    system: 'System',
    comfortable: 'Comfortable',
    compact: 'Compact',
  },
});

/** A browser's description of itself, as a person would say it. */
export function browserName(agent: string): string {
  const known: [RegExp, string][] = [
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ];
  const systems: [RegExp, string][] = [
    [/iPhone|iPad/, 'iOS'],
    [/Android/, 'Android'],
    [/Mac OS X/, 'macOS'],
    [/Windows/, 'Windows'],
    [/Linux/, 'Linux'],
  ];
  const browser = known.find(([pattern]) => pattern.test(agent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  if (!browser) return agent.slice(0, 40) || '–';
  return system ? `${browser} on ${system}` : browser;
}
