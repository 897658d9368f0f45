/** An id that a person hands on: one press copies it. */
import { CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { words } from '../words';
import classes from './copy-id.module.css';

export function CopyId({ id, shown = id }: { id: string; shown?: string }) {
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? words().copied : words().copyId}>
          <button type="button" className={classes.id} onClick={copy}>
            <span>{shown}</span>
            {copied ? <IconCheck size={13} aria-hidden="true" /> : <IconCopy size={13} aria-hidden="true" />}
          </button>
        </Tooltip>
      )}
    </CopyButton>
  );
}
