import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { defineSelection, type CandidatePrompt } from './selection.ts';
import { moveRates, parseSelectionState, Rates, successRate } from './success-rates.ts';

const State = Type.Object({ samples: Rates, sources: Rates });

/**
 * Difficulty-aware sampling (curriculum sampling of GLM-4.1V-Thinking, arXiv 2507.01006): prompts that are solved about half of the time come
 * more often, since a reward that is paid with probability p has the variance `p (1 - p)`, and a group without variance teaches nothing. p
 * is a moving average of the sample's own mean reward where it has been seen, else of its source. Candidates are drawn without replacement
 * with weights `p (1 - p) + floor` (Efraimidis and Spirakis, 2006: the largest `u^(1/weight)`).
 */
export const difficulty = defineSelection({
  name: 'difficulty',
  settings: Type.Object(
    {
      pool: withDefault(Type.Integer({ minimum: 2, description: 'Samples looked at for each one taken.' }), 3),
      decay: withDefault(Type.Number({ minimum: 0, exclusiveMaximum: 1, description: 'Decay of the moving averages.' }), 0.7),
      floor: withDefault(
        Type.Number({
          exclusiveMinimum: 0,
          description: 'Weight of prompts that are always or never solved; those solved half of the time have 0.25 more.',
        }),
        0.02,
      ),
    },
    { additionalProperties: false },
  ),
  poolFactor: ({ pool }) => pool,
  choose: (candidates, count, { settings, state, random }) => {
    const { samples, sources } = parseSelectionState(State, state, { samples: {}, sources: {} });
    const weight = ({ id, source }: CandidatePrompt): number => {
      // Nothing known: as interesting as can be.
      const rate = samples[id] ?? sources[source] ?? 0.5;
      return rate * (1 - rate) + settings.floor;
    };
    const keyed = candidates.map((candidate, index) => ({ index, key: Math.log(random(index) + Number.MIN_VALUE) / weight(candidate) }));
    return keyed
      .sort((a, b) => b.key - a.key || a.index - b.index)
      .slice(0, count)
      .map(({ index }) => index)
      .sort((a, b) => a - b);
  },
  observe: (prompts, { settings, state }) => {
    const { samples, sources } = parseSelectionState(State, state, { samples: {}, sources: {} });
    const seen = prompts.flatMap((prompt) => {
      const rate = successRate(prompt);
      return rate === undefined ? [] : [{ ...prompt, rate }];
    });
    return {
      samples: moveRates(
        samples,
        seen.map(({ id, rate }) => ({ name: id, rate })),
        settings.decay,
      ),
      sources: moveRates(
        sources,
        seen.map(({ source, rate }) => ({ name: source, rate })),
        settings.decay,
      ),
    };
  },
});
