/**
 * The unrestricted Damerau-Levenshtein distance of two texts in code points: insertions, deletions, replacements and swaps of neighbors, between which
 * other edits may happen. (The restricted one, "optimal string alignment", gives 3 for `CA` and `ABC` and not 2.)
 */
export function distance(a: string, b: string): number {
  const first = [...a];
  const second = [...b];
  const width = second.length + 2;
  const largest = first.length + second.length;
  const table = new Float64Array((first.length + 2) * width);
  table[0] = largest;
  for (let i = 0; i <= first.length; i++) {
    table[(i + 1) * width] = largest;
    table[(i + 1) * width + 1] = i;
  }
  for (let j = 0; j <= second.length; j++) {
    table[j + 1] = largest;
    table[width + j + 1] = j;
  }
  const lastRow = new Map<string, number>();
  for (let i = 1; i <= first.length; i++) {
    let lastColumn = 0;
    for (let j = 1; j <= second.length; j++) {
      const row = lastRow.get(second[j - 1]!) ?? 0;
      const same = first[i - 1] === second[j - 1];
      const swap = table[row * width + lastColumn]! + (i - row - 1) + 1 + (j - lastColumn - 1);
      const replace = table[i * width + j]! + (same ? 0 : 1);
      const insert = table[(i + 1) * width + j]! + 1;
      const remove = table[i * width + j + 1]! + 1;
      table[(i + 1) * width + j + 1] = Math.min(swap, replace, insert, remove);
      if (same) lastColumn = j;
    }
    lastRow.set(first[i - 1]!, i);
  }
  return table[(first.length + 1) * width + second.length + 1]!;
}
