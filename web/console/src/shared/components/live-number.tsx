/** A number that flashes once when it changes: green up, amber down, nothing when it was drawn first. */
import { useState } from 'react';
import { units } from '../format/number';
import classes from './live-number.module.css';

interface LiveNumberProps {
  value: number;
  /** A zero that says nothing is drawn quietly. */
  isQuietAtZero?: boolean;
}

export function LiveNumber({ value, isQuietAtZero = false }: LiveNumberProps) {
  const [shown, setShown] = useState({ value, way: '', changes: 0 });
  if (shown.value !== value) {
    setShown({ value, way: value > shown.value ? 'up' : 'down', changes: shown.changes + 1 });
  }
  const isQuiet = isQuietAtZero && value === 0;
  return (
    <span key={shown.changes} className={classes.number} data-way={shown.way} data-quiet={isQuiet || undefined}>
      {units(value)}
    </span>
  );
}
