/** Times as people say them: how long ago, with the exact moment for whoever wants it. */
const UNITS: [seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `3 min. ago`, `in 2 days`; after a month the day itself. */
export function ago(moment: number, now: number): string {
  const seconds = Math.round((moment - now) / 1_000);
  const size = Math.abs(seconds);
  if (size > 30 * 86_400) return day.format(moment);
  const [per, unit] = UNITS.find(([at]) => size >= at) ?? [1, 'second'];
  return relative.format(Math.trunc(seconds / per), unit);
}

/** The whole moment, in this browser's zone. */
export function exactly(moment: number): string {
  return exact.format(moment);
}

/** Hours, minutes, seconds. */
export function clockTime(moment: number): string {
  return clock.format(moment);
}

/** `4.2 s`, `38 s`, `3 min`, `2 h`: how old something is. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h`;
}

/** `0:07`, `14:32`: what is left until a deadline. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
