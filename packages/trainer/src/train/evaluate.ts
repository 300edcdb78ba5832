import { at } from '@vtriune/format/at';
import { namingLargest } from '../data/naming-largest.ts';
import type { TrainingItem } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import type { Processor } from '../processor/processor.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { draftRollouts, scoreRollouts, type Rollout } from './rollout.ts';
import type { TrainerPlugin } from '../plugins.ts';
import { sampleResponses } from '../rollout/sample-responses.ts';
import type { ResolvedTrainConfig } from './config.ts';
import { stopTokens } from './stop-tokens.ts';
import { prepareFor, toolUse } from './tool-use.ts';

/** What `evaluate` needs. */
export interface EvaluateOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  items: readonly TrainingItem[];
  reward: RewardFunction<Outcome>;
  /** Longest response in tokens, with all turns of the policy. */
  maxNewTokens: number;
  /** Longest prompt in tokens; any where absent. */
  maxPromptTokens?: number;
  /** Responses per sample; 1 where absent. */
  responses?: number;
  /** 0, the default, is greedy. */
  temperature?: number;
  /** Samples that run through the model at once; 64 where absent. */
  batchSize?: number;
  /** Of sampling; 0 where absent. */
  seed?: number;
  /** A number for each item that its random draws depend on beside the seed; its place where absent. */
  keys?: readonly number[];
  /** The tools of the policy, as in training; none where absent. */
  tools?: ResolvedTrainConfig['tools'];
  /** Further tools, by package. */
  plugins?: readonly TrainerPlugin[];
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
  const tools = options.tools === undefined ? undefined : toolUse(options.tools, options.plugins);
  const rollouts: Rollout<Outcome>[] = [];
  for (let start = 0; start < options.items.length; start += batchSize) {
    const prompts = options.items
      .slice(start, start + batchSize)
      .map((item) => prepareFor(tools, processor, { item, maxTokens: options.maxPromptTokens }));
    const asked = prompts.map((prompt, p) => ({ prompt, key: options.keys === undefined ? start + p : at(options.keys, start + p) }));
    const generations = await namingLargest(prompts, () => sampleResponses(asked, { engine, processor, sampling, tools }));
    const drafts = draftRollouts(processor, {
      prompts,
      generations,
      tools: tools !== undefined,
      idOf: (p, g) => `eval-${String(start + p)}-${String(g)}`,
    });
    rollouts.push(...(await scoreRollouts(options.reward, drafts, { split: 'test', progress: { step: 1, totalSteps: 1 } })));
  }
  return rollouts;
}
