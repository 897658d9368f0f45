/** One number that matters, what it is, and the way to what is behind it. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './stat.module.css';

interface StatProps {
  name: string;
  value: ReactNode;
  unit?: string;
  note?: ReactNode;
  kind?: 'warn' | 'bad' | 'good' | undefined;
  link?: LinkProps;
}

export function Stat({ name, value, unit, note, kind, link }: StatProps) {
  const body = (
    <>
      <span className={classes.name}>{name}</span>
      <span className={classes.value} data-kind={kind}>
        {value} {unit && <small>{unit}</small>}
      </span>
      <span className={classes.note}>{note ?? '\u00a0'}</span>
    </>
  );
  if (!link) return <div className={classes.stat}>{body}</div>;
  return (
    <Link {...link} className={classes.stat} data-link>
      {body}
    </Link>
  );
}

/** Numbers side by side, with hairlines between them rather than boxes around them. */
export function Stats({ children }: { children: ReactNode }) {
  return <div className={classes.stats}>{children}</div>;
}
