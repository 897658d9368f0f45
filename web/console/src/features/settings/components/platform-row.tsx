import { Button, Tooltip } from '@mantine/core';
import { IconBrandPaypal, IconBrandStripe, IconBrandTiktok, IconMail, IconShoppingBag } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '@/lib/session';
import { Moment } from '@/shared/components/moment';
import { say, sayProblem } from '@/shared/components/say';
import { type StatusKind, StatusWord } from '@/shared/components/status-word';
import { milliseconds } from '@/shared/format/number';
import { type Platform, test } from '../api/platforms';
import { words } from '../words';
import classes from './platforms.module.css';
import { TestProblem } from './test-problem';

const ICONS: Record<string, typeof IconMail> = {
  shopee: IconShoppingBag,
  tiktok_shop: IconBrandTiktok,
  stripe: IconBrandStripe,
  paypal: IconBrandPaypal,
};
const KINDS: Record<string, StatusKind> = { working: 'good', failing: 'bad', untested: 'warn' };

interface PlatformRowProps {
  platform: Platform;
  onEdit(): void;
  onLook(): void;
}

export function PlatformRow({ platform, onEdit, onLook }: PlatformRowProps) {
  const { provider, is_set: isSet, status, tested_at, can_be_tested: canBeTested, problem } = platform;
  const mayWrite = useMay('settings:write');
  const [isBusy, setBusy] = useState(false);
  const name = words().names[provider] ?? provider;
  const Icon = ICONS[provider] ?? IconMail;
  const run = async () => {
    setBusy(true);
    const told = (result: Awaited<ReturnType<typeof test>>) =>
      result.problem ? undefined : say(words().worked(name, milliseconds(result.took_ms)));
    await test(provider).then(told, sayProblem);
    setBusy(false);
  };
  return (
    <li className={classes.row}>
      <Icon size={22} stroke={1.5} aria-hidden="true" />
      <div className={classes.name}>
        <strong>{name}</strong>
        <span className="quiet">{words().leads[provider]}</span>
      </div>
      <div className={classes.status}>
        {isSet ? (
          <>
            <StatusWord kind={KINDS[status] ?? 'warn'} word={words().statuses[status] ?? status} />
            {tested_at && (
              <small>
                {words().tested} <Moment at={tested_at} />
              </small>
            )}
          </>
        ) : (
          <StatusWord kind="off" word={words().notSet} />
        )}
      </div>
      <div className={classes.actions}>
        {isSet && (
          <Button variant="subtle" color="gray" onClick={onLook}>
            {words().history}
          </Button>
        )}
        {mayWrite && isSet && (
          <Tooltip label={words().cannotTest} disabled={canBeTested}>
            <Button variant="default" onClick={() => void run()} loading={isBusy} disabled={!canBeTested}>
              {words().test}
            </Button>
          </Tooltip>
        )}
        {mayWrite && (
          <Button variant="default" onClick={onEdit}>
            {isSet ? words().edit : words().setUp}
          </Button>
        )}
      </div>
      {status === 'failing' && problem && <TestProblem problem={problem} />}
    </li>
  );
}
