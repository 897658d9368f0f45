/** A table of moderate size: columns once, rows as they come, with its skeleton, its error and its emptiness. */
import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';
import { ProblemNote } from './problem-note';

export interface Column<Row> {
  name: string;
  isNumber?: boolean;
  isQuiet?: boolean;
  width?: number | string;
  cell(row: Row): ReactNode;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  keyOf(row: Row): string;
  empty: ReactNode;
  error?: unknown;
  onRetry?: () => void;
}

const SKELETONS = ['a', 'b', 'c', 'd'];

export function DataTable<Row>({ label, columns, rows, keyOf, empty, error, onRetry }: DataTableProps<Row>) {
  if (error && !rows) return <ProblemNote problem={error} {...(onRetry && { onRetry })} />;
  if (rows?.length === 0) return empty;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map(({ name, isNumber, width }) => (
              <th key={name} scope="col" data-num={isNumber || undefined} style={{ width }}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? SKELETONS.map((key) => (
                <tr key={key}>
                  {columns.map(({ name }) => (
                    <td key={name}>
                      <Skeleton height={10} radius="sm" />
                    </td>
                  ))}
                </tr>
              ))
            : rows.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map(({ name, isNumber, isQuiet, cell }) => (
                    <td key={name} data-num={isNumber || undefined} data-quiet={isQuiet || undefined}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </section>
  );
}
