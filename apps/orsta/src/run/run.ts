import type { Monitor } from '@vtriune/monitor';
import type { Engine } from '@vtriune/trainer';
import type { CommandContext } from '../context.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { LiveDisplay } from '../report/live.ts';
import type { SignalWatch } from '../report/no-signal.ts';
import type { Prepared } from './prepare.ts';
import type { RolloutImages } from './rollout-images.ts';
import type { RunFolder } from './run-folder.ts';

/** A run at work: what its steps and its evaluations share. */
export interface Run {
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  readonly context: CommandContext;
  readonly live: LiveDisplay;
  readonly prepared: Prepared;
  readonly engine: Engine;
  readonly monitor: Monitor;
  readonly images: RolloutImages;
  /** Says in the alarm `no_signal` which setting is likely wrong. */
  readonly signal: SignalWatch;
}

/** Whether a run has anything to evaluate on. */
export function evaluates({ recipe, prepared }: Pick<Run, 'recipe' | 'prepared'>): boolean {
  return recipe.evaluation.samplesPerTask > 0 && prepared.heldOut.count > 0;
}
