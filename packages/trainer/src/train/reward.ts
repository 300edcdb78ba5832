import type { Sample } from '@vtriune/format';
import type { ProcessedSize } from '../processor/processor.ts';
import type { RgbImage } from '../processor/rgb-image.ts';

/** A response waiting for its reward. */
export interface RolloutToScore {
  /** Unique within the run: `<step>-<prompt>-<response>`. */
  id: string;
  sample: Sample;
  response: string;
  split: 'train' | 'test';
  /** Where the run is, for rewards that change over training; `step` counts from 1. */
  progress: { step: number; totalSteps: number };
  imageSizes: readonly ProcessedSize[];
  /** All turns of the response, where there are tools; `response` is then the last turn of the policy. */
  trajectory?: Trajectory;
}

/** A turn of a response: the policy's, or the answers of tools to it. */
export interface TrajectoryTurn {
  role: 'assistant' | 'tool';
  /** An image is `<image>`. */
  text: string;
  /** Images of a tool's turn, in order. */
  images: readonly RgbImage[];
}

/** A response with tools, turn by turn. */
export interface Trajectory {
  turns: readonly TrajectoryTurn[];
  /** Calls that were answered. */
  toolCalls: number;
  /** How many of them got an error. */
  toolErrors: number;
}

/** A reward, or the reason why there is none; a failure is never a reward of 0. */
export type RewardOutcome =
  | { status: 'scored'; reward: number; components?: Readonly<Record<string, number>> }
  | { status: 'failed'; error: { code: string; message: string } };

/** Scores responses; the answer has one outcome for each, in order. Whatever else an outcome carries comes back in the step report. */
export type RewardFunction<Outcome extends RewardOutcome = RewardOutcome> = (
  rollouts: readonly RolloutToScore[],
) => Promise<readonly Outcome[]>;
