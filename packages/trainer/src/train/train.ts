/**
 * The training loop of V-Triune (arXiv 2505.18129, section 4): sample a group of responses for each prompt, score them, turn rewards into
 * group-relative advantages, and take a clipped policy-gradient step. Left out on purpose: a KL term, a value model and a reference policy.
 * Logging, evaluation, checkpoints and early stopping are the caller's, in its `for await` over the reports.
 */
import { at } from '@vtriune/format/at';
import type { GroupAdvantages } from '../advantages/advantage.ts';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import { preparePrompt, type PreparedPrompt, type SampleSource } from '../data/prepare-prompt.ts';
import type { Engine, UpdateReport } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import { learningRateAt } from '../optimizer/learning-rate.ts';
import { algorithmNamed, algorithms, type TrainerPlugin } from '../plugins.ts';
import type { Processor } from '../processor/processor.ts';
import type { ResolvedTrainConfig } from './config.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { draftRollouts, scoreRollouts, type Rollout } from './rollout.ts';

/** Where a run is; with the engine's snapshot, all that a resumed run needs. */
export interface TrainState {
  /** Steps done. */
  step: number;
  /** Index of the next sample. */
  samplePosition: number;
  /** What the advantage estimator keeps from step to step; absent where it keeps nothing. */
  advantage?: unknown;
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
  /** Further advantage estimators, by package. Objectives belong to the engine. */
  plugins?: readonly TrainerPlugin[];
}

/** The rollouts of one prompt. */
export interface RolloutGroup<Outcome extends RewardOutcome = RewardOutcome> {
  prompt: PreparedPrompt;
  rollouts: Rollout<Outcome>[];
  /** The group teaches nothing and is left out of the update. */
  zeroVariance: boolean;
}

/** What one training step did. */
export interface StepReport<Outcome extends RewardOutcome = RewardOutcome> {
  /** State after this step, to be saved with the engine's snapshot. */
  state: TrainState;
  totalSteps: number;
  groups: RolloutGroup<Outcome>[];
  /** All rollouts of the step, group by group. */
  rollouts: Rollout<Outcome>[];
  /** One report for each optimizer step. */
  updates: UpdateReport[];
  learningRate: number;
  seconds: { data: number; rollout: number; reward: number; update: number };
}

/**
 * Trains and reports each step. Breaking out of the loop is safe at any report.
 *
 * @throws TrainerError `reward_failures` when more rollouts than `failureLimit` have no reward, `not_finite` when logits, loss or gradient are
 * not finite
 */
export async function* train<Outcome extends RewardOutcome>(
  options: TrainOptions<Outcome>,
): AsyncGenerator<StepReport<Outcome>, void, undefined> {
  const { engine, processor, config } = options;
  let state = options.state ?? { step: 0, samplePosition: 0 };
  while (state.step < config.steps) {
    const step = state.step + 1;
    const clock = stopwatch();
    const drawn = await drawPrompts(options, state.samplePosition);
    const data = clock();
    const prompts = await encodePrompts(engine, drawn);
    const generations = await engine.generate(
      prompts.map((prompt, p) => ({ tokenIds: prompt.tokenIds, images: prompt.images, key: state.samplePosition + p })),
      { ...config, stopTokenIds: stopTokens(processor) },
    );
    const rollout = clock();
    const drafts = draftRollouts(processor, { prompts, generations, idOf: (p, g) => `${String(step)}-${String(p)}-${String(g)}` });
    const scored = await scoreRollouts(options.reward, drafts, { split: 'train', progress: { step, totalSteps: config.steps } });
    checkFailures(scored, config.failureLimit);
    const reward = clock();
    const { groups, memory } = estimateAdvantages(options, scored, state.advantage);
    const learningRate = learningRateAt(scheduleOf(config), state.step, config.steps);
    const updates = await learn(options, groups, learningRate);
    state = { step, samplePosition: state.samplePosition + prompts.length, ...(memory === undefined ? {} : { advantage: memory }) };
    yield {
      state,
      totalSteps: config.steps,
      groups,
      rollouts: groups.flatMap((group) => group.rollouts),
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

/** The prompts with their images encoded, where that can be done once for the whole step. */
async function encodePrompts(engine: Engine, prompts: readonly PreparedPrompt[]): Promise<PreparedPrompt[]> {
  const images = await engine.encodeImages(prompts.flatMap((prompt) => prompt.images));
  let next = 0;
  return prompts.map((prompt) => ({ ...prompt, images: images.slice(next, (next += prompt.images.length)) }));
}

function checkFailures(rollouts: readonly Rollout[], limit: number): void {
  const failed = rollouts.flatMap(({ outcome }) => (outcome.status === 'failed' ? [outcome.error] : []));
  const [first] = failed;
  if (first === undefined || failed.length <= limit * rollouts.length) return;
  throw new TrainerError(
    'reward_failures',
    `${String(failed.length)} of ${String(rollouts.length)} rollouts came back without a reward (first: ${first.code}: ${first.message}); at most ${String(limit * 100)} % may. Mend the verifier or its data, or raise failureLimit.`,
  );
}

/** Gathers the rollouts of each prompt and gives each its advantage. */
function estimateAdvantages<Outcome extends RewardOutcome>(
  options: TrainOptions<Outcome>,
  rollouts: readonly Rollout<Outcome>[],
  state: unknown,
): { groups: RolloutGroup<Outcome>[]; memory: unknown } {
  const { name, ...settings } = options.config.advantage;
  const estimator = algorithmNamed('advantage estimator', algorithms(options.plugins).advantages, name);
  const byPrompt = new Map<PreparedPrompt, Rollout<Outcome>[]>();
  for (const rollout of rollouts) {
    const own = byPrompt.get(rollout.prompt);
    if (own === undefined) byPrompt.set(rollout.prompt, [rollout]);
    else own.push(rollout);
  }
  const given = [...byPrompt];
  const estimate = estimator.estimate(
    given.map(([{ sample }, own]) => ({
      source: sample.data_source,
      task: sample.ability,
      rollouts: own.map(({ outcome }) => rewardOf(outcome)),
    })),
    { settings, state },
  );
  const groups = given.map(([prompt, own], index) => groupOf(prompt, own, at(estimate.groups, index)));
  return { groups, memory: estimate.state };
}

function rewardOf(outcome: RewardOutcome): { reward: number | null; components?: Readonly<Record<string, number>> } {
  if (outcome.status === 'failed') return { reward: null };
  return { reward: outcome.reward, ...(outcome.components === undefined ? {} : { components: outcome.components }) };
}

function groupOf<Outcome extends RewardOutcome>(
  prompt: PreparedPrompt,
  rollouts: readonly Rollout<Outcome>[],
  { advantages, zeroVariance }: GroupAdvantages,
): RolloutGroup<Outcome> {
  return { prompt, zeroVariance, rollouts: rollouts.map((rollout, g) => ({ ...rollout, advantage: at(advantages, g) })) };
}

/** One optimizer step for each minibatch of groups that teach something. */
async function learn<Outcome extends RewardOutcome>(
  options: TrainOptions<Outcome>,
  groups: readonly RolloutGroup<Outcome>[],
  learningRate: number,
): Promise<UpdateReport[]> {
  const { config, engine } = options;
  const size = groups.length / config.updatesPerStep;
  const minibatches = Array.from({ length: config.updatesPerStep }, (_, i) =>
    groups
      .slice(i * size, (i + 1) * size)
      .filter((group) => !group.zeroVariance)
      .map((group) => packGroup(options, group)),
  );
  // The first minibatch is on-policy: its own forward pass gives the old log-probabilities. The others need them from before the first step.
  for (const later of minibatches.slice(1)) await fixOldLogProbs(engine, later, config.temperature);
  const updates: UpdateReport[] = [];
  for (const rows of minibatches.filter((some) => some.length > 0)) {
    updates.push(
      await engine.update({
        rows,
        objective: config.objective,
        temperature: config.temperature,
        normalizer: {
          tokens: rows.reduce((sum, row) => sum + row.targets.length, 0),
          sequences: rows.reduce((sum, row) => sum + row.sequences, 0),
        },
        learningRate,
        gradientClip: config.gradientClip,
        adamw: { beta1: config.beta1, beta2: config.beta2, epsilon: 1e-8, weightDecay: config.weightDecay },
      }),
    );
  }
  return updates;
}

/** A group as one packed row. Image placeholders that the policy invented are removed: they have no pixels. */
function packGroup(options: Pick<TrainOptions<RewardOutcome>, 'processor' | 'engine'>, group: RolloutGroup): PackedRow {
  const { imagePad } = options.processor.tokenizer.specialIds;
  const continuations = group.rollouts.flatMap(({ generation, advantage }) => {
    const kept = generation.tokenIds.flatMap((id, t) => (id === imagePad ? [] : [{ id, logProb: at(generation.logProbs, t) }]));
    if (advantage === null || kept.length === 0) return [];
    return [{ tokenIds: kept.map(({ id }) => id), samplerLogProbs: kept.map(({ logProb }) => logProb), trainFrom: 0, advantage }];
  });
  return packRow(group.prompt, continuations, options.engine.config);
}

async function fixOldLogProbs(engine: Engine, rows: readonly PackedRow[], temperature: number): Promise<void> {
  const scores = await engine.scoreTargets(rows, temperature);
  rows.forEach((row, r) => {
    row.targets.forEach((target, t) => (target.oldLogProb = at(at(scores, r), t)));
  });
}

function scheduleOf(config: ResolvedTrainConfig): Parameters<typeof learningRateAt>[0] {
  return { peak: config.learningRate, warmupSteps: config.warmupSteps, decay: config.learningRateDecay, floor: config.learningRateFloor };
}

/** Tokens that end a response: the end of the turn, the end of the text, and what `generation_config.json` adds to them. */
export function stopTokens({ tokenizer, generation }: Processor): number[] {
  return [...new Set([tokenizer.specialIds.imEnd, tokenizer.specialIds.endOfText, ...generation.stopTokenIds])];
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
