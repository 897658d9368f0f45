import { Skeleton } from '@mantine/core';
import classes from './board.module.css';

const ROWS = Array.from({ length: 14 }, (_, n) => ({ key: `row-${n}`, width: 120 + ((n * 53) % 140) }));

export function BoardSkeleton() {
  return (
    <div className={classes.skeleton} aria-hidden="true">
      {ROWS.map(({ key, width }) => (
        <div key={key}>
          <Skeleton height={11} width={width} />
          <Skeleton height={11} width={420} visibleFrom="sm" />
        </div>
      ))}
    </div>
  );
}
