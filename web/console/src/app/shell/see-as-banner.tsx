/** Reminds somebody who narrowed the session that it is narrowed. */
import { IconEye } from '@tabler/icons-react';
import { answer, api } from '@/lib/api/client';
import { renewSession, useSession } from '@/lib/session';
import { words as sharedWords } from '@/shared/words';
import { words } from '../words';
import classes from './banner.module.css';

export function SeeAsBanner() {
  const { current } = useSession();
  const role = current.see_as;
  if (!role) return null;
  const beYourself = async () => {
    await answer(api.POST('/api/v1/sessions/current/see-as', { body: { role: null } }));
    await renewSession();
  };
  return (
    <div className={classes.banner} data-kind="info">
      <IconEye size={16} aria-hidden="true" />
      <span>{words().seeingAs(sharedWords().roles[role] ?? role)}</span>
      <button type="button" onClick={() => void beYourself()}>
        {words().beYourself}
      </button>
    </div>
  );
}
