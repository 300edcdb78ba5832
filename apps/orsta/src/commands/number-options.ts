import { InvalidArgumentError } from 'commander';

/** A whole number from 0 on. */
export function whole(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A whole number from 1 on: of nothing there is no accuracy, and a count of 0 would end in a table of zeros. */
export function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** A number from 0 on. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number from 0 on.');
  return value;
}
