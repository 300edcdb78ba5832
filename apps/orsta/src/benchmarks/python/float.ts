/** Floats as Python writes, reads and rounds them. */

const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*)?\.?(?:\d+(?:_\d+)*)?(?:e[+-]?\d+(?:_\d+)*)?|inf(?:inity)?|nan)$/i;
/** What nearly all numbers look like, and what JavaScript reads the same way. */
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const ASCII = /^[\x20-\x7e]*$/;
const INTEGER = /^[+-]?\d+(?:_\d+)*$/;

/** `repr` of a float: `1.0`, `1e+16`, `1e-05`, `inf`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', power = ''] = value.toExponential().split('e');
    const sign = power.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** `float(text)`; undefined where Python raises ValueError. */
export function parseFloatText(text: string): number | undefined {
  if (PLAIN.test(text)) return Number(text);
  const trimmed = asciiDigits(text.trim());
  if (!FLOAT.test(trimmed) || !/[\da-z]/i.test(trimmed) || /^[+-]?\.?e/i.test(trimmed) || /^[+-]?\.$/.test(trimmed)) return undefined;
  const lower = trimmed.toLowerCase().replaceAll('_', '');
  if (lower.includes('nan')) return NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return Number(lower);
}

/** Digits of all scripts as 0 to 9; each script has its ten in a row, without a gap. */
function asciiDigits(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = Number(digit.codePointAt(0));
    let start = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
    return String((code - start) % 10);
  });
}

/** `int(text)`; undefined where Python raises ValueError. */
export function parseIntText(text: string): number | undefined {
  const trimmed = asciiDigits(text.trim());
  return INTEGER.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined;
}

/** `round(value, digits)` for 0 or more digits: to the nearest decimal, and where the exact binary value lies in the middle, to the even one. */
export function round(value: number, digits: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  const [whole, ...fraction] = exactDecimal(Math.abs(value));
  const kept = fraction.slice(0, digits).join('').padEnd(digits, '0');
  const rest = fraction.slice(digits).join('');
  const units = BigInt(`${whole ?? '0'}${kept}`);
  const middle = /^50*$/.test(rest);
  const up = middle ? units % 2n === 1n : rest >= '5';
  const text = String(up ? units + 1n : units).padStart(digits + 1, '0');
  const rounded = Number(`${text.slice(0, text.length - digits)}.${text.slice(text.length - digits)}`);
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** The whole part and each decimal of the exact value of a double. */
function exactDecimal(value: number): string[] {
  const whole = Math.trunc(value);
  let numerator = value - whole;
  let power = 0;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    power += 1;
  }
  const fraction = (BigInt(numerator) * 5n ** BigInt(power)).toString();
  return [BigInt(whole).toString(), ...(power === 0 ? [] : fraction.padStart(power, '0').split(''))];
}
