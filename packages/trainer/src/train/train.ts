/**
 * The training loop of V-Triune (arXiv 2505.18129, section 4): sample a group of responses for each prompt, score them, turn rewards into
 * group-relative advantages, and take a clipped policy-gradient step. Left out on purpose: a KL term, a value model and a reference policy.
 * Logging, evaluation, checkpoints and early stopping are the caller's, in its `for await` over the reports.
 */
import { groupAdvantages } from '../advantage/group-advantages.ts';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import { preparePrompt, type PreparedPrompt, type SampleSource } from '../data/prepare-prompt.ts';
import type { Engine, UpdateReport } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import { learningRateAt } from '../optimizer/learning-rate.ts';
import type { Processor } from '../processor/processor.ts';
import type { Generation } from '../rollout/generate.ts';
import type { ResolvedTrainConfig } from './config.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';

/** Where a run stands; with the engine's snapshot, all that a resumed run needs. */
export interface TrainState {
  /** Steps done. */
  step: number;
  /** Index of the next sample. */
  samplePosition: number;
}

/** What `train` needs. */
export interface TrainOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  samples: SampleSource;
  reward: RewardFunction<Outcome>;
  config: ResolvedTrainConfig;
  /** Where to go on; the beginning where absent. */
  state?: TrainState;
}

/** One response of a step with its outcome. */
export interface Rollout<Outcome extends RewardOutcome = RewardOutcome> {
  id: string;
  prompt: PreparedPrompt;
  response: string;
  tokens: number;
  truncated: boolean;
  outcome: Outcome;
  /** Absent where the reward failed. */
  advantage: number | null;
}

/** What one training step did. */
export interface StepReport<Outcome extends RewardOutcome = RewardOutcome> {
  /** State behind this step, to be saved with the engine's snapshot. */
  state: TrainState;
  totalSteps: number;
  rollouts: Rollout<Outcome>[];
  /** Groups whose rewards were all equal, and all groups. */
  zeroVarianceGroups: number;
  groups: number;
  /** One report for each optimizer step. */
  updates: UpdateReport[];
  learningRate: number;
  seconds: { data: number; rollout: number; reward: number; update: number };
}

/**
 * Trains and reports each step. Breaking out of the loop is safe at any report.
 *
 * @throws TrainerError `reward_failures` when more rollouts than `failureLimit` have no reward, `not_finite` when the loss is NaN
 */
export async function* train<Outcome extends RewardOutcome>(
  options: TrainOptions<Outcome>,
): AsyncGenerator<StepReport<Outcome>, void, undefined> {
  const { engine, config } = options;
  let state = options.state ?? { step: 0, samplePosition: 0 };
  while (state.step < config.steps) {
    const clock = stopwatch();
    const prompts = await drawPrompts(options, state.samplePosition);
    const data = clock();
    const generations = await engine.generate(
      prompts.map((prompt, p) => ({ tokenIds: prompt.tokenIds, images: prompt.images, key: state.samplePosition + p })),
      { ...config, stopTokenIds: stopTokens(options.processor) },
    );
    const rollout = clock();
    const groups = await scoreGroups(options, { prompts, generations, step: state.step + 1 });
    const reward = clock();
    const learningRate = learningRateAt(scheduleOf(config), state.step, config.steps);
    const updates = await learn(options, groups, learningRate);
    state = { step: state.step + 1, samplePosition: state.samplePosition + prompts.length };
    yield {
      state,
      totalSteps: config.steps,
      rollouts: groups.flatMap((group) => group.rollouts),
      zeroVarianceGroups: groups.filter((group) => group.zeroVariance).length,
      groups: groups.length,
      updates,
      learningRate,
      seconds: { data, rollout, reward, update: clock() },
    };
  }
}

async function drawPrompts(
  options: Pick<TrainOptions<RewardOutcome>, 'samples' | 'processor' | 'config'>,
  position: number,
): Promise<PreparedPrompt[]> {
  const items = await Promise.all(Array.from({ length: options.config.promptsPerStep }, (_, i) => options.samples.at(position + i)));
  return items.map((item) => preparePrompt(options.processor, item));
}

interface Group<Outcome extends RewardOutcome> {
  prompt: PreparedPrompt;
  generations: Generation[];
  rollouts: Rollout<Outcome>[];
  zeroVariance: boolean;
}

/** Scores all responses of a step and turns the rewards of each group into advantages. */
async function scoreGroups<Outcome extends RewardOutcome>(
  options: TrainOptions<Outcome>,
  step: { prompts: PreparedPrompt[]; generations: Generation[][]; step: number },
): Promise<Group<Outcome>[]> {
  const { config, processor } = options;
  const responses = step.generations.map((group) =>
    group.map((generation) => processor.tokenizer.decode(generation.tokenIds, { skipSpecialTokens: true })),
  );
  const requests = step.prompts.flatMap(({ sample, imageSizes }, p) =>
    (responses[p] ?? []).map((response, g) => ({
      id: `${String(step.step)}-${String(p)}-${String(g)}`,
      sample,
      response,
      split: 'train' as const,
      progress: { step: step.step, totalSteps: config.steps },
      imageSizes,
    })),
  );
  const outcomes = await options.reward(requests);
  checkFailures(outcomes, requests.length, config.failureLimit);
  return step.prompts.map((prompt, p) => {
    const generations = step.generations[p] ?? [];
    const own = outcomes.slice(p * config.groupSize, (p + 1) * config.groupSize);
    const { advantages, zeroVariance } = groupAdvantages(
      own.map((outcome) => (outcome.status === 'scored' ? outcome.reward : null)),
      config,
    );
    const rollouts = own.map((outcome, g) => ({
      id: requests[p * config.groupSize + g]?.id ?? '',
      prompt,
      response: responses[p]?.[g] ?? '',
      tokens: generations[g]?.tokenIds.length ?? 0,
      truncated: generations[g]?.truncated ?? false,
      outcome,
      advantage: advantages[g] ?? null,
    }));
    return { prompt, generations, rollouts, zeroVariance };
  });
}

function checkFailures(outcomes: readonly RewardOutcome[], expected: number, limit: number): void {
  if (outcomes.length !== expected) {
    throw new TrainerError(
      'reward_failures',
      `The reward function returned ${String(outcomes.length)} outcomes for ${String(expected)} responses; it must return one for each, in order.`,
    );
  }
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'failed' ? [outcome.error] : []));
  if (failed.length <= limit * expected) return;
  throw new TrainerError(
    'reward_failures',
    `${String(failed.length)} of ${String(expected)} rollouts came back without a reward (first: ${failed[0]?.code ?? ''}: ${failed[0]?.message ?? ''}); at most ${String(limit * 100)} % may. Mend the verifier or its data, or raise failureLimit.`,
  );
}

/** One optimizer step for each minibatch of groups that teach something. */
async function learn<Outcome extends RewardOutcome>(
  options: TrainOptions<Outcome>,
  groups: readonly Group<Outcome>[],
  learningRate: number,
): Promise<UpdateReport[]> {
  const { config, engine } = options;
  const size = groups.length / config.updatesPerStep;
  const minibatches = Array.from({ length: config.updatesPerStep }, (_, i) =>
    groups.slice(i * size, (i + 1) * size).filter((group) => !group.zeroVariance),
  );
  const rows = minibatches.map((minibatch) => minibatch.map((group) => packGroup(options, group)));
  // The first minibatch is on-policy: its own forward pass gives the old log-probabilities. The others need them from before the first step.
  for (const later of rows.slice(1)) await fixOldLogProbs(engine, later, config.temperature);
  const updates: UpdateReport[] = [];
  for (const minibatch of rows.filter((some) => some.length > 0)) {
    updates.push(
      await engine.update({
        rows: minibatch,
        loss: { kind: 'policy', temperature: config.temperature, clipLow: config.clipLow, clipHigh: config.clipHigh },
        normalizer: minibatch.reduce((sum, row) => sum + row.targets.length, 0),
        learningRate,
        gradientClip: config.gradientClip,
        adamw: { beta1: config.beta1, beta2: config.beta2, epsilon: 1e-8, weightDecay: config.weightDecay },
      }),
    );
  }
  return updates;
}

/** A group as one packed row. Image placeholders that the policy invented are removed: they have no pixels. */
function packGroup<Outcome extends RewardOutcome>(options: TrainOptions<Outcome>, group: Group<Outcome>): PackedRow {
  const { imagePad } = options.processor.tokenizer.specialIds;
  const continuations = group.rollouts.flatMap(({ advantage }, g) => {
    const tokenIds = (group.generations[g]?.tokenIds ?? []).filter((id) => id !== imagePad);
    return advantage === null || tokenIds.length === 0 ? [] : [{ tokenIds, trainFrom: 0, advantage }];
  });
  return packRow(group.prompt, continuations, options.engine.config);
}

async function fixOldLogProbs(engine: Engine, rows: readonly PackedRow[], temperature: number): Promise<void> {
  const scores = await engine.scoreTargets(rows, temperature);
  rows.forEach((row, r) => {
    row.targets.forEach((target, t) => (target.oldLogProb = scores[r]?.[t] ?? Number.NaN));
  });
}

function scheduleOf(config: ResolvedTrainConfig): Parameters<typeof learningRateAt>[0] {
  return { peak: config.learningRate, warmupSteps: config.warmupSteps, decay: config.learningRateDecay, floor: config.learningRateFloor };
}

/** Tokens that end a response: the end of the turn and the end of the text. */
export function stopTokens(processor: Processor): number[] {
  return [processor.tokenizer.specialIds.imEnd, processor.tokenizer.specialIds.endOfText];
}

/** Seconds since the last call. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
