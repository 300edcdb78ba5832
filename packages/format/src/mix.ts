// Draws from several data sources in given proportions. Everything follows from sources, weights, seed and position, so a
// run that resumes at position N goes on with the very samples it would have seen. Each source is shuffled anew for every
// pass over it, and every one of its items is drawn once before any is drawn again.
import { FormatError } from './errors.ts';
import { createRandom, permutation } from './random.ts';

/** One draw from a mix. */
export interface Draw<T> {
  readonly source: string;
  readonly item: T;
}

/** An endless, seekable sequence of draws. */
export interface Mix<T> {
  /** Number of draws made so far: what a checkpoint stores. */
  readonly position: number;
  /** The next draw. */
  next(): Draw<T>;
  /** The draw at a position, the same whenever it is asked for; `position` is one further afterward. Fastest in ascending order. */
  at(position: number): Draw<T>;
  /** Goes to a position from a checkpoint, by replaying the choices of source. */
  seek(position: number): void;
}

/**
 * A mix of sources with weights of any positive size (3 and 1 give three quarters and one quarter; 0 leaves a source out).
 * Throws FormatError for an empty source, a weight below 0 or weights that do not name the sources.
 */
export function createMix<T>(
  sources: Readonly<Record<string, readonly T[]>>,
  weights: Readonly<Record<string, number>>,
  seed: number,
): Mix<T> {
  const parts = partsOf(sources, weights);
  let position = 0;
  let random = createRandom(`mix ${seed}`);
  const choose = (): Part<T> => {
    position += 1;
    const point = random();
    const part = parts.find(({ upTo }) => point < upTo) ?? parts[parts.length - 1];
    if (part === undefined) throw new FormatError('invalid_argument', 'a mix without sources; give at least one');
    part.drawn += 1;
    return part;
  };
  const next = (): Draw<T> => {
    const part = choose();
    return { source: part.name, item: itemAt(part, part.drawn - 1, seed) };
  };
  const seek = (target: number): void => {
    if (!Number.isInteger(target) || target < 0) {
      throw new FormatError(
        'invalid_argument',
        `a position in a mix is a whole number from 0, not ${target}; give the \`position\` of the earlier run`,
      );
    }
    if (target < position) {
      position = 0;
      random = createRandom(`mix ${seed}`);
      for (const part of parts) part.drawn = 0;
    }
    while (position < target) choose();
  };
  return {
    get position() {
      return position;
    },
    next,
    at(target) {
      seek(target);
      return next();
    },
    seek,
  };
}

interface Part<T> {
  readonly name: string;
  readonly items: readonly T[];
  /** Upper end of this source's interval in [0, 1). */
  readonly upTo: number;
  drawn: number;
  order: readonly number[];
  orderOfPass: number;
}

function itemAt<T>(part: Part<T>, draw: number, seed: number): T {
  const pass = Math.floor(draw / part.items.length);
  if (pass !== part.orderOfPass) {
    part.order = permutation(part.items.length, `order ${seed} ${part.name} ${pass}`);
    part.orderOfPass = pass;
  }
  return part.items[part.order[draw % part.items.length]!] as T;
}

function partsOf<T>(sources: Readonly<Record<string, readonly T[]>>, weights: Readonly<Record<string, number>>): Part<T>[] {
  const names = Object.keys(sources);
  const stray = Object.keys(weights).find((name) => !names.includes(name));
  const missing = names.find((name) => weights[name] === undefined);
  if (stray !== undefined || missing !== undefined) {
    const fault = stray === undefined ? `source "${missing}" has no weight` : `the weight "${stray}" names no source`;
    throw new FormatError('invalid_argument', `createMix: ${fault}; sources: ${names.join(', ') || 'none'}; give every source one weight`);
  }
  const total = names.reduce((sum, name) => sum + weights[name]!, 0);
  let upTo = 0;
  const parts = names.map((name) => {
    const weight = weights[name]!;
    const items = sources[name]!;
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new FormatError('invalid_argument', `createMix: weight of "${name}" is ${weight}; allowed: a number from 0; correct it`);
    }
    if (weight > 0 && items.length === 0) {
      throw new FormatError(
        'invalid_argument',
        `createMix: source "${name}" has no items but weight ${weight}; remove it or give it weight 0`,
      );
    }
    upTo += weight / total;
    return { name, items, upTo, drawn: 0, order: [], orderOfPass: -1, weight };
  });
  if (!(total > 0))
    throw new FormatError('invalid_argument', 'createMix: no source has a weight above 0; give at least one source a positive weight');
  return parts.filter(({ weight }) => weight > 0);
}
