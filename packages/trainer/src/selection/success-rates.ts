import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { showValue } from '@vtriune/format/show-value';
import type { SampledPrompt } from './selection.ts';
import { TrainerError } from '../errors.ts';

/** Mean rewards by name, as moving averages within [0, 1]. */
export const Rates = Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1 }));
export type Rates = Static<typeof Rates>;

/** The mean reward of the scored responses to a prompt, clipped to [0, 1]; absent where none was scored. */
export function successRate({ rollouts }: SampledPrompt): number | undefined {
  const rewards = rollouts.flatMap(({ reward }) => (reward === null ? [] : [reward]));
  if (rewards.length === 0) return undefined;
  return Math.min(1, Math.max(0, rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length));
}

/** Moves the rates of some names towards what was observed: `rate <- decay * rate + (1 - decay) * observed`, the first as it is. */
export function moveRates(rates: Rates, observed: readonly { name: string; rate: number }[], decay: number): Rates {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { name, rate } of observed) {
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: sum + rate, count: count + 1 });
  }
  const moved = { ...rates };
  for (const [name, { sum, count }] of sums) {
    const before = rates[name];
    moved[name] = before === undefined ? sum / count : decay * before + (1 - decay) * (sum / count);
  }
  return moved;
}

/** The saved state of a selector. Throws `invalid_checkpoint` where it is that of another one. */
export function parseSelectionState<Schema extends TSchema>(schema: Schema, state: unknown, initial: Static<Schema>): Static<Schema> {
  if (state === undefined) return initial;
  if (Value.Check(schema, state)) return state;
  throw new TrainerError(
    'invalid_checkpoint',
    `The saved state of trainer.selection is ${showValue(state)}, which another selector wrote. Name the selector that the run began with, or start a new run.`,
  );
}
