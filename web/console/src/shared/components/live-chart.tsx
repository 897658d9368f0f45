/** A live series over the last minutes: one line, one idea, both axes labelled. */
import 'uplot/dist/uPlot.min.css';
import { useMantineColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import { clockTime } from '../format/time';
import classes from './live-chart.module.css';

export interface Sample {
  /** Milliseconds. */
  at: number;
  value: number;
}

interface LiveChartProps {
  samples: readonly Sample[];
  label: string;
  unit: string;
  height?: number;
  spanS?: number;
}

/** A token's colour as the canvas needs it: resolved by the browser on an element that has it. */
function colour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

function options(width: number, height: number, spanS: number): uPlot.Options {
  const axis = { stroke: colour('--ink-2'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const font = '11px "Inter Variable", system-ui, sans-serif';
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: {
      // Before the first sample the last minutes are empty, not the year 1970.
      x: { range: (_, __, max) => [(max || Date.now() / 1_000) - spanS, max || Date.now() / 1_000] },
      y: { range: (_, __, max) => [0, Math.max(4, (max ?? 0) * 1.15)] },
    },
    axes: [
      {
        ...axis,
        font,
        size: 26,
        space: 90,
        grid: { show: false },
        values: (_, ticks) => ticks.map((s) => clockTime(s * 1_000)),
      },
      { ...axis, font, size: 44, space: 36 },
    ],
    series: [{}, { stroke: colour('--accent'), width: 1.75, fill: colour('--accent-soft'), points: { show: false } }],
  };
}

export function LiveChart({ samples, label, unit, height = 180, spanS = 180 }: LiveChartProps) {
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const { colorScheme } = useMantineColorScheme();
  const data = useMemo<uPlot.AlignedData>(
    () => [samples.map(({ at }) => at / 1_000), samples.map(({ value }) => value)],
    [samples],
  );
  const latest = useRef(data);
  latest.current = data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the scheme changes
  useEffect(() => {
    if (!place.current || width === 0) return;
    plot.current = new uPlot(options(width, height, spanS), latest.current, place.current);
    return () => plot.current?.destroy();
  }, [width, height, spanS, colorScheme]);
  useEffect(() => plot.current?.setData(data), [data]);
  const last = samples.at(-1)?.value;
  return (
    <figure className={classes.chart} ref={ref}>
      <figcaption>
        {label} <span className="quiet">{unit}</span>
      </figcaption>
      <div ref={place} role="img" aria-label={`${label}: ${last ?? '–'} ${unit}`} style={{ height }} />
    </figure>
  );
}
