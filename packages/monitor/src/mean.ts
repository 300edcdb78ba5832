/** The mean of some numbers, as their sum and count. Numbers that are not finite are left out. */
export interface Mean {
  sum: number;
  count: number;
}

/** The mean of nothing yet. */
export function createMean(): Mean {
  return { sum: 0, count: 0 };
}

/** Adds a number. */
export function addTo(mean: Mean, value: number): void {
  if (!Number.isFinite(value)) return;
  mean.sum += value;
  mean.count += 1;
}

/** The mean of the numbers that were added; NaN where there are none. */
export function valueOf({ sum, count }: Mean): number {
  return count === 0 ? NaN : sum / count;
}

/** Adds the numbers of another mean. */
export function addMean(mean: Mean, other: Mean): void {
  mean.sum += other.sum;
  mean.count += other.count;
}

/** The mean of that name, made where there is none. */
export function meanOf<Key>(means: Map<Key, Mean>, key: Key): Mean {
  const known = means.get(key);
  if (known !== undefined) return known;
  const made = createMean();
  means.set(key, made);
  return made;
}

/** The same for each of several means by name. */
export function addMeans<Key>(means: Map<Key, Mean>, others: ReadonlyMap<Key, Mean>): void {
  for (const [key, mean] of others) addMean(meanOf(means, key), mean);
}
