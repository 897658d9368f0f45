import { Code, Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyId } from '@/shared/components/copy-id';
import { units } from '@/shared/format/number';
import { exactly } from '@/shared/format/time';
import type { Entry } from '../api/entries';
import { words } from '../words';
import classes from './entry-list.module.css';

/** One entry, whole. */
export function EntryDrawer({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const facts: [string, ReactNode][] = [
    [words().what, <strong key="what">{entry.action}</strong>],
    [words().when, exactly(Date.parse(entry.at))],
    [words().who, `${entry.actor.kind} ${entry.actor.id ?? ''}`],
    [words().subject, `${entry.subject.kind} ${entry.subject.id}`],
    [words().from, entry.from ?? '–'],
    [words().why, entry.why ?? '–'],
    [words().request, entry.request_id ? <CopyId key="request" id={entry.request_id} /> : '–'],
    [words().hash, <CopyId key="hash" id={entry.hash} />],
  ];
  const states = [
    [words().before, entry.before],
    [words().after, entry.after],
  ] as const;
  return (
    <Drawer opened onClose={onClose} title={words().entry(units(entry.seq))} position="right" size="md">
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {states.map(
        ([name, value]) =>
          value !== null &&
          value !== undefined && (
            <div key={name}>
              <h3>{name}</h3>
              <Code block>{JSON.stringify(value, null, 2)}</Code>
            </div>
          ),
      )}
    </Drawer>
  );
}
