import { BrandMark } from '@/shared/components/brand-mark';

/** What stands there until the hub says who is signed in; `index.html` draws the same before any script runs. */
export function Splash() {
  return (
    <div className="splash">
      <BrandMark size={40} />
    </div>
  );
}
