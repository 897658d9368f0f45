/** Looks at any past second. The moment looked at stands in the URL. */
import { SegmentedControl, Slider } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { clockTime, exactly } from '@/shared/format/time';
import { words } from '../words';
import classes from './time-slider.module.css';

const SPANS = { hour: 3_600, day: 86_400, week: 604_800 };
type Span = keyof typeof SPANS;

interface TimeSliderProps {
  at: string | undefined;
  onChange(at: string | undefined): void;
}

/** The shortest span that reaches back to the moment. */
function spanFor(at: string | undefined): Span {
  const back = at === undefined ? 0 : (Date.now() - Date.parse(at)) / 1_000;
  if (back < SPANS.hour) return 'hour';
  return back < SPANS.day ? 'day' : 'week';
}

export function TimeSlider({ at, onChange }: TimeSliderProps) {
  const [span, setSpan] = useState(() => spanFor(at));
  // Fixed while the screen is open, so that the handle stays where it was put.
  const [end] = useState(() => Math.ceil(Date.now() / 1_000));
  const seconds = SPANS[span];
  const shown = at === undefined ? seconds : Math.max(seconds - (end - Math.round(Date.parse(at) / 1_000)), 0);
  const [value, setValue] = useState(shown);
  const ask = useDebouncedCallback((next: number) => {
    const moment = new Date((end - seconds + next) * 1_000).toISOString();
    onChange(next >= seconds ? undefined : moment);
  }, 120);
  const label = (next: number) => {
    if (next >= seconds) return words().now;
    const moment = (end - seconds + next) * 1_000;
    return span === 'hour' ? clockTime(moment) : exactly(moment);
  };
  return (
    <div className={classes.slider}>
      <Slider
        className={classes.track}
        size="sm"
        thumbLabel={words().timeTravel}
        min={0}
        max={seconds}
        step={1}
        value={at === undefined ? seconds : value}
        label={label}
        onChange={(next) => {
          setValue(next);
          ask(next);
        }}
      />
      <SegmentedControl
        size="xs"
        value={span}
        onChange={(next) => {
          setSpan(next as Span);
          setValue(SPANS[next as Span]);
          onChange(undefined);
        }}
        data={Object.keys(SPANS).map((one) => ({ value: one, label: words().spans[one] ?? one }))}
        aria-label={words().timeTravel}
      />
    </div>
  );
}
