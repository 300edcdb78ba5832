/** MEGA-Bench's comparison of numbers, one percent apart at most; texts are compared where one of the two is no number. */
import { at } from '@vtriune/format/at';
import { str, type PyValue } from '../../python/value.ts';
import { simple } from '../metric-text.ts';
import { numericValue, type Numeric } from './numeric-value.ts';

const BOXED = /\\boxed\{((?:[^{}]+|\{[^{}]*\})*)\}/;

/** The numbers that both answers give, `3.5` in `x = 3.5` for example. */
export function numericMatch(response: PyValue, right: PyValue): number {
  const [answered, expected] = [response, right].map((value) => assigned(withoutBrackets(str(value)))) as [string, string];
  const [a, b] = [numericValue(answered), numericValue(expected)];
  if (a === undefined || b === undefined) return simple(answered, expected);
  return Number(isClose(a, b));
}

/** The same for what is in `\boxed{...}`, where there is one. */
export function boxedNumericMatch(response: PyValue, right: PyValue): number {
  return numericMatch(boxed(str(response)), boxed(str(right)));
}

function boxed(text: string): string {
  return BOXED.exec(text)?.[1] ?? text;
}

function withoutBrackets(text: string): string {
  return text.replace(/\\\((.*?)\\\)/g, '$1').replace(/\\\[(.*?)\\\]/g, '$1');
}

function assigned(text: string): string {
  return /(?:=|≈|\\approx)\s*(.+)/.exec(text)?.[1]?.trim() ?? text;
}

/** Lists are compared sorted. Tuples, and lists with anything but numbers in them, are never equal in the authors' code. */
function isClose(answered: Numeric, expected: Numeric): boolean {
  if (typeof answered === 'number' && typeof expected === 'number') return isNear(answered, expected);
  if (typeof answered === 'number' || typeof expected === 'number') return false;
  if (answered.type !== 'list' || expected.type !== 'list' || answered.items.length !== expected.items.length) return false;
  const [a, b] = [answered.items, expected.items].map((items) =>
    items.map((item) => (typeof item === 'object' ? NaN : Number(item))).sort((x, y) => x - y),
  ) as [number[], number[]];
  return a.every((own, index) => isNear(own, at(b, index)));
}

function isNear(answered: number, expected: number): boolean {
  const tolerance = Math.abs(expected) * 0.01;
  return answered >= expected - tolerance && answered <= expected + tolerance;
}
