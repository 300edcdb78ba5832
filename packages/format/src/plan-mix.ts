// A mix of sources as a list that is known before it is written: how often each source comes, and which of its items comes where. Everything
// follows from sizes, rules and seed, so that a mix that was interrupted goes on at the line where it stopped.
import { FormatError } from './errors.ts';
import { permutation } from './random.ts';

/** How sources are mixed. */
export interface MixRules {
  /** Most items of a source. */
  readonly caps?: Readonly<Record<string, number>>;
  /** How often a source counts; `repeatOf(name)` where a source is not named. */
  readonly repeats?: Readonly<Record<string, number>>;
  /** 1 keeps the proportions; larger numbers even them out, as powers of 1/temperature. */
  readonly temperature?: number;
  /** Items of the mix; the sum of all sources after caps and repeats where absent. */
  readonly total?: number;
  readonly seed: number;
}

/** A mix that is fully decided. */
export interface MixPlan {
  /** Source -> items of the mix. */
  readonly counts: Readonly<Record<string, number>>;
  /** The order: source and index of each item. */
  readonly items: () => Generator<{ readonly source: string; readonly index: number }>;
}

/** The factor in a source's name: 2 for `puzzles_x2`, as the paper's script writes it; 1 where there is none. */
export function repeatOf(source: string): number {
  const factor = /_x(\d+)$/.exec(source)?.[1];
  return factor === undefined ? 1 : Number(factor);
}

/** Plans a mix of sources of the given sizes. Throws FormatError `invalid_argument` for rules that name no source or are out of range. */
export function planMix(
  sizes: Readonly<Record<string, number>>,
  { caps = {}, repeats = {}, temperature = 1, total, seed }: MixRules,
): MixPlan {
  refuseStray(sizes, { cap: caps, repeat: repeats });
  if (!(temperature > 0))
    throw new FormatError('invalid_argument', `temperature is ${temperature}; allowed: a number above 0; 1 keeps the proportions`);
  const available = Object.entries(sizes).map(([source, size]) => {
    const repeated = size * (repeats[source] ?? repeatOf(source));
    const cap = caps[source];
    return { source, size, limit: cap === undefined ? repeated : Math.min(cap, repeated) };
  });
  const wanted = total ?? available.reduce((sum, { limit }) => sum + limit, 0);
  const shares = available.map(({ limit }) => limit ** (1 / temperature));
  const counts = new Map(largestRemainders(shares, wanted).map((count, index) => [available[index]!.source, count]));
  return { counts: Object.fromEntries(counts), items: () => orderedItems(available, counts, seed) };
}

function* orderedItems(
  sources: readonly { readonly source: string; readonly size: number }[],
  counts: ReadonlyMap<string, number>,
  seed: number,
): Generator<{ source: string; index: number }> {
  const slots = sources.flatMap(({ source, size }, place) =>
    Array.from({ length: size === 0 ? 0 : Number(counts.get(source)) }, () => place),
  );
  const drawn = sources.map(() => 0);
  const orders = sources.map(() => ({ pass: -1, order: [] as number[] }));
  for (const slot of permutation(slots.length, `mix order ${seed}`)) {
    const place = slots[slot]!;
    const { source, size } = sources[place]!;
    const turn = drawn[place]!;
    drawn[place] = turn + 1;
    const state = orders[place]!;
    // Every item of a source comes once before any comes again.
    const pass = Math.floor(turn / size);
    if (state.pass !== pass) orders[place] = { pass, order: permutation(size, `mix ${seed} ${source} ${pass}`) };
    yield { source, index: orders[place]!.order[turn % size]! };
  }
}

/** Whole numbers in the proportion of the shares that add up to the total. */
function largestRemainders(shares: readonly number[], total: number): number[] {
  const sum = shares.reduce((all, share) => all + share, 0);
  if (sum === 0) return shares.map(() => 0);
  const exact = shares.map((share) => (share * total) / sum);
  const whole = exact.map(Math.floor);
  const order = exact.map((value, index) => ({ index, rest: value - whole[index]! })).sort((a, b) => b.rest - a.rest || a.index - b.index);
  const missing = total - whole.reduce((all, count) => all + count, 0);
  for (const { index } of order.slice(0, missing)) whole[index]! += 1;
  return whole;
}

function refuseStray(sizes: Readonly<Record<string, number>>, rules: Readonly<Record<string, Readonly<Record<string, number>>>>): void {
  for (const [rule, named] of Object.entries(rules))
    for (const [source, value] of Object.entries(named)) {
      if (sizes[source] === undefined) {
        const message = `the ${rule} of "${source}" names no source; sources: ${Object.keys(sizes).join(', ') || 'none'}; correct the name`;
        throw new FormatError('invalid_argument', message);
      }
      if (!Number.isInteger(value) || value < 0)
        throw new FormatError('invalid_argument', `the ${rule} of "${source}" is ${value}; allowed: a whole number from 0; correct it`);
    }
}
