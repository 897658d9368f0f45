import { ActionIcon, Tooltip } from '@mantine/core';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import { AlertsCentre } from '@/features/alerts/components/alerts-centre';
import { words } from '../words';
import { AccountMenu } from './account-menu';
import { LiveIndicator } from './live-indicator';
import { OrganizationSwitcher } from './organization-switcher';
import classes from './shell.module.css';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

interface TopBarProps {
  onFind(): void;
  onHelp(): void;
}

export function TopBar({ onFind, onHelp }: TopBarProps) {
  return (
    <header className={classes.top}>
      <div className={classes.menuOnly}>
        <OrganizationSwitcher />
      </div>
      <button
        type="button"
        className={classes.find}
        onClick={onFind}
        aria-label={`${words().find} ${isApple ? '⌘' : 'Ctrl'} K`}
      >
        <IconSearch size={15} aria-hidden="true" />
        <span>{words().find}</span>
        <kbd>{isApple ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      <div className={classes.space} />
      <LiveIndicator />
      <AlertsCentre />
      <Tooltip label={words().keyboard}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          onClick={onHelp}
          aria-label={words().keyboard}
          visibleFrom="sm"
        >
          <IconKeyboard size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <AccountMenu />
    </header>
  );
}
