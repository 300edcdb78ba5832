// What the tests of the suite share: scenes of a task, and measures on pixels and boxes that do not use the generators' own code.
import type { Split, SuiteAssets } from './assets.ts';
import { loadAssets } from './assets.ts';
import type { Question, Scene, SceneObject, TaskName } from './contract.ts';
import type { ColorName } from './draw/palette.ts';
import { COLORS, COLOR_NAMES } from './draw/palette.ts';
import { SuiteError } from './errors.ts';
import { generateScene, suite } from './suite.ts';

const assets: Promise<SuiteAssets> = loadAssets();
const pools = new Map<string, Scene[]>();

/** Scenes 0 to `count - 1` of a task; each is made once in a test file. */
export async function scenesOf(name: TaskName, count: number, split: Split = 'train'): Promise<Scene[]> {
  const task = suite.find((candidate) => candidate.name === name);
  if (!task) throw new SuiteError('empty_choice', `no task ${name}`);
  const loaded = await assets;
  const pool = pools.get(`${name}/${split}`) ?? [];
  pools.set(`${name}/${split}`, pool);
  while (pool.length < count) pool.push(generateScene(task, loaded, { seed: 'test', split, index: pool.length }));
  return pool.slice(0, count);
}

/** Every question with its scene, of the sources that start with a prefix. */
export function questionsOf(scenes: readonly Scene[], prefix = ''): { scene: Scene; question: Question }[] {
  return scenes.flatMap((scene) =>
    scene.questions.filter(({ source }) => source.startsWith(prefix)).map((question) => ({ scene, question })),
  );
}

/** Objects whose label ends with a word. */
export function objectsNamed(scene: Scene, word: string): SceneObject[] {
  return scene.objects.filter(({ label }) => label.endsWith(word));
}

/** The nearest named colour of a pixel; undefined for grey, dark and pale ones. */
export function colorAt(scene: Scene, x: number, y: number): ColorName | undefined {
  const at = (Math.floor(y) * scene.width + Math.floor(x)) * 3;
  const [red, green, blue] = [scene.pixels[at]!, scene.pixels[at + 1]!, scene.pixels[at + 2]!];
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 70) return undefined;
  const distance = (name: ColorName): number => Math.hypot(red - COLORS[name][0], green - COLORS[name][1], blue - COLORS[name][2]);
  return [...COLOR_NAMES].sort((first, second) => distance(first) - distance(second))[0];
}

/** The colour word in a text, or undefined. */
export function colorIn(text: string): ColorName | undefined {
  return COLOR_NAMES.find((name) => text.includes(name));
}

/** Middle of a box. */
export function middleOf({ box }: SceneObject): { x: number; y: number } {
  return { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 };
}
