// Mean, deviation, and maximum of numbers that are not kept. Two spreads merge into the spread of all their numbers
// (Chan, Golub and LeVeque 1979), so that processes can measure apart.

/** Count, sum, squared differences and maximum of some numbers. */
export interface Spread {
  count: number;
  sum: number;
  /** Sum of squared differences from the mean. */
  squares: number;
  /** -Infinity while there are no numbers. */
  max: number;
}

/** The spread of no numbers. */
export function createSpread(): Spread {
  return { count: 0, sum: 0, squares: 0, max: -Infinity };
}

/** Adds a number; one that is not finite is left out. */
export function addToSpread(spread: Spread, value: number): void {
  if (!Number.isFinite(value)) return;
  if (spread.count > 0) {
    const difference = value - spread.sum / spread.count;
    spread.squares += difference * difference * (spread.count / (spread.count + 1));
  }
  spread.sum += value;
  spread.count += 1;
  if (value > spread.max) spread.max = value;
}

/** Adds the numbers of another spread. */
export function addSpread(spread: Spread, other: Spread): void {
  if (other.count === 0) return;
  if (spread.count > 0) {
    const difference = other.sum / other.count - spread.sum / spread.count;
    spread.squares += difference * difference * ((spread.count * other.count) / (spread.count + other.count));
  }
  spread.squares += other.squares;
  spread.sum += other.sum;
  spread.count += other.count;
  spread.max = Math.max(spread.max, other.max);
}

/** The mean; NaN without numbers. */
export function centerOf({ count, sum }: Spread): number {
  return sum / count;
}

/** The standard deviation of the numbers as a population; NaN without numbers. */
export function deviationOf({ count, squares }: Spread): number {
  return Math.sqrt(squares / count);
}
