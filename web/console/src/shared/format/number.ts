/** Quantities and rates, the same everywhere. */
const whole = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `12,480` */
export function units(quantity: number): string {
  return whole.format(quantity).replace('-', '−');
}

/** `+12`, `−3`, `0` */
export function signed(quantity: number): string {
  return quantity > 0 ? `+${units(quantity)}` : units(quantity);
}

/** `1.2K` where there is no room. */
export function compact(quantity: number): string {
  return quantity < 10_000 ? units(quantity) : short.format(quantity);
}

/** `4.1 ms`, `920 µs` is never shown: three figures are enough. */
export function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : units(Math.round(ms));
}

/** `37 %` */
export function percent(part: number, whole_: number): string {
  return whole_ === 0 ? '0 %' : `${Math.round((part / whole_) * 100)} %`;
}
