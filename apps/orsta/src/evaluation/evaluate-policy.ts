/**
 * How good a policy is on held-out samples, in two accuracies. Verified is what the verifier pays: right, and in the asked format. Lenient
 * is what it pays after the response has been rewritten into that format: right in any format. Apart they tell alignment from skill.
 * With several responses a sample both are the best of them (pass@k for rewards of 0 and 1). A response without a score leaves the means.
 */
import { at } from '@vtriune/format/at';
import { setImmediate } from 'node:timers/promises';
import {
  evaluate,
  type Engine,
  type EvaluateOptions,
  type Processor,
  type RewardFunction,
  type Rollout,
  type RolloutToScore,
  type TrainerPlugin,
  type TrainingItem,
} from '@vtriune/trainer';
import { score, type Registry, type RewardResult } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import type { HeldOut } from './held-out.ts';
import { asksForBoxes, rewriteToAsked } from './lenient.ts';
import { rewardRequest, type RewardOptions } from '../reward/reward.ts';

/** One evaluated sample. */
export interface EvaluatedSample {
  readonly id: string;
  readonly task: string;
  readonly source: string;
  /** Best over the responses, in `[0, 1]`. */
  readonly verified: number;
  readonly lenient: number;
  /** Mean IoU over the true boxes, leniently read; box samples only. */
  readonly meanIou?: number;
}

/** One response to a sample. Accuracies are in `[0, 1]`, and `null` where the response has no score. */
export interface EvaluatedResponse {
  readonly id: string;
  readonly task: string;
  readonly source: string;
  readonly response: string;
  /** As the sample has it. */
  readonly ground_truth: unknown;
  /** How the answer is worked out, where the sample says so in `extra_info.steps`. */
  readonly steps?: unknown;
  readonly tokens: number;
  readonly verified: number | null;
  readonly lenient: number | null;
  /** Mean IoU over the true boxes; `null` where the sample asks for none. */
  readonly mean_iou: number | null;
}

/** What an evaluation found. */
export interface PolicyEvaluation {
  readonly samples: readonly EvaluatedSample[];
  /** In the order of the samples, those to one sample side by side. */
  readonly responses: readonly EvaluatedResponse[];
  /** Every response with its result, without the images of its prompt. */
  readonly rollouts: readonly Rollout<RewardResult>[];
  readonly failed: number;
  readonly seconds: number;
}

/** What `evaluatePolicy` needs. */
export interface PolicyEvaluationOptions {
  readonly engine: Engine;
  readonly processor: Processor;
  readonly items: HeldOut;
  readonly reward: RewardOptions;
  readonly maxNewTokens: number;
  /** Longest prompt in tokens; any where absent. */
  readonly maxPromptTokens?: number;
  readonly batchSize: number;
  /** Responses a sample; 1 is greedy, more are sampled at temperature 1. */
  readonly responses?: number;
  readonly seed?: number;
  /** Tools of the policy, as in training, and the packages that have further ones. */
  readonly tools?: EvaluateOptions<RewardResult>['tools'];
  readonly plugins?: readonly TrainerPlugin[];
  /** Given the responses of every batch while the images of its prompts are in memory; waited for. */
  readonly onBatch?: (rollouts: readonly Rollout<RewardResult>[]) => Promise<void>;
  /** Told after every batch. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Share of responses that may come back without a score. */
const FAILURE_LIMIT = 0.5;

/** Answers and scores every item. Throws `evaluation_failed` where most responses cannot be scored; stops early when aborted and then returns null. */
export async function evaluatePolicy(options: PolicyEvaluationOptions): Promise<PolicyEvaluation | null> {
  const { engine, processor, items, batchSize, responses = 1 } = options;
  const began = performance.now();
  const samples: EvaluatedSample[] = [];
  const rollouts: Rollout<RewardResult>[] = [];
  const all: EvaluatedResponse[] = [];
  for (let at = 0; at < items.count; at += batchSize) {
    // With one rank the model runs in this thread and awaits nothing that lets a signal be heard.
    await setImmediate();
    if (options.signal?.aborted === true) return null;
    const batch = await loadBatch(items, at, batchSize);
    const { reward, lenient, meanIou } = twoRewards(options.reward);
    const answered = await evaluate<RewardResult>({
      engine,
      processor,
      items: batch,
      reward,
      maxNewTokens: options.maxNewTokens,
      ...(options.maxPromptTokens === undefined ? {} : { maxPromptTokens: options.maxPromptTokens }),
      responses,
      temperature: responses === 1 ? 0 : 1,
      batchSize,
      seed: (options.seed ?? 0) + at,
      ...(options.tools === undefined ? {} : { tools: options.tools }),
      ...(options.plugins === undefined ? {} : { plugins: options.plugins }),
    });
    await options.onBatch?.(answered);
    rollouts.push(...withoutImages(answered));
    batch.forEach((item, index) => {
      const own = [...answered.keys()].slice(index * responses, (index + 1) * responses);
      const evaluated = summarize(item, own, { answered, lenient, meanIou });
      if (evaluated !== undefined) samples.push(evaluated);
      all.push(...own.map((place) => responseOf(item, place, { answered, lenient, meanIou })));
    });
    options.onProgress?.(Math.min(items.count, at + batchSize), items.count);
  }
  const failed = rollouts.filter(({ outcome }) => outcome.status === 'failed');
  refuseFailures(failed, rollouts.length);
  return { samples, responses: all, rollouts, failed: failed.length, seconds: (performance.now() - began) / 1000 };
}

/** The same with prompts that hold no pixels: a thousand photographs take more memory than there is. */
function withoutImages(rollouts: readonly Rollout<RewardResult>[]): Rollout<RewardResult>[] {
  const light = new Map<Rollout['prompt'], Rollout['prompt']>();
  return rollouts.map((rollout) => {
    const { prompt } = rollout;
    // The sample is a copy too: what a run remembers of its images goes by the object.
    const own = light.get(prompt) ?? { ...prompt, sample: { ...prompt.sample }, images: [], pictures: [] };
    light.set(prompt, own);
    return { ...rollout, prompt: own };
  });
}

function loadBatch(items: HeldOut, from: number, size: number): Promise<TrainingItem[]> {
  const length = Math.min(size, items.count - from);
  return Promise.all(Array.from({ length }, (_, index) => items.at(from + index)));
}

function refuseFailures(failed: readonly Rollout<RewardResult>[], total: number): void {
  const [first] = failed;
  if (first === undefined || failed.length <= FAILURE_LIMIT * total) return;
  const reason = first.outcome.status === 'failed' ? `${first.outcome.error.code}: ${first.outcome.error.message}` : '';
  throw new OrstaError(
    'evaluation_failed',
    `${String(failed.length)} of ${String(total)} responses could not be scored, the first because of ${reason} Mend the samples or the verifier; \`orsta data validate\` lists them.`,
  );
}

interface TwoRewards {
  readonly reward: RewardFunction<RewardResult>;
  readonly lenient: (number | null)[];
  readonly meanIou: (number | null)[];
}

/** A reward function that scores each response a second time in its rewritten form, and boxes a third time for their IoU. */
function twoRewards(options: RewardOptions): TwoRewards {
  const lenient: (number | null)[] = [];
  const meanIou: (number | null)[] = [];
  const reward = async (given: readonly RolloutToScore[]): Promise<RewardResult[]> => {
    const rewritten = given.map((rollout) => ({ ...rollout, response: rewriteToAsked(rollout.sample, rollout.response) ?? '' }));
    const results = await scoreAll(given, options);
    const lenientResults = await scoreAll(rewritten, options);
    results.forEach((result, index) => lenient.push(bestOf([rewardOf(result), rewardOf(lenientResults[index])])));
    meanIou.push(...(await boxOverlaps(rewritten, options)));
    return results;
  };
  return { reward, lenient, meanIou };
}

function scoreAll(rollouts: readonly RolloutToScore[], options: RewardOptions): Promise<RewardResult[]> {
  return score(
    rollouts.map((rollout) => rewardRequest(rollout, options)),
    { registry: options.registry },
  );
}

/** Mean IoU of each box response as the verifier `grounding` reports it; null for other samples. */
async function boxOverlaps(rollouts: readonly RolloutToScore[], options: RewardOptions): Promise<(number | null)[]> {
  const registry: Registry = options.registry;
  const requests = rollouts.map((rollout) => {
    if (!asksForBoxes(rollout.sample)) return null;
    const request = rewardRequest(rollout, options);
    const { coordinate_space, response_space } = (request.verifier_parm ?? {}) as Record<string, unknown>;
    const spaces = {
      ...(coordinate_space === undefined ? {} : { coordinate_space }),
      ...(response_space === undefined ? {} : { response_space }),
    };
    return { ...request, verifier: 'grounding', verifier_parm: { ...spaces, iou_threshold: 0.5 } };
  });
  const results = await score(
    requests.filter((request) => request !== null),
    { registry },
  );
  const left = results.values();
  return requests.map((request) => {
    if (request === null) return null;
    const result = left.next().value;
    return result?.status === 'scored' ? (result.metrics['mean_iou'] ?? null) : null;
  });
}

interface Found {
  readonly answered: readonly Rollout<RewardResult>[];
  readonly lenient: readonly (number | null)[];
  readonly meanIou: readonly (number | null)[];
}

function responseOf({ sample }: TrainingItem, place: number, { answered, lenient, meanIou }: Found): EvaluatedResponse {
  const { response, generation, outcome } = at(answered, place);
  return {
    id: sample.extra_info.id,
    task: sample.ability,
    source: sample.data_source,
    response,
    ground_truth: sample.reward_model.ground_truth,
    ...(sample.extra_info['steps'] === undefined ? {} : { steps: sample.extra_info['steps'] }),
    tokens: generation.tokenIds.length,
    verified: rewardOf(outcome),
    lenient: at(lenient, place),
    mean_iou: at(meanIou, place),
  };
}

function summarize(item: TrainingItem, own: readonly number[], found: Found): EvaluatedSample | undefined {
  const verified = bestOf(own.map((index) => rewardOf(at(found.answered, index).outcome)));
  const lenient = bestOf(own.map((index) => at(found.lenient, index)));
  const meanIou = bestOf(own.map((index) => at(found.meanIou, index)));
  if (verified === null || lenient === null) return undefined;
  const { sample } = item;
  return {
    id: sample.extra_info.id,
    task: sample.ability,
    source: sample.data_source,
    verified,
    lenient,
    ...(meanIou === null ? {} : { meanIou }),
  };
}

function rewardOf(result: RewardResult | undefined): number | null {
  return result?.status === 'scored' ? result.reward : null;
}

function bestOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
