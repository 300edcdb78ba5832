// Numeric definite integrals and derivatives, with an error estimate from two resolutions.
// Improper integrals, endless sums and limits are left out: they compare by form.
import { scaleComplex, addComplex, modulus, type Complex } from './complex.ts';

/** A function of one real variable; null where it is undefined. */
export type RealFunction = (x: number) => Complex | null;

const NODES = Float64Array.of(0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664);
const WEIGHTS = Float64Array.of(0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908);

function gauss(f: RealFunction, range: readonly [number, number], panels: number): Complex | null {
  const width = (range[1] - range[0]) / panels;
  let total: Complex | null = { re: 0, im: 0, error: 0 };
  for (let panel = 0; panel < panels; panel += 1)
    for (let i = 0; i < NODES.length && total; i += 1) {
      const value = f(range[0] + width * (panel + 0.5 + 0.5 * NODES[i]!));
      total = value && addComplex(total, scaleComplex(value, WEIGHTS[i]! * width * 0.5));
    }
  return total;
}

function withError(fine: Complex, coarse: Complex): Complex {
  return {
    ...fine,
    error: fine.error + Math.hypot(fine.re - coarse.re, fine.im - coarse.im),
  };
}

/** The integral of f from a to b by composite five-point Gauss quadrature; null where it does not settle to about eight digits. */
export function integrate(f: RealFunction, a: number, b: number): Complex | null {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
  const coarse = gauss(f, [a, b], 12);
  const fine = coarse && gauss(f, [a, b], 24);
  const value = fine && coarse && withError(fine, coarse);
  return value && value.error < 1e-8 * (1 + modulus(value)) ? value : null;
}

function difference(f: RealFunction, x: number, step: number): Complex | null {
  const [up, down] = [f(x + step), f(x - step)];
  const gap = up && down && addComplex(up, scaleComplex(down, -1));
  return gap && scaleComplex(gap, 1 / (2 * step));
}

/** The derivative of f at x by two extrapolated central differences. */
export function differentiate(f: RealFunction, x: number): Complex | null {
  const extrapolated = (step: number): Complex | null => {
    const [wide, near] = [difference(f, x, step), difference(f, x, step / 2)];
    return wide && near && addComplex(scaleComplex(near, 4 / 3), scaleComplex(wide, -1 / 3));
  };
  const [coarse, fine] = [extrapolated(4e-3), extrapolated(2e-3)];
  return coarse && fine && withError(fine, coarse);
}
