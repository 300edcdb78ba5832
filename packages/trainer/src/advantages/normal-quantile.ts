import { TrainerError } from '../errors.ts';

// Coefficients of algorithm AS 241 (Wichura, Applied Statistics 37, 1988), lowest power first.
const CENTER = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
    2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854,
  ],
] as const;
const TAIL = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
] as const;

/**
 * Quantile of the standard normal distribution, to about 1e-15.
 *
 * @param probability within `[1e-10, 1 - 1e-10]`
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 1e-10 && probability <= 1 - 1e-10))
    throw new TrainerError(
      'invalid_batch',
      `A quantile was asked for the probability ${String(probability)}; it must lie within 1e-10 of 0 and 1.`,
    );
  const distance = probability - 0.5;
  if (Math.abs(distance) <= 0.425) return distance * ratio(CENTER, 0.180625 - distance * distance);
  const tail = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  return Math.sign(distance) * ratio(TAIL, tail - 1.6);
}

function ratio([upper, lower]: readonly [readonly number[], readonly number[]], x: number): number {
  return polynomial(upper, x) / polynomial(lower, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
