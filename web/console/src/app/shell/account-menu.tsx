/** Who one is, how things look, and the way out. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { answer, api, rememberCsrf } from '@/lib/api/client';
import { live } from '@/lib/live';
import { type Density, keepingPreferences, setDensity, useDensity } from '@/lib/preferences';
import { renewSession, useSession } from '@/lib/session';
import { words } from '../words';

export function AccountMenu() {
  const { person } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useDensity();
  const navigate = useNavigate();
  const check = (isOn: boolean) => (isOn ? <IconCheck size={15} /> : undefined);
  const signOut = async () => {
    live.stop();
    await keepingPreferences(() => answer(api.DELETE('/api/v1/sessions/current')));
    rememberCsrf(undefined);
    await navigate({ to: '/sign-in' });
    await renewSession();
  };
  const schemes = { light: words().light, dark: words().dark, auto: words().system } as const;
  const densities: Record<Density, string> = { comfortable: words().comfortable, compact: words().compact };
  return (
    <Menu position="bottom-end" width={224}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words().account}>
          <IconUserCircle size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {person.name} · {person.email}
        </Menu.Label>
        <Menu.Item component={Link} to="/profile" leftSection={<IconUserCircle size={16} />}>
          {words().profile}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{words().theme}</Menu.Label>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            closeMenuOnClick={false}
            onClick={() => setColorScheme(scheme)}
            rightSection={check(colorScheme === scheme)}
          >
            {schemes[scheme]}
          </Menu.Item>
        ))}
        <Menu.Label>{words().density}</Menu.Label>
        {(['comfortable', 'compact'] as const).map((one) => (
          <Menu.Item
            key={one}
            closeMenuOnClick={false}
            onClick={() => setDensity(one)}
            rightSection={check(density === one)}
          >
            {densities[one]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {words().signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
