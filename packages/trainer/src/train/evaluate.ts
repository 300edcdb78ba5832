import { namingLargest } from '../data/naming-largest.ts';
import { preparePrompt, type TrainingItem } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import type { Processor } from '../processor/processor.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { draftRollouts, scoreRollouts, type Rollout } from './rollout.ts';
import { stopTokens } from './stop-tokens.ts';

/** What `evaluate` needs. */
export interface EvaluateOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  items: readonly TrainingItem[];
  reward: RewardFunction<Outcome>;
  maxNewTokens: number;
  /** Longest prompt in tokens; any where absent. */
  maxPromptTokens?: number;
  /** Responses per sample; 1 where absent. */
  responses?: number;
  /** 0, the default, is greedy. */
  temperature?: number;
  /** Samples that run through the model at once; 64 where absent. */
  batchSize?: number;
  seed?: number;
}

/** Answers every item and scores the answers with the split `test`; rollouts come in the order of the items. */
export async function evaluate<Outcome extends RewardOutcome>(options: EvaluateOptions<Outcome>): Promise<Rollout<Outcome>[]> {
  const { engine, processor, responses = 1, batchSize = 64, temperature = 0, seed = 0 } = options;
  const sampling = {
    groupSize: responses,
    maxNewTokens: options.maxNewTokens,
    temperature,
    topP: 1,
    topK: 0,
    seed,
    stopTokenIds: stopTokens(processor),
  };
  const rollouts: Rollout<Outcome>[] = [];
  for (let start = 0; start < options.items.length; start += batchSize) {
    const prompts = options.items.slice(start, start + batchSize).map((item) => preparePrompt(processor, item, options.maxPromptTokens));
    const asked = prompts.map((prompt, p) => ({ tokenIds: prompt.tokenIds, images: prompt.images, key: start + p }));
    const generations = await namingLargest(prompts, () => engine.generate(asked, sampling));
    const drafts = draftRollouts(processor, { prompts, generations, idOf: (p, g) => `eval-${String(start + p)}-${String(g)}` });
    rollouts.push(...(await scoreRollouts(options.reward, drafts, { split: 'test', progress: { step: 1, totalSteps: 1 } })));
  }
  return rollouts;
}
