import type { Histogram } from './tensorboard-event.ts';

const BINS = 30;

/** Bins of equal width between the smallest and the largest number; undefined without finite numbers. */
export function histogramOf(numbers: readonly number[]): Histogram | undefined {
  const finite = numbers.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  const bins = min === max ? 1 : BINS;
  const limits = Array.from({ length: bins }, (_, bin) => (bin === bins - 1 ? max : min + ((max - min) * (bin + 1)) / bins));
  const counts = limits.map(() => 0);
  for (const value of finite) {
    const bin = limits.findIndex((limit) => value <= limit);
    counts[bin]! += 1;
  }
  const sum = finite.reduce((total, value) => total + value, 0);
  const sumOfSquares = finite.reduce((total, value) => total + value * value, 0);
  return { min, max, sum, sumOfSquares, limits, counts };
}
