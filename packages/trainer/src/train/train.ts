/**
 * The training loop of V-Triune (arXiv 2505.18129, section 4): sample a group of responses for each prompt, score them, turn rewards into
 * group-relative advantages, and take a clipped policy-gradient step. Left out on purpose: a KL term, a value model and a reference policy.
 * Logging, evaluation, checkpoints and early stopping are the caller's, in its `for await` over the reports.
 */
import { at } from '@vtriune/format/at';
import { namingLargest } from '../data/naming-largest.ts';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import { trajectoryTokens } from '../data/trajectory-tokens.ts';
import type { Engine, UpdateReport } from '../engines/engine.ts';
import { learningRateAt } from '../optimizer/learning-rate.ts';
import { collectGroups } from './collect-groups.ts';
import { drawAhead, type DrawnPrompts } from './draw-prompts.ts';
import type { TrainOptions, TrainState } from './train-options.ts';
import type { ResolvedTrainConfig } from './config.ts';
import type { RolloutGroup } from './estimate.ts';
import type { RewardOutcome } from './reward.ts';
import type { Rollout } from './rollout.ts';
import { sampleAhead, sampledBefore } from './sample-ahead.ts';
import { toolUse } from './tool-use.ts';
import { stopwatch } from './stopwatch.ts';

/** What one training step did. */
export interface StepReport<Outcome extends RewardOutcome = RewardOutcome> {
  /** State after this step, to be saved with the engine's snapshot. */
  state: TrainState;
  /** Steps of the whole run. */
  totalSteps: number;
  /** A group for each prompt of the step. */
  groups: RolloutGroup<Outcome>[];
  /** All rollouts of the step, group by group. */
  rollouts: Rollout<Outcome>[];
  /** One report for each optimizer step. */
  updates: UpdateReport[];
  /** Of the updates of this step. */
  learningRate: number;
  /** Updates between the weights that the responses come from and those that learned from them: 0, or 1 with `staleness` 1. */
  staleness: number;
  /** Where the time went; they sum to the step but for what is done between the phases. */
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
  const { config } = options;
  const run = { ...options, tools: toolUse(config.tools, options.plugins) };
  let state = options.state ?? { step: 0, samplePosition: 0 };
  let sampled = await sampledBefore(run, state);
  let drawn: Promise<DrawnPrompts> | undefined;
  while (state.step < config.steps) {
    const collected = await collectGroups(run, state, { sampled, drawn });
    const ahead = samplesAhead(config, collected.state) ? await sampleAhead(run, collected.state) : undefined;
    const clock = stopwatch();
    const learningRate = learningRateAt(scheduleOf(config), state.step, config.steps);
    const learned = collected.learned.map(({ prompt }) => prompt);
    const updating = namingLargest(learned, () => learn(options, collected.learned, learningRate));
    // The engine has been asked. Ranks that compute in other threads do not wait for the next prompts then.
    drawn = ahead === undefined && collected.state.step < config.steps ? drawAhead(run, collected.state) : undefined;
    const updates = await updating;
    const staleness = sampled === undefined ? 0 : 1;
    const seconds = { ...collected.seconds, update: clock() };
    const next = await ahead?.done;
    sampled = next !== undefined && 'round' in next ? next.round : undefined;
    state = sampled === undefined ? collected.state : { ...collected.state, sampled: sampled.generations };
    const { groups } = collected;
    const rollouts = groups.flatMap((group) => group.rollouts);
    yield { state, totalSteps: config.steps, groups, rollouts, updates, learningRate, staleness, seconds };
    // The step before is whole, and its report is out.
    if (next !== undefined && 'error' in next) throw next.error;
  }
}

function samplesAhead({ staleness, steps }: ResolvedTrainConfig, { step }: TrainState): boolean {
  return staleness > 0 && step < steps;
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

/** A group as one packed row. What tools answered is seen and not learned. */
function packGroup(options: Pick<TrainOptions<RewardOutcome>, 'processor' | 'engine'>, group: RolloutGroup): PackedRow {
  const { imagePad } = options.processor.tokenizer.specialIds;
  const continuations = group.rollouts.flatMap(({ generation, advantage }) => {
    const { tokenIds, learned, logProbs, images } = trajectoryTokens(generation, imagePad);
    if (advantage === null || tokenIds.length === 0) return [];
    return [{ tokenIds, learned, images, samplerLogProbs: logProbs, trainFrom: 0, advantage }];
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
