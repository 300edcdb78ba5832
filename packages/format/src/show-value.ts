/**
 * A value as it appears in a message: its JSON, cut to `most` characters. Takes anything, also what JSON has no words for:
 * `showValue(10n)` is `10n`, `showValue(NaN)` is `NaN`, `showValue(undefined)` is `undefined`, bytes are `3 bytes`.
 */
export function showValue(value: unknown, most = 80): string {
  const text = textOf(value);
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return `${String(value.length)} bytes`;
  if (typeof value === 'bigint') return `${String(value)}n`;
  // JSON has no NaN and no infinity, and would say null.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value, withoutBigInts) ?? String(value);
  } catch {
    // It holds itself, or throws when it is read.
    return Array.isArray(value) ? 'a list that JSON cannot hold' : 'an object that JSON cannot hold';
  }
}

function withoutBigInts(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${String(value)}n` : value;
}
