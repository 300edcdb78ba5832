// The eight tasks in the paper's order: reasoning, then perception.
import type { Split, SuiteAssets } from './assets.ts';
import type { Scene, SuiteTask } from './contract.ts';
import { createRandom } from './random.ts';
import { chart } from './tasks/chart.ts';
import { counting } from './tasks/counting.ts';
import { detection } from './tasks/detection.ts';
import { grounding } from './tasks/grounding.ts';
import { math } from './tasks/math.ts';
import { ocr } from './tasks/ocr.ts';
import { puzzle } from './tasks/puzzle.ts';
import { science } from './tasks/science.ts';
import { sign } from './tasks/sign.ts';

/** The eight tasks. */
export const suite: readonly SuiteTask[] = [math, puzzle, chart, science, grounding, detection, counting, ocr];

/** Tasks beside the eight, which a recipe must ask for. */
export const furtherTasks: readonly SuiteTask[] = [sign];

/**
 * Scene number `index` of a task. Seed, split, task and index make the random state, so scenes of different splits are never the same
 * and any scene can be made without those before it.
 */
export function generateScene(task: SuiteTask, assets: SuiteAssets, at: { seed: number | string; split: Split; index: number }): Scene {
  return task.generate(createRandom(`${at.seed}/${at.split}/${task.name}/${at.index}`), assets, at.split);
}
