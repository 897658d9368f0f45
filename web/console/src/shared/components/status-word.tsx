/** A status: a colour that always comes with an icon and a word. */
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import classes from './status-word.module.css';

export type StatusKind = 'good' | 'warn' | 'bad' | 'off';

const ICONS = { good: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX, off: IconCircleDashed };

export function StatusWord({ kind, word }: { kind: StatusKind; word: string }) {
  const Icon = ICONS[kind];
  return (
    <span className={classes.status} data-kind={kind}>
      <Icon size={14} aria-hidden="true" />
      {word}
    </span>
  );
}
