/** The way around on a phone. */
import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useSession } from '@/lib/session';
import { words } from '../words';
import { visible } from './navigation';
import classes from './shell.module.css';

export function TabBar() {
  const { current } = useSession();
  const seen = visible(current.permissions);
  return (
    <nav className={classes.tabs} aria-label={words().menu}>
      {seen
        .filter(({ group }) => group === 'sell')
        .map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to}>
            <Icon size={20} stroke={1.6} aria-hidden="true" />
            {name()}
          </Link>
        ))}
      <Menu position="top-end">
        <Menu.Target>
          <button type="button">
            <IconDots size={20} stroke={1.6} aria-hidden="true" />
            {words().menu}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {seen
            .filter(({ group }) => group === 'manage')
            .map(({ to, name, icon: Icon }) => (
              <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={16} />}>
                {name()}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
