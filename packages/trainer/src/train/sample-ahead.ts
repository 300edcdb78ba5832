import { TrainerError } from '../errors.ts';
import { sampleRound, type SampledRound } from './collect-groups.ts';
import type { RewardOutcome } from './reward.ts';
import type { RunOptions, TrainState } from './train-options.ts';

/** The responses of a step, or why there are none. */
export type SampledAhead = { readonly round: SampledRound } | { readonly error: unknown };

/**
 * Begins to sample the step after `state` and returns once the engine was asked: engines do what they are asked in order, so that an update from here
 * on does not change the weights that these responses come from.
 */
export async function sampleAhead<Outcome extends RewardOutcome>(
  options: RunOptions<Outcome>,
  state: TrainState,
): Promise<{ readonly done: Promise<SampledAhead> }> {
  const { engine, config } = options;
  return new Promise((resolve) => {
    const watched: typeof engine = {
      ...engine,
      generate: (prompts, generation) => {
        const responses = engine.generate(prompts, generation);
        resolve({ done });
        return responses;
      },
    };
    const from = { state, position: state.samplePosition, count: config.promptsPerStep };
    const done = sampleRound({ ...options, engine: watched }, from).then(
      (round): SampledAhead => ({ round }),
      (error: unknown): SampledAhead => ({ error }),
    );
    void done.then(() => resolve({ done }));
  });
}

/** The responses that a checkpoint has kept for the step after `state`. Throws `invalid_config` where the settings ask for others. */
export async function sampledBefore<Outcome extends RewardOutcome>(
  options: RunOptions<Outcome>,
  state: TrainState,
): Promise<SampledRound | undefined> {
  const { sampled } = state;
  if (sampled === undefined) return undefined;
  const { promptsPerStep, groupSize } = options.config;
  if (sampled.length !== promptsPerStep || sampled.some((group) => group.length !== groupSize))
    throw new TrainerError(
      'invalid_config',
      `The checkpoint holds the responses of the next step, ${String(sampled.length)} groups of ${String(sampled[0]?.length)}, and the settings ask for ${String(promptsPerStep)} of ${String(groupSize)}. Resume with trainer.promptsPerStep and trainer.groupSize as they were, or begin a new run.`,
    );
  return sampleRound(options, { state, position: state.samplePosition, count: promptsPerStep, generations: sampled });
}
