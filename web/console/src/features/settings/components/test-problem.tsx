import * as v from 'valibot';
import classes from './platforms.module.css';

const schema = v.object({ what: v.string(), advice: v.string() });

/** Why a connection test failed, in the hub's words. */
export function TestProblem({ problem }: { problem: unknown }) {
  const known = v.safeParse(schema, problem);
  if (!known.success) return null;
  return (
    <p className={classes.problem}>
      <strong>{known.output.what}</strong> {known.output.advice}
    </p>
  );
}
