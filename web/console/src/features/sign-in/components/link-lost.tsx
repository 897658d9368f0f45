import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { words } from '../words';
import classes from './door.module.css';

/** A letter's link without its token. */
export function LinkLost() {
  return (
    <>
      <h1 className={classes.title}>{words().linkLost}</h1>
      <p className={classes.lead}>{words().linkLostLead}</p>
      <Anchor component={Link} to="/sign-in" fz="sm">
        {words().backToSignIn}
      </Anchor>
    </>
  );
}
