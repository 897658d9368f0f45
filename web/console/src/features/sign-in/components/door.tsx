/** What stands around every screen for somebody who is not signed in. */
import { Outlet } from '@tanstack/react-router';
import { BrandMark } from '@/shared/components/brand-mark';
import { words } from '../words';
import classes from './door.module.css';
import { Quay } from './quay';

export function Door() {
  return (
    <div className={classes.door}>
      <aside className={classes.aside}>
        <div className={classes.brand}>
          <BrandMark size={28} /> Entrepot
        </div>
        <div>
          <p className={classes.promise}>{words().promise}</p>
          <ul className={classes.points}>
            {words().points.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
        </div>
        <Quay />
      </aside>
      <main className={classes.main}>
        <div className={classes.form}>
          <div className={classes.smallBrand}>
            <BrandMark size={28} /> Entrepot
          </div>
          <Outlet />
        </div>
      </main>
    </div>
  );
}
