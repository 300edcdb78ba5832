import { at } from '@vtriune/format/at';
import type { SampleSource, TrainingItem } from '@vtriune/trainer';
import type { HeldOut } from '../evaluation/held-out.ts';
import {
  createRandom,
  generateScene,
  suite,
  toSample,
  type Scene,
  type Split,
  type SuiteAssets,
  type SuiteTask,
  type TaskName,
} from '../suite/index.ts';
import { OrstaError } from '../errors.ts';

/** The suite's tasks of these names, in this order. Throws `usage` for a name that is not one. */
export function tasksNamed(names: readonly string[]): SuiteTask[] {
  return names.map((name) => {
    const task = suite.find((one) => one.name === name);
    if (task === undefined)
      throw new OrstaError('usage', `There is no task "${name}"; the tasks are ${suite.map((one) => one.name).join(', ')}.`);
    return task;
  });
}

/** Fresh scenes without end, the tasks in turn; raw pixels, no encoding. */
export function suiteSource(assets: SuiteAssets, settings: { tasks: readonly TaskName[]; seed: number }): SampleSource {
  const tasks = tasksNamed(settings.tasks);
  return {
    at: (index) => {
      const task = tasks[index % tasks.length];
      if (task === undefined) return Promise.reject(new OrstaError('usage', 'The list of tasks is empty; name at least one.'));
      const scene = task.generate(createRandom(`train/${String(settings.seed)}/${String(index)}`), assets, 'train');
      return Promise.resolve(sceneItem(scene, { id: `${task.name}-${String(settings.seed)}-${String(index)}`, split: 'train' }));
    },
  };
}

/** The same held-out scenes in every evaluation, whatever the recipe's seed. */
export function heldOutSuite(assets: SuiteAssets, options: { tasks: readonly TaskName[]; split: Split; samplesPerTask: number }): HeldOut {
  const { split, samplesPerTask } = options;
  const tasks = tasksNamed(options.tasks);
  return {
    count: tasks.length * samplesPerTask,
    at: (position) => {
      const task = at(tasks, Math.floor(position / samplesPerTask));
      const index = position % samplesPerTask;
      const scene = generateScene(task, assets, { seed: 'evaluation', split, index });
      return Promise.resolve(sceneItem(scene, { id: `${task.name}-${split}-${String(index)}`, split }));
    },
  };
}

function sceneItem(scene: Scene, options: { id: string; split: Split }): TrainingItem {
  const [question] = scene.questions;
  if (question === undefined)
    throw new OrstaError('invalid_data', `Scene ${options.id} asks nothing; every generator must give at least one question.`);
  return { sample: toSample(question, options), images: [{ width: scene.width, height: scene.height, data: scene.pixels }] };
}
