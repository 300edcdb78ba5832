/** A mean without its numbers; what is not finite is left out. */
export interface Mean {
  sum: number;
  count: number;
}

/** The mean of nothing yet. */
export function createMean(): Mean {
  return { sum: 0, count: 0 };
}

/** Takes a number in. */
export function addTo(mean: Mean, value: number): void {
  if (!Number.isFinite(value)) return;
  mean.sum += value;
  mean.count += 1;
}

/** The mean of what was taken in; NaN where that is nothing. */
export function valueOf({ sum, count }: Mean): number {
  return count === 0 ? NaN : sum / count;
}

/** Takes in all that another mean has seen. */
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
