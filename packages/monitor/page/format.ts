/** A number for people: four significant digits, small ones with an exponent. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
  if (size >= 1000) return value.toFixed(0);
  return String(Number(value.toPrecision(4)));
}

/** Seconds as `42s`, `3m05s` or `2h10m`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${String(whole)}s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))}m${two(whole % 60)}s`;
  return `${String(Math.floor(whole / 3600))}h${two(Math.floor((whole % 3600) / 60))}m`;
}

/** How long ago a moment was. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, (Date.now() - milliseconds) / 1000);
  if (seconds < 5) return 'now';
  if (seconds < 86_400) return `${formatSeconds(seconds)} ago`;
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** A whole number with spaces between thousands. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ');
}
