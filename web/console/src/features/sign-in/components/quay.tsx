/** Containers on a quay, some on their way: the picture beside the door. Drawn, not loaded. */
import classes from './door.module.css';

const ROWS = [
  [0, 2, 1, 3, 1, 0, 2, 4, 1, 2],
  [2, 1, 4, 2, 3, 1, 2, 1, 3, 0],
  [1, 3, 2, 1, 2, 4, 1, 2, 1, 2],
];
const FILLS = ['#12515b', '#17656f', '#1f8290', '#0f4049', '#5cb8c4'];

export function Quay() {
  return (
    <svg className={classes.quay} viewBox="0 0 640 132" aria-hidden="true">
      {ROWS.map((row, y) =>
        row.map((fill, x) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the picture never changes
            key={`${y}-${x}`}
            x={x * 64 + (y === 0 ? 22 : 0)}
            y={y * 42}
            width="58"
            height="36"
            rx="3"
            fill={FILLS[fill]}
            opacity={y === 0 && x % 3 === 0 ? 0 : 1}
          />
        )),
      )}
    </svg>
  );
}
