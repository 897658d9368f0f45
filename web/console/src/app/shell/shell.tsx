/** What stands around every screen of a member: where to go, who one is, how live it is. */
import { Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { AlertsFollower } from '@/features/alerts/live';
import { useKeys } from '@/lib/keyboard';
import { live } from '@/lib/live';
import { useSession } from '@/lib/session';
import { words } from '../words';
import { LiveBanner } from './live-banner';
import { visible } from './navigation';
import { SeeAsBanner } from './see-as-banner';
import classes from './shell.module.css';
import { Sidebar } from './sidebar';
import { TabBar } from './tab-bar';
import { TopBar } from './top-bar';

const CommandPalette = lazy(() => import('./command-palette').then((m) => ({ default: m.CommandPalette })));
const KeyboardHelp = lazy(() => import('./keyboard-help').then((m) => ({ default: m.KeyboardHelp })));

export function Shell() {
  const { current } = useSession();
  const navigate = useNavigate();
  const [overlay, setOverlay] = useState<'palette' | 'help'>();
  const close = () => setOverlay(undefined);

  // Another organization or role is another socket: what was heard belongs to the one before.
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, []);
  usePaletteKey(() => setOverlay('palette'));
  useKeys([
    ...visible(current.permissions).map(({ to, key, name }) => ({
      keys: `g ${key}`,
      does: words().goTo(name()),
      run: () => void navigate({ to }),
    })),
    { keys: '?', does: words().help, run: () => setOverlay('help') },
  ]);

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {words().skip}
      </a>
      <Sidebar />
      <TopBar onFind={() => setOverlay('palette')} onHelp={() => setOverlay('help')} />
      <main id="content" className={classes.main} tabIndex={-1}>
        <SeeAsBanner />
        <LiveBanner />
        <Outlet />
      </main>
      <TabBar />
      <AlertsFollower />
      <Suspense fallback={null}>
        {overlay === 'palette' && <CommandPalette onClose={close} />}
        {overlay === 'help' && <KeyboardHelp onClose={close} />}
      </Suspense>
    </div>
  );
}

/** ⌘K or Ctrl-K, also while somebody types. */
function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      open();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
}
