/** A screen: its title, what can be done on it, and its content. */
import type { ReactNode } from 'react';
import { useTitle } from '../hooks/use-title';
import classes from './page.module.css';

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Fills the height and scrolls inside, for boards. */
  isBoard?: boolean;
  /** Text is read in narrower lines than tables. */
  isNarrow?: boolean;
  children: ReactNode;
}

export function Page({ title, lead, actions, isBoard = false, isNarrow = false, children }: PageProps) {
  useTitle(title);
  return (
    <div className={classes.page} data-board={isBoard || undefined} data-narrow={isNarrow || undefined}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h1>{title}</h1>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen with a heading of its own. */
export function Section({ title, lead, actions, children }: Omit<PageProps, 'isBoard' | 'isNarrow'>) {
  return (
    <section className={classes.section}>
      <header className={classes.sectionHead}>
        <div className={classes.words}>
          <h2>{title}</h2>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
