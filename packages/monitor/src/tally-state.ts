// A tally as JSON, for processes that count apart. Lists of pairs stand for maps; a spread without numbers has no largest one.
import { Type, type Static } from 'typebox';
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
const SplitState = Type.Object({ all: MeanState, correct: MeanState, wrong: MeanState });
const GroupState = Type.Object({ first: Type.Number(), scores: Count, same: Type.Boolean(), correct: Count, judged: Count });
const BinState = Type.Array(Type.Tuple([Type.Integer({ minimum: -2000, maximum: 2000 }), Count]));

/** A tally as JSON. */
export const TallyState = Type.Object({
  rollouts: Count,
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
  lengthIn: Type.Object({ correct: MeanState, wrong: MeanState }),
  truncated: SplitState,
  words: Type.Array(Count, { minItems: REFLECTION_WORDS.length, maxItems: REFLECTION_WORDS.length }),
  reflects: SplitState,
  correctWith: MeanState,
  correctWithout: MeanState,
  // Absent in states of before there were tools.
  tools: Type.Optional(Type.Object({ calls: MeanState, errors: MeanState, turns: MeanState })),
  groups: Type.Array(Type.Tuple([Type.String(), GroupState])),
  otherGroups: Type.Object({ zeroVariance: MeanState, solved: MeanState, allCorrect: MeanState }),
});
/** A tally as JSON. */
export type TallyState = Static<typeof TallyState>;

/** A tally as JSON; the two share parts, so turn it into text before the tally changes. */
export function toState(tally: Tally): TallyState {
  const { verifierByKey: _cache, ...rest } = tally;
  return {
    ...rest,
    reward: spreadState(tally.reward),
    length: spreadState(tally.length),
    latency: spreadState(tally.latency),
    lengths: [...tally.lengths.bins],
    latencies: [...tally.latencies.bins],
    failures: [...tally.failures],
    components: [...tally.components],
    verifier: [...tally.verifier],
    words: [...tally.words],
    tools: tally.tools,
    groups: [...tally.groups],
  };
}

/** The tally that was made into this state. */
export function fromState(state: TallyState): Tally {
  const { tools, ...rest } = state;
  return {
    ...createTally(),
    ...rest,
    ...(tools === undefined ? {} : { tools }),
    reward: spreadOf(state.reward),
    length: spreadOf(state.length),
    latency: spreadOf(state.latency),
    lengths: quantilesOf(state.lengths),
    latencies: quantilesOf(state.latencies),
    failures: new Map(state.failures),
    components: new Map(state.components),
    verifier: new Map(state.verifier),
    words: Float64Array.from(state.words),
    groups: new Map(state.groups),
  };
}

function spreadState({ count, sum, squares, max }: Spread): TallyState['reward'] {
  return count === 0 ? { count, sum, squares } : { count, sum, squares, max };
}

function spreadOf({ count, sum, squares, max = -Infinity }: TallyState['reward']): Spread {
  return { count, sum, squares, max };
}

function quantilesOf(bins: TallyState['lengths']): Tally['lengths'] {
  return { count: bins.reduce((sum, [, count]) => sum + count, 0), bins: new Map(bins) };
}
