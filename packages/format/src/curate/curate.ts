import type { CurateItem, CurateReport, Filter } from './filter.ts';

/** Examples that a report names for each filter. */
const EXAMPLES = 3;

/**
 * Runs filters over a set, one after the other, and yields what stays. The set is read once, and once more for each filter that counts first;
 * `items` therefore starts over whenever it is called. The report is complete when the last item was taken.
 */
export function curate(
  items: () => AsyncIterable<CurateItem>,
  filters: readonly Filter[],
): { readonly kept: AsyncGenerator<CurateItem>; readonly report: () => CurateReport } {
  const tallies = filters.map(({ name }) => ({ name, removed: 0, reasons: new Map<string, number>(), examples: [] as string[] }));
  const totals = { read: 0, kept: 0 };
  const run = async function* (): AsyncGenerator<CurateItem> {
    for (const [index, filter] of filters.entries()) {
      if (filter.count === undefined) continue;
      let place = 0;
      for await (const item of items()) if (firstReason(item, place++, filters.slice(0, index)) === undefined) filter.count(item);
    }
    for await (const item of items()) {
      const found = firstReason(item, totals.read, filters);
      totals.read += 1;
      if (found === undefined) {
        totals.kept += 1;
        yield item;
        continue;
      }
      const tally = tallies[found.index]!;
      const before = tally.reasons.get(found.reason);
      tally.removed += 1;
      tally.reasons.set(found.reason, before === undefined ? 1 : before + 1);
      if (tally.examples.length < EXAMPLES) tally.examples.push(item.sample.extra_info.id);
    }
  };
  return {
    kept: run(),
    report: () => ({
      ...totals,
      removals: tallies.map(({ name, removed, reasons, examples }) => ({
        filter: name,
        removed,
        reasons: Object.fromEntries(reasons),
        examples,
      })),
    }),
  };
}

function firstReason(item: CurateItem, place: number, filters: readonly Filter[]): { index: number; reason: string } | undefined {
  for (const [index, filter] of filters.entries()) {
    const reason = filter.reason(item, place);
    if (reason !== undefined) return { index, reason };
  }
  return undefined;
}
