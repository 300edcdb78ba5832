// Complex numbers in double precision that carry a bound of their own rounding error.
// The bound is what makes an identity test at points sound: two values are equal when they differ by no more than what rounding can
// explain, so e^(-40) and 0 are different although both are tiny, while sin(pi) and 0 are not.
// A value that overflows, underflows to 0 or is undefined is null: nothing can be said there.

/** re + im*i, with |true value - value| estimated to be at most `error`. */
export interface Complex {
  readonly re: number;
  readonly im: number;
  readonly error: number;
}

const EPSILON = 2.3e-16;

/** |z|. */
export function modulus(z: Complex): number {
  return z.im === 0 ? Math.abs(z.re) : Math.hypot(z.re, z.im);
}

function finite(re: number, im: number, error: number): Complex | null {
  const total = error + EPSILON * (Math.abs(re) + Math.abs(im));
  return Number.isFinite(re) && Number.isFinite(im) && Number.isFinite(total) ? { re, im, error: total } : null;
}

/** An exactly known real number. */
export function real(re: number, error = 0): Complex | null {
  return finite(re, 0, error);
}

/** a + b. */
export function addComplex(a: Complex, b: Complex): Complex | null {
  return finite(a.re + b.re, a.im + b.im, a.error + b.error);
}

/** a * b. */
export function mulComplex(a: Complex, b: Complex): Complex | null {
  const error = modulus(a) * b.error + modulus(b) * a.error + a.error * b.error;
  const result =
    a.im === 0 && b.im === 0
      ? finite(a.re * b.re, 0, error)
      : finite(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, error + EPSILON * modulus(a) * modulus(b));
  const lost = result && modulus(result) === 0 && modulus(a) !== 0 && modulus(b) !== 0;
  return lost ? null : result;
}

/** 1 / a; null at 0 (also where a cannot be told from 0). */
export function invert(a: Complex): Complex | null {
  const size = modulus(a);
  if (size <= a.error * 4) return null;
  const square = size * size;
  if (square === 0 || !Number.isFinite(square)) return a.im === 0 ? finite(1 / a.re, 0, a.error / size / size) : null;
  return finite(a.re / square, a.im === 0 ? 0 : -a.im / square, a.error / square);
}

/** e^a. */
export function expComplex(a: Complex): Complex | null {
  const size = Math.exp(a.re);
  if (size === 0) return null;
  const error = size * a.error * 1.01;
  return a.im === 0
    ? finite(size, 0, error)
    : finite(size * Math.cos(a.im), size * Math.sin(a.im), error + EPSILON * size * (1 + Math.abs(a.im)));
}

/** Principal logarithm; null at 0. */
export function logComplex(a: Complex): Complex | null {
  const size = modulus(a);
  if (size <= a.error * 4) return null;
  return finite(Math.log(size), a.im === 0 && a.re > 0 ? 0 : Math.atan2(a.im, a.re), a.error / size + EPSILON);
}

function square(a: Complex): Complex | null {
  return mulComplex(a, a);
}

function wholePower(base: Complex, exponent: number): Complex | null {
  let result: Complex | null = { re: 1, im: 0, error: 0 };
  let factor: Complex | null = base;
  for (let n = Math.abs(exponent); n > 0 && result && factor; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = mulComplex(result, factor);
    if (n > 1) factor = square(factor);
  }
  return result && exponent < 0 ? invert(result) : result;
}

/** base^exponent, principal value. */
export function powComplex(base: Complex, exponent: Complex): Complex | null {
  if (exponent.im === 0 && exponent.error <= EPSILON * Math.abs(exponent.re)) {
    if (Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) return wholePower(base, exponent.re);
    if (exponent.re === 0.5) return sqrtComplex(base);
  }
  if (base.re === 0 && base.im === 0 && base.error === 0) return exponent.re > 0 && exponent.im === 0 ? base : null;
  const logarithm = logComplex(base);
  const scaled = logarithm && mulComplex(logarithm, exponent);
  return scaled && expComplex(scaled);
}

/** Principal square root. */
export function sqrtComplex(a: Complex): Complex | null {
  const size = Math.sqrt(modulus(a));
  const error = size === 0 ? Math.sqrt(a.error) : Math.min(Math.sqrt(a.error), a.error / size);
  if (a.im === 0) return a.re >= 0 ? finite(size, 0, error) : finite(0, size, error);
  const re = Math.sqrt((modulus(a) + a.re) / 2);
  const im = Math.sqrt((modulus(a) - a.re) / 2);
  return finite(re, a.im < 0 ? -im : im, error + EPSILON * size * 2);
}

/** a * factor for an exactly known real factor. */
export function scaleComplex(a: Complex, factor: number): Complex {
  return {
    re: a.re * factor,
    im: a.im * factor,
    error: a.error * Math.abs(factor),
  };
}
function timesI(a: Complex): Complex {
  return { re: -a.im, im: a.re, error: a.error };
}
function minus(a: Complex): Complex {
  return scaleComplex(a, -1);
}
const UNIT: Complex = { re: 1, im: 0, error: 0 };

function chain(a: Complex | null, ...steps: readonly ((z: Complex) => Complex | null)[]): Complex | null {
  return steps.reduce<Complex | null>((value, step) => value && step(value), a);
}

function quotient(a: Complex | null, b: Complex | null): Complex | null {
  const inverse = b && invert(b);
  return a && inverse && mulComplex(a, inverse);
}

function sinh(z: Complex): Complex | null {
  return chain(expPair(z, -1), (w) => scaleComplex(w, 0.5));
}
function cosh(z: Complex): Complex | null {
  return chain(expPair(z, 1), (w) => scaleComplex(w, 0.5));
}
function expPair(z: Complex, sign: number): Complex | null {
  const [up, down] = [expComplex(z), expComplex(minus(z))];
  return up && down && addComplex(up, scaleComplex(down, sign));
}

function sin(z: Complex): Complex | null {
  return z.im === 0 ? finite(Math.sin(z.re), 0, z.error + EPSILON) : chain(sinh(timesI(z)), timesI, minus);
}
function cos(z: Complex): Complex | null {
  return z.im === 0 ? finite(Math.cos(z.re), 0, z.error + EPSILON) : cosh(timesI(z));
}

/** -i * log(i z + sqrt(1 - z^2)). */
function asin(z: Complex): Complex | null {
  const root = chain(square(z), minus, (w) => addComplex(w, UNIT), sqrtComplex);
  if (z.im === 0 && Math.abs(z.re) <= 1) return finite(Math.asin(z.re), 0, z.error / Math.max(1e-8, Math.sqrt(1 - z.re * z.re)) + EPSILON);
  return chain(root && addComplex(timesI(z), root), logComplex, timesI, minus);
}
const HALF_PI: Complex = { re: Math.PI / 2, im: 0, error: EPSILON };
function acos(z: Complex): Complex | null {
  return chain(asin(z), minus, (w) => addComplex(w, HALF_PI));
}
function asinh(z: Complex): Complex | null {
  return chain(asin(timesI(z)), timesI, minus);
}
function atanh(z: Complex): Complex | null {
  const [up, down] = [chain(addComplex(UNIT, z), logComplex), chain(addComplex(UNIT, minus(z)), logComplex)];
  return up && down && scaleComplex(addComplex(up, minus(down)) ?? up, 0.5);
}
function atan(z: Complex): Complex | null {
  return z.im === 0 ? finite(Math.atan(z.re), 0, z.error) : chain(atanh(timesI(z)), timesI, minus);
}
function acosh(z: Complex): Complex | null {
  const [up, down] = [chain(addComplex(z, UNIT), sqrtComplex), chain(addComplex(z, minus(UNIT)), sqrtComplex)];
  const product = up && down && mulComplex(up, down);
  return chain(product && addComplex(z, product), logComplex);
}

type Map1 = (z: Complex) => Complex | null;

/** Functions of one complex variable by name. */
export const COMPLEX_FUNCTIONS: ReadonlyMap<string, Map1> = new Map<string, Map1>([
  ['sin', sin],
  ['cos', cos],
  ['tan', (z) => quotient(sin(z), cos(z))],
  ['cot', (z) => quotient(cos(z), sin(z))],
  ['sec', (z) => chain(cos(z), invert)],
  ['csc', (z) => chain(sin(z), invert)],
  ['asin', asin],
  ['acos', acos],
  ['atan', atan],
  ['acot', (z) => chain(invert(z), atan)],
  ['asec', (z) => chain(invert(z), acos)],
  ['acsc', (z) => chain(invert(z), asin)],
  ['sinh', sinh],
  ['cosh', cosh],
  ['tanh', (z) => quotient(sinh(z), cosh(z))],
  ['asinh', asinh],
  ['acosh', acosh],
  ['atanh', atanh],
  ['abs', (z) => finite(modulus(z), 0, z.error)],
]);
