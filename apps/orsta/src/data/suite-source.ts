import { at } from '@vtriune/format/at';
import type { SampleSource, TrainingItem } from '@vtriune/trainer';
import type { HeldOut } from '../evaluation/held-out.ts';
import {
  createRandom,
  furtherTasks,
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
import { ask, type AskSettings } from './ask.ts';

/** The tasks of these names, in this order. Throws `usage` for a name that is not one. */
export function tasksNamed(names: readonly string[]): SuiteTask[] {
  const known = [...suite, ...furtherTasks];
  return names.map((name) => {
    const task = known.find((one) => one.name === name);
    if (task === undefined)
      throw new OrstaError('usage', `There is no task "${name}"; the tasks are ${known.map((one) => one.name).join(', ')}.`);
    return task;
  });
}

/** Fresh scenes without end, the tasks in turn; raw pixels, no encoding. */
export function suiteSource(assets: SuiteAssets, settings: AskSettings & { tasks: readonly TaskName[] }): SampleSource {
  const tasks = tasksNamed(settings.tasks);
  return {
    at: (index) => {
      const task = tasks[index % tasks.length];
      if (task === undefined) return Promise.reject(new OrstaError('usage', 'The list of tasks is empty; name at least one.'));
      const scene = task.generate(createRandom(`train/${String(settings.seed)}/${String(index)}`), assets, 'train');
      const id = `${task.name}-${String(settings.seed)}-${String(index)}`;
      return Promise.resolve(sceneItem(scene, { id, split: 'train', asking: settings, draw: index }));
    },
  };
}

/** Which held-out scenes of the suite are asked about, and how; in the suite's own words where `asking` is absent. */
export interface HeldOutSuiteOptions {
  readonly tasks: readonly string[];
  readonly split: Split;
  readonly samplesPerTask: number;
  readonly asking?: AskSettings;
}

/** The same held-out scenes in every evaluation, whatever the recipe's seed. */
export function heldOutSuite(assets: SuiteAssets, options: HeldOutSuiteOptions): HeldOut {
  const { split, samplesPerTask, asking = AS_IS } = options;
  const tasks = tasksNamed(options.tasks);
  return {
    count: tasks.length * samplesPerTask,
    at: (position) => {
      const task = at(tasks, Math.floor(position / samplesPerTask));
      const index = position % samplesPerTask;
      const scene = generateScene(task, assets, { seed: 'evaluation', split, index });
      return Promise.resolve(sceneItem(scene, { id: `${task.name}-${split}-${String(index)}`, split, asking }));
    },
  };
}

const AS_IS: AskSettings = { prompts: 'as_is', seed: 0 };

interface SceneItemOptions {
  readonly id: string;
  readonly split: Split;
  readonly asking: AskSettings;
  readonly draw?: number;
}

function sceneItem(scene: Scene, { id, split, asking, draw }: SceneItemOptions): TrainingItem {
  const [question] = scene.questions;
  if (question === undefined)
    throw new OrstaError('invalid_data', `Scene ${id} asks nothing; every generator must give at least one question.`);
  const sample = toSample(question, { id, split, prompts: asking.prompts });
  return { sample: ask(sample, asking, draw), images: [{ width: scene.width, height: scene.height, data: scene.pixels }] };
}
