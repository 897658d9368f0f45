/** For which organization one works, and the way to another. */
import { Menu } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { answer, api, rememberCsrf } from '@/lib/api/client';
import { live } from '@/lib/live';
import { renewSession, useSession } from '@/lib/session';
import { words as sharedWords } from '@/shared/words';
import { words } from '../words';
import classes from './organization-switcher.module.css';

/** Two letters that stand for a name. */
function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  return ((parts[0]?.[0] ?? '') + (parts[1]?.[0] ?? parts[0]?.[1] ?? '')).toUpperCase();
}

export function OrganizationSwitcher() {
  const { current, organizations } = useSession();
  const router = useRouter();
  const chosen = organizations.find(({ id }) => id === current.organization_id);
  const choose = async (organization_id: string) => {
    const body = { organization_id };
    const switched = await answer(api.POST('/api/v1/sessions/current/switch', { body }));
    rememberCsrf(switched.csrf_token);
    live.stop();
    await router.navigate({ to: '/home' });
    await renewSession();
    live.start();
  };
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button type="button" className={classes.switcher} title={chosen?.name}>
          <span className={classes.seal}>{initials(chosen?.name ?? '?')}</span>
          <span className={classes.name}>{chosen?.name ?? words().organization}</span>
          <IconSelector size={15} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words().switchTo}</Menu.Label>
        {organizations.map(({ id, name, role }) => (
          <Menu.Item
            key={id}
            onClick={() => void choose(id)}
            disabled={id === current.organization_id}
            rightSection={id === current.organization_id ? <IconCheck size={15} /> : undefined}
          >
            {name} <span className="quiet">· {sharedWords().roles[role] ?? role}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
