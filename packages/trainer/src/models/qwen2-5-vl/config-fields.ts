import { showValue } from '@vtriune/format/show-value';
import { TrainerError } from '../../errors.ts';

/** A JSON object of `config.json`. */
export type Fields = Readonly<Record<string, unknown>>;

/** The error of a field of `config.json`: its value, what is allowed, what to do. */
export function invalidField(key: string, value: unknown, allowed: string): TrainerError {
  return new TrainerError(
    'invalid_checkpoint',
    `config.json: ${key} is ${value === undefined ? 'missing' : showValue(value)}; ${allowed}. Correct the file, or use another Qwen2.5-VL checkpoint.`,
  );
}

/** An object. */
export function record(value: unknown, key: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalidField(key, value, 'an object is needed');
}

/** A positive whole number that must be there. */
export function integer(source: Fields, key: string): number {
  const value = source[key];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalidField(key, value, 'a whole number of at least 0 is needed');
}

/** A positive number, or the value that transformers takes where the field is absent. */
export function numberOr(source: Fields, key: string, fallback: number): number {
  const value = source[key];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw invalidField(key, value, 'a positive number is needed');
}

/** Throws where a field is there and has another value than the one that this engine computes. */
export function mustBe(key: string, value: unknown, only: string): void {
  if (value === undefined || value === null || value === only) return;
  throw invalidField(key, value, `this engine computes ${JSON.stringify(only)} only`);
}
