import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { words } from '../words';
import classes from './door.module.css';

/** After something that a letter answers. */
export function LetterSent({ email }: { email: string }) {
  return (
    <>
      <h1 className={classes.title}>{words().letterTitle}</h1>
      <p className={classes.lead}>{words().letterLead(email)}</p>
      <Anchor component={Link} to="/sign-in" fz="sm">
        {words().backToSignIn}
      </Anchor>
    </>
  );
}
