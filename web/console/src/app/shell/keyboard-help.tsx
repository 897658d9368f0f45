/** What the keys do here and now. */
import { Modal } from '@mantine/core';
import { useBindings } from '@/lib/keyboard';
import { words } from '../words';
import classes from './keyboard-help.module.css';

export function KeyboardHelp({ onClose }: { onClose(): void }) {
  const bindings = useBindings();
  const all = [{ keys: 'Ctrl K', does: words().openPalette }, ...bindings];
  return (
    <Modal opened onClose={onClose} title={words().keyboard} size="sm">
      <p className={classes.lead}>{words().keyboardLead}</p>
      <dl className={classes.keys}>
        {all.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
