/** A line in a row: which way a number went. Steps, because stock does not glide. */
import classes from './sparkline.module.css';

interface SparklineProps {
  points: readonly { at: number; available: number }[];
  /** What it is at the right end. */
  current: number;
  width?: number;
  height?: number;
}

export function Sparkline({ points, current, width = 84, height = 20 }: SparklineProps) {
  const values = [...points.map(({ available }) => available), current];
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const y = (value: number) => (span === 0 ? height / 2 : height - 2 - ((value - low) / span) * (height - 4));
  const step = width / Math.max(values.length - 1, 1);
  const path = values.map((value, n) =>
    n === 0 ? `M0 ${y(value)}` : `H${(n * step).toFixed(1)}V${y(value).toFixed(1)}`,
  );
  const isFlat = points.length === 0;
  return (
    <svg className={classes.line} width={width} height={height} data-flat={isFlat || undefined} aria-hidden="true">
      <path d={isFlat ? `M0 ${height / 2}H${width}` : path.join('')} />
      {!isFlat && <circle cx={width - 2} cy={y(current)} r="2" />}
    </svg>
  );
}
