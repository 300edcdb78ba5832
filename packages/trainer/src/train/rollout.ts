import { at } from '@vtriune/format/at';
import type { PreparedPrompt } from '../data/prepare-prompt.ts';
import { lastTurnStart } from '../data/trajectory-tokens.ts';
import { TrainerError } from '../errors.ts';
import type { Processor } from '../processor/processor.ts';
import type { Generation } from '../rollout/generate.ts';
import type { RewardFunction, RewardOutcome, RolloutToScore, Trajectory } from './reward.ts';
import { trajectoryOf } from './trajectory.ts';

/** A response with everything that is known of it so far. */
export interface Draft {
  /** Unique within the run: `<step>-<prompt>-<response>`. */
  id: string;
  /** The prompt, one object for all rollouts of a group. */
  prompt: PreparedPrompt;
  generation: Generation;
  /** The generation as text, without special tokens; with tools its last turn. */
  response: string;
  /** All turns, where there are tools. */
  trajectory?: Trajectory;
}

/** One response of a step from its prompt to its advantage. */
export interface Rollout<Outcome extends RewardOutcome = RewardOutcome> extends Draft {
  outcome: Outcome;
  /** `null` where the reward failed, and in evaluation. */
  advantage: number | null;
}

/** All responses to some prompts as records, group by group. `tools` says whether the policy had any. */
export function draftRollouts(
  processor: Processor,
  given: {
    prompts: readonly PreparedPrompt[];
    generations: readonly (readonly Generation[])[];
    tools: boolean;
    idOf: (p: number, g: number) => string;
  },
): Draft[] {
  return given.prompts.flatMap((prompt, p) =>
    at(given.generations, p).map((generation, g) => ({
      id: given.idOf(p, g),
      prompt,
      generation,
      response: processor.tokenizer.decode(generation.tokenIds.slice(lastTurnStart(generation)), { skipSpecialTokens: true }),
      ...(given.tools ? { trajectory: trajectoryOf(processor, generation) } : {}),
    })),
  );
}

/** Scores responses. Throws `reward_failures` where the reward function does not return one outcome for each. */
export async function scoreRollouts<Outcome extends RewardOutcome>(
  reward: RewardFunction<Outcome>,
  drafts: readonly Draft[],
  options: Pick<RolloutToScore, 'split' | 'progress'>,
): Promise<Rollout<Outcome>[]> {
  const outcomes = await reward(
    drafts.map(({ id, prompt, response, trajectory }) => ({
      id,
      sample: prompt.sample,
      response,
      ...options,
      imageSizes: prompt.imageSizes,
      ...(trajectory === undefined ? {} : { trajectory }),
    })),
  );
  if (outcomes.length !== drafts.length) {
    throw new TrainerError(
      'reward_failures',
      `The reward function returned ${String(outcomes.length)} outcomes for ${String(drafts.length)} responses; it must return one for each, in order.`,
    );
  }
  return drafts.map((draft, index) => ({ ...draft, outcome: at(outcomes, index), advantage: null }));
}
