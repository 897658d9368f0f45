import { Button, Code, CopyButton, Group, Modal, Stack } from '@mantine/core';
import { words } from '../words';

/** A secret that is shown once: closing by accident would lose it, so only the button closes. */
export function ShownOnce({ secret, onClose }: { secret: string; onClose(): void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={words().secretTitle}
      size="md"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="sm">
        <p className="quiet">{words().secretLead}</p>
        <Code block data-testid="secret">
          {secret}
        </Code>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="sm" variant="default" onClick={copy}>
                {copied ? words().copied : words().copy}
              </Button>
            )}
          </CopyButton>
          <Button size="sm" onClick={onClose}>
            {words().done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
