// What the nano tasks promise: a seeded generator returns a scene with its visible objects and several questions about it; 96x96 pixels, but for `sign`.
// Scenes are raw RGB, so that training needs no encoder; PNG bytes are made by `sceneToPng` where a file is wanted.
import type { Box } from '@vtriune/iou';
import type { Split, SuiteAssets } from './assets.ts';
import type { Random } from './random.ts';

/** Side of every scene in pixels. */
export const SCENE_SIZE = 96;

/** The eight tasks of the paper: four of reasoning, then four of perception. */
export const TASK_NAMES = ['math', 'puzzle', 'chart', 'science', 'grounding', 'detection', 'counting', 'ocr'] as const;
/** Tasks beside the eight, for questions of their own: `sign` needs a second look. */
export const FURTHER_TASK_NAMES = ['sign'] as const;
/** One of the tasks. */
export type TaskName = (typeof TASK_NAMES)[number] | (typeof FURTHER_TASK_NAMES)[number];

/** A visible thing that a dense label can name: a digit `0`..`9`, a sprite (`cat`), a drawn part (`red bar`). */
export interface SceneObject {
  label: string;
  /** `[x1, y1, x2, y2]`, whole pixels, edges (so `x2` may be 96). */
  box: Box;
}

/** One question about a scene with its only right answer. */
export interface Question {
  task: TaskName;
  /** The data source under which rewards and accuracies are reported, such as `nano_chart_bar`. */
  source: string;
  /** The question itself, without the image mark and without the format instruction. */
  text: string;
  /** The canonical short answer; for boxes the answer in the asked JSON format. */
  answer: string;
  /** The boxes to find, for grounding and detection. */
  boxes?: SceneObject[];
  /** Worked steps such as `3 + 4 = 7`, for reasoning that has any. */
  steps?: string;
}

/** One image with its questions; `questions[0]` is the one that RL and evaluation ask. */
export interface Scene {
  task: TaskName;
  width: number;
  height: number;
  /** RGB, row by row, `width * height * 3` bytes. */
  pixels: Uint8Array;
  objects: SceneObject[];
  questions: Question[];
}

/** A generator of scenes: the same random state, assets and split give the same scene. */
export interface SuiteTask {
  name: TaskName;
  /** Sources of the first questions: those that are trained by RL and evaluated. */
  sources: readonly string[];
  generate(random: Random, assets: SuiteAssets, split: Split): Scene;
}
