import { Link } from '@tanstack/react-router';
import { useSession } from '@/lib/session';
import { words } from '../words';
import { type Destination, visible } from './navigation';
import { OrganizationSwitcher } from './organization-switcher';
import classes from './shell.module.css';

export function Sidebar() {
  const { current } = useSession();
  const seen = visible(current.permissions);
  const group = (name: Destination['group']) => seen.filter((one) => one.group === name);
  return (
    <div className={classes.side}>
      <OrganizationSwitcher />
      <nav className={classes.nav} aria-label={words().navigation}>
        <Group name={words().sell} destinations={group('sell')} />
        <Group name={words().manage} destinations={group('manage')} />
      </nav>
    </div>
  );
}

function Group({ name, destinations }: { name: string; destinations: Destination[] }) {
  if (destinations.length === 0) return null;
  return (
    <>
      <p className={classes.group}>
        <span>{name}</span>
      </p>
      {destinations.map(({ to, name: title, icon: Icon, key }) => (
        <Link key={to} to={to} className={classes.link} aria-label={title()}>
          <Icon size={18} aria-hidden="true" />
          <span>{title()}</span>
          <span className={classes.hint} aria-hidden="true">
            <kbd>g</kbd>
            <kbd>{key}</kbd>
          </span>
        </Link>
      ))}
    </>
  );
}
