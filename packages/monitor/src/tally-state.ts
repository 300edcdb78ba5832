// A tally as JSON, for processes that count separately. Maps are lists of pairs; a spread without numbers has no maximum.
import { at } from '@vtriune/format/at';
import { Type, type Static } from 'typebox';
import { addToBin, createQuantiles, type Quantiles } from './quantiles.ts';
import { REFLECTION_WORDS } from './reflection.ts';
import type { Spread } from './spread.ts';
import { createTally, type Tally } from './tally.ts';

const Count = Type.Integer({ minimum: 0 });
const MeanState = Type.Object({ sum: Type.Number(), count: Count });
const SpreadState = Type.Object({
  count: Count,
  sum: Type.Number(),
  squares: Type.Number({ minimum: 0 }),
  max: Type.Optional(Type.Number()),
});
const CountsState = Type.Object({
  rollouts: Count,
  reflecting: Count,
  sayTruncated: Count,
  truncated: Count,
  measured: Count,
  tokens: Type.Number({ minimum: 0 }),
});
const GroupState = Type.Object({ first: Type.Number(), scores: Count, same: Type.Boolean(), correct: Count, judged: Count });
const BinState = Type.Array(Type.Tuple([Type.Integer({ minimum: -2000, maximum: 2000 }), Count]));

/** A tally as JSON. */
export const TallyState = Type.Object({
  all: CountsState,
  correct: CountsState,
  wrong: CountsState,
  scored: Count,
  nonFinite: Count,
  reward: SpreadState,
  length: SpreadState,
  lengths: BinState,
  latency: SpreadState,
  latencies: BinState,
  failures: Type.Array(Type.Tuple([Type.String(), Count])),
  components: Type.Array(Type.Tuple([Type.String(), MeanState])),
  verifier: Type.Array(Type.Tuple([Type.String(), MeanState])),
  words: Type.Array(Count, { minItems: REFLECTION_WORDS.length, maxItems: REFLECTION_WORDS.length }),
  tools: Type.Object({ calls: MeanState, errors: MeanState, turns: MeanState }),
  groups: Type.Array(Type.Tuple([Type.String(), GroupState])),
  otherGroups: Type.Object({ groups: Count, same: Count, judged: Count, solved: Count, allCorrect: Count }),
});
/** A tally as JSON. */
export type TallyState = Static<typeof TallyState>;

/** A tally as JSON; the two share parts, so turn it into text before the tally changes. */
export function toState(tally: Tally): TallyState {
  return {
    ...tally,
    reward: spreadState(tally.reward),
    length: spreadState(tally.length),
    latency: spreadState(tally.latency),
    lengths: binState(tally.lengths),
    latencies: binState(tally.latencies),
    failures: [...tally.failures],
    components: [...tally.components],
    verifier: [...tally.verifier],
    groups: [...tally.groups],
  };
}

/** The tally that was made into this state. */
export function fromState(state: TallyState): Tally {
  return {
    ...createTally(),
    ...state,
    reward: spreadOf(state.reward),
    length: spreadOf(state.length),
    latency: spreadOf(state.latency),
    lengths: quantilesOf(state.lengths),
    latencies: quantilesOf(state.latencies),
    failures: new Map(state.failures),
    components: new Map(state.components),
    verifier: new Map(state.verifier),
    groups: new Map(state.groups),
  };
}

function spreadState({ count, sum, squares, max }: Spread): TallyState['reward'] {
  return count === 0 ? { count, sum, squares } : { count, sum, squares, max };
}

function spreadOf({ count, sum, squares, max = -Infinity }: TallyState['reward']): Spread {
  return { count, sum, squares, max };
}

function binState({ bins, counts }: Quantiles): TallyState['lengths'] {
  return bins.map((bin, place) => [bin, at(counts, place)]);
}

function quantilesOf(state: TallyState['lengths']): Quantiles {
  const quantiles = createQuantiles();
  for (const [bin, count] of state) addToBin(quantiles, bin, count);
  return quantiles;
}
