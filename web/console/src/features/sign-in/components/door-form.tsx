/** A form at the door: title, fields, one button, and what went wrong. */
import { Button, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNote } from '@/shared/components/problem-note';
import classes from './door.module.css';

interface DoorFormProps {
  title: string;
  lead?: string | undefined;
  submit: string;
  note?: ReactNode;
  children?: ReactNode;
  /** Other ways to the same end, below the button. */
  besides?: ReactNode;
  foot?: ReactNode;
  onSubmit(form: FormData): Promise<void>;
}

/** A field's text. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

export function DoorForm({ title, lead, submit, note, children, besides, foot, onSubmit }: DoorFormProps) {
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    await onSubmit(form).catch(setProblem);
    setBusy(false);
  };
  return (
    <form onSubmit={send}>
      <h1 className={classes.title}>{title}</h1>
      <p className={classes.lead}>{lead}</p>
      {note}
      <Stack gap="sm">
        {children}
        {problem !== undefined && <ProblemNote problem={problem} />}
        <Button type="submit" size="sm" fullWidth loading={isBusy} mt={4}>
          {submit}
        </Button>
        {besides}
      </Stack>
      {foot && <div className={classes.foot}>{foot}</div>}
    </form>
  );
}
