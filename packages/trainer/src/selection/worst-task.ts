import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { defineSelection, type CandidatePrompt } from './selection.ts';
import { moveRates, parseSelectionState, Rates, successRate } from './success-rates.ts';

/**
 * Worst-task sampling (after MT-GRPO, arXiv 2602.05547): a task's share of a step is `exp(-J / temperature)` over the sum for all tasks, where
 * J is a moving average of its mean reward, so that the weakest tasks get the most prompts. A temperature of 0.2 gives a task at 20 %
 * twenty times the share of one at 80 %. Of the paper, the signal for improvement is left out; its sampler that keeps the shares among groups
 * with variance is `samplingRounds`.
 */
export const worstTask = defineSelection({
  name: 'worst-task',
  settings: Type.Object(
    {
      pool: withDefault(Type.Integer({ minimum: 2, description: 'Samples looked at for each one taken.' }), 3),
      decay: withDefault(Type.Number({ minimum: 0, exclusiveMaximum: 1, description: 'Decay of the moving averages.' }), 0.9),
      temperature: withDefault(
        Type.Number({ exclusiveMinimum: 0, description: 'Small: nearly all prompts go to the worst task; large: all tasks get the same.' }),
        0.5,
      ),
    },
    { additionalProperties: false },
  ),
  poolFactor: ({ pool }) => pool,
  choose: (candidates, count, { settings, state }) => {
    const rates = parseSelectionState(Rates, state, {});
    const places = placesByTask(candidates);
    const weights = [...places.keys()].map((task) => ({ task, weight: Math.exp(-(rates[task] ?? 0) / settings.temperature) }));
    const quotas = shares(weights, count);
    const chosen = [...places].flatMap(([task, indexes]) => indexes.slice(0, quotas.get(task)));
    const rest = candidates.map((_, index) => index).filter((index) => !chosen.includes(index));
    // A task with too few samples in the pool leaves its share to whatever comes next.
    return [...chosen, ...rest.slice(0, count - chosen.length)].sort((a, b) => a - b);
  },
  observe: (prompts, { settings, state }) => {
    const observed = prompts.flatMap((prompt) => {
      const rate = successRate(prompt);
      return rate === undefined ? [] : [{ name: prompt.task, rate }];
    });
    return moveRates(parseSelectionState(Rates, state, {}), observed, settings.decay);
  },
});

function placesByTask(candidates: readonly CandidatePrompt[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  candidates.forEach(({ task }, index) => places.set(task, [...(places.get(task) ?? []), index]));
  return places;
}

/** Whole shares of a count by weight; what rounding down leaves goes to the largest remainders. */
function shares(weights: readonly { task: string; weight: number }[], count: number): Map<string, number> {
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const exact = weights.map(({ task, weight }) => ({ task, share: (count * weight) / total }));
  const quotas = new Map(exact.map(({ task, share }) => [task, Math.floor(share)]));
  const left = count - [...quotas.values()].reduce((sum, share) => sum + share, 0);
  const byRemainder = [...exact].sort((a, b) => (b.share % 1) - (a.share % 1));
  for (const { task, share } of byRemainder.slice(0, left)) quotas.set(task, Math.floor(share) + 1);
  return quotas;
}
