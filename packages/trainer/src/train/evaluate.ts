import { preparePrompt, type TrainingItem } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import type { Processor } from '../processor/processor.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { stopTokens, type Rollout } from './train.ts';

/** What `evaluate` needs. */
export interface EvaluateOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  items: readonly TrainingItem[];
  reward: RewardFunction<Outcome>;
  maxNewTokens: number;
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
  const { engine, processor, responses = 1, batchSize = 64 } = options;
  const rollouts: Rollout<Outcome>[] = [];
  for (let at = 0; at < options.items.length; at += batchSize) {
    const prompts = options.items.slice(at, at + batchSize).map((item) => preparePrompt(processor, item));
    const generations = await engine.generate(
      prompts.map((prompt, p) => ({ tokenIds: prompt.tokenIds, images: prompt.images, key: at + p })),
      {
        groupSize: responses,
        maxNewTokens: options.maxNewTokens,
        temperature: options.temperature ?? 0,
        topP: 1,
        topK: 0,
        seed: options.seed ?? 0,
        stopTokenIds: stopTokens(processor),
      },
    );
    const drafts = prompts.flatMap((prompt, p) =>
      (generations[p] ?? []).map((generation, g) => ({
        id: `eval-${String(at + p)}-${String(g)}`,
        prompt,
        response: processor.tokenizer.decode(generation.tokenIds, { skipSpecialTokens: true }),
        tokens: generation.tokenIds.length,
        truncated: generation.truncated,
        advantage: null,
      })),
    );
    const outcomes = await options.reward(
      drafts.map(({ id, prompt, response }) => ({
        id,
        sample: prompt.sample,
        response,
        split: 'test',
        progress: { step: 1, totalSteps: 1 },
        imageSizes: prompt.imageSizes,
      })),
    );
    drafts.forEach((draft, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined) rollouts.push({ ...draft, outcome });
    });
  }
  return rollouts;
}
