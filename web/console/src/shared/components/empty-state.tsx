/** Nothing to show, why, and the one thing to do next. */
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  title: string;
  lead?: string | undefined;
  action?: ReactNode;
  foot?: ReactNode;
}

export function EmptyState({ title, lead, action, foot }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <svg width="72" height="44" viewBox="0 0 72 44" aria-hidden="true" className={classes.picture}>
        <rect x="1" y="23" width="20" height="14" rx="2" />
        <rect x="26" y="23" width="20" height="14" rx="2" />
        <rect x="51" y="23" width="20" height="14" rx="2" strokeDasharray="3 3" />
        <rect x="13" y="5" width="20" height="14" rx="2" strokeDasharray="3 3" />
        <path d="M0 42h72" />
      </svg>
      <h2>{title}</h2>
      {lead && <p>{lead}</p>}
      {action}
      {foot}
    </div>
  );
}
