import { rational, type Rational } from '@vtriune/verifiers/math';
import { LatexError } from './tokens.ts';

/** An exact fraction; the denominator is not 0. Throws `LatexError` beyond some ten thousand digits. */
export function fraction(numerator: bigint, denominator: bigint): Rational {
  const found = rational(numerator, denominator);
  if (found === null) throw new LatexError('a number is too long');
  return found;
}

/** The exact value of digits with or without decimals: `0.25` is 1/4. */
export function decimal(text: string): Rational {
  const [whole = '', decimals = ''] = text.split('.');
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}
