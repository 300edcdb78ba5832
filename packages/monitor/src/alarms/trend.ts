// What the rules compare: the first values of a series, its newest ones, and the best in between. A trend holds two windows, however long the
// series is.

/** A series of numbers of which the first and the last window are kept. */
export interface Trend {
  add(value: number): void;
  /** Numbers seen so far. */
  readonly count: number;
  /** The first window; it may not be full yet. */
  readonly first: readonly number[];
  /** The newest window; it may not be full yet. */
  readonly recent: readonly number[];
  /** Standard deviation of the numbers around their course, from the differences of neighbors; NaN before there are two. */
  readonly noise: number;
  /** The highest mean of a full window that ended before the newest window began; undefined before two windows have passed. */
  readonly best: number | undefined;
}

/** An empty trend of windows of this many values. */
export function createTrend(window: number): Trend {
  const first: number[] = [];
  // Two windows, so that the older one can compete for the best.
  const latest: number[] = [];
  let count = 0;
  let best: number | undefined;
  let jumps = 0;
  return {
    add(value) {
      const previous = latest.at(-1);
      if (previous !== undefined) jumps += (value - previous) ** 2;
      count += 1;
      if (first.length < window) first.push(value);
      latest.push(value);
      if (latest.length > 2 * window) latest.shift();
      if (latest.length < 2 * window) return;
      best = Math.max(best ?? -Infinity, meanOf(latest.slice(0, window)));
    },
    get count() {
      return count;
    },
    first,
    get recent() {
      return latest.slice(-window);
    },
    get noise() {
      return Math.sqrt(jumps / (2 * (count - 1)));
    },
    get best() {
      return best;
    },
  };
}

/** The mean; NaN without numbers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle number; NaN without numbers. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return meanOf(middle);
}

/**
 * Whether two means of `count` numbers each differ by more than noise explains. `errors` is the least difference in standard errors: high where
 * the pair was chosen among many, since the largest of many differences is large by chance.
 */
export function differs(a: number, b: number, { noise, count, errors }: { noise: number; count: number; errors: number }): boolean {
  return Math.abs(a - b) > errors * noise * Math.sqrt(2 / count);
}

/** Makes a trend, or whatever else a rule remembers, for each source when it is first asked for. */
export function bySource<T>(make: () => T): (source: string) => T {
  const made = new Map<string, T>();
  return (source) => {
    const known = made.get(source) ?? make();
    made.set(source, known);
    return known;
  };
}

/** A number as messages show it. */
export function show(value: number): string {
  return String(Number(value.toPrecision(3)));
}
