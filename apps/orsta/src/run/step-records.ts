import { at } from '@vtriune/format/at';
import type { MetricInput, RolloutInput } from '@vtriune/monitor';
import type { Rollout, StepReport, UpdateReport } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import type { ImageLoader } from '../data/image-loader.ts';
import type { RolloutImages } from './rollout-images.ts';
import { rolloutBoxes } from './rollout-boxes.ts';
import { turnRecords, type KeepImages, type TurnRecords } from './turn-records.ts';

/** What `rolloutRecords` needs beside the rollouts. */
export interface RolloutRecordOptions {
  readonly step: number;
  readonly split: 'train' | 'test';
  readonly images: Pick<ImageLoader, 'storedSize'>;
  readonly kept: RolloutImages;
  /** Prompts of each source that came before in this step, where it is recorded in parts; it is counted on. */
  readonly seen?: Map<string, number>;
}

/**
 * Rollouts as the monitor records them. The group of a training response is its prompt's place in the step, since one sample may be drawn twice; a
 * held-out sample is asked once and is its own group. Images are written before this returns.
 */
export async function rolloutRecords(
  rollouts: readonly Rollout<RewardResult>[],
  { images, kept, seen, ...where }: RolloutRecordOptions,
): Promise<RolloutInput[]> {
  const files = await kept.keep(
    rollouts.map(({ prompt }) => prompt),
    seen,
  );
  const keep: KeepImages = async (pictures) => (await kept.keepImages(pictures))?.map(({ path }) => path);
  const turns: TurnRecords[] = [];
  // One after the other: two responses may have looked at the same place, and its image is one file.
  for (const { prompt, trajectory } of rollouts) turns.push(await turnRecords(trajectory, files.has(prompt) ? keep : undefined));
  return rollouts.map((rollout, index) => {
    const { id, prompt, response, generation, outcome, advantage } = rollout;
    const shown = files.get(prompt);
    const boxes = rolloutBoxes(rollout, { images, shown: shown?.[0] });
    return {
      ...where,
      source: prompt.sample.data_source,
      sample: prompt.sample.extra_info.id,
      ...(where.split === 'train' ? { group: groupOf(id) } : {}),
      prompt: prompt.sample.prompt.map(({ content }) => content).join('\n'),
      response,
      ground_truth: truthText(prompt.sample.reward_model.ground_truth),
      response_tokens: generation.tokenIds.length,
      truncated: generation.truncated,
      ...(advantage === null ? {} : { advantage }),
      ...at(turns, index),
      ...(shown === undefined ? {} : { images: shown.map(({ path }) => path) }),
      ...(boxes === undefined ? {} : { boxes }),
      result: outcome,
    };
  });
}

/** The group of a rollout: its id without the number of the response. */
export function groupOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

/** A ground truth as records carry it: a text as it is, anything else as JSON. */
export function truthText(truth: unknown): string {
  return typeof truth === 'string' ? truth : JSON.stringify(truth);
}

/** What the trainer itself measured in a step. */
export function stepMetrics(report: StepReport<RewardResult>): MetricInput[] {
  const { updates, seconds, state } = report;
  const overUpdates = (pick: (update: (typeof updates)[number]) => number): number | undefined =>
    updates.length === 0 ? undefined : updates.reduce((sum, update) => sum + pick(update), 0) / updates.length;
  const total = seconds.data + seconds.rollout + seconds.reward + seconds.update;
  const sampled = report.rollouts.reduce((sum, { generation }) => sum + generation.tokenIds.length, 0);
  const values: Record<string, number | undefined> = {
    'policy/loss': overUpdates(({ loss }) => loss),
    'policy/entropy': overUpdates(({ entropy }) => entropy),
    ...updateStatistics(updates),
    'optimizer/grad_norm': overUpdates(({ gradientNorm }) => gradientNorm),
    'optimizer/learning_rate': report.learningRate,
    'group/learned': report.groups.filter(({ zeroVariance }) => !zeroVariance).length,
    'rollout/staleness': report.staleness,
    'time/data': seconds.data,
    'time/rollout': seconds.rollout,
    'time/reward': seconds.reward,
    'time/update': seconds.update,
    'time/step': total,
    'throughput/tokens_per_second': sampled / Math.max(total, 1e-9),
    'throughput/rollout_tokens_per_second': sampled / Math.max(seconds.rollout, 1e-9),
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ step: state.step, source: 'all', split: 'train', name, value }],
  );
}

/** Means over the updates of a step: what the objective reports as `policy/<name>`, and the gradient norm of each trained part. */
function updateStatistics(updates: readonly UpdateReport[]): Record<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, value: number): void => void sums.set(name, (sums.get(name) ?? 0) + value / updates.length);
  for (const { statistics, gradientNorms } of updates) {
    for (const [name, value] of Object.entries(statistics)) add(`policy/${name}`, value);
    for (const [part, value] of Object.entries(gradientNorms)) add(`optimizer/grad_norm/${part}`, value);
  }
  return Object.fromEntries(sums);
}
