/** Telling what happened, in a corner, for a moment. */
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { Problem } from '@/lib/api/problem';
import { words } from '../words';
import { UndoNote } from './undo-note';

export function say(message: string): void {
  notifications.show({ message, color: 'harbour' });
}

/** Something that can be taken back while the note stands. */
export function sayUndoable(message: string, undo: () => Promise<void>): void {
  const id = crypto.randomUUID();
  const run = async () => {
    notifications.hide(id);
    await undo().catch(sayProblem);
  };
  const body = createElement(UndoNote, { message, onUndo: () => void run() });
  notifications.show({ id, message: body, color: 'harbour', autoClose: 15_000 });
}

export function sayProblem(problem: unknown): void {
  const known = problem instanceof Problem ? problem : undefined;
  const message = known?.advice ?? words().unknownAdvice;
  notifications.show({ title: known?.message ?? words().unknownProblem, message, color: 'red', autoClose: 15_000 });
}
