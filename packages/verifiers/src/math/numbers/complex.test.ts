import { describe, expect, it } from 'vitest';
import {
  addComplex,
  COMPLEX_FUNCTIONS,
  expComplex,
  invert,
  logComplex,
  modulus,
  mulComplex,
  powComplex,
  real,
  sqrtComplex,
  type Complex,
} from './complex.ts';

function z(re: number, im = 0): Complex {
  return { re, im, error: 0 };
}
function close(a: Complex | null, b: Complex): boolean {
  return a !== null && Math.hypot(a.re - b.re, a.im - b.im) < 1e-12 + 4 * a.error;
}
function apply(name: string, value: Complex): Complex | null {
  return COMPLEX_FUNCTIONS.get(name)?.(value) ?? null;
}

describe('complex numbers', () => {
  it('calculates', () => {
    expect(close(mulComplex(z(1, 2), z(3, -1)), z(5, 5))).toBe(true);
    expect(close(invert(z(0, 2)), z(0, -0.5))).toBe(true);
    expect(close(sqrtComplex(z(-4)), z(0, 2))).toBe(true);
    expect(close(powComplex(z(2), z(10)), z(1024))).toBe(true);
    expect(close(powComplex(z(-8), z(1 / 3)), z(1, Math.sqrt(3)))).toBe(true);
    expect(modulus(z(3, 4))).toBe(5);
  });

  it.each([0.3, -0.7, 1.9, -2.4])('inverts the inverse functions at %d', (x) => {
    for (const name of ['sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'sec', 'csc', 'cot']) {
      const inverse = apply(`a${name}`, z(x));
      if (inverse && COMPLEX_FUNCTIONS.has(`a${name}`)) expect(close(apply(name, inverse), z(x)), `${name} ${x}`).toBe(true);
    }
  });

  it('has no value where there is none', () => {
    expect(invert(z(0))).toBeNull();
    expect(logComplex(z(0))).toBeNull();
    expect(expComplex(z(-1000))).toBeNull();
    expect(expComplex(z(1000))).toBeNull();
    expect(real(Number.POSITIVE_INFINITY)).toBeNull();
  });

  it('bounds cancellation', () => {
    const sum = addComplex({ re: 1e10, im: 0, error: 1e-6 }, { re: -1e10, im: 0, error: 1e-6 });
    expect(sum?.error).toBeGreaterThan(1e-6);
  });
});
