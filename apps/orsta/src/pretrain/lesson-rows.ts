// Rows that teach one thing each, for models that go on from another one: how to look closer, how to answer at once, or what scenes look like in words.
// Beside the questions of the suite, which `pretrain-batch.ts` makes.
import {
  createToolbox,
  cropImage,
  packRow,
  toolTurn,
  type Continuation,
  type PackedRow,
  type Processor,
  type ToolContext,
  type Toolbox,
} from '@vtriune/trainer';
import { at } from '@vtriune/format/at';
import type { Split } from '../suite/assets.ts';
import { SCENE_SIZE, type Question, type Scene } from '../suite/contract.ts';
import { createRandom, type Random } from '../suite/random.ts';
import { promptText, toSample } from '../suite/sample.ts';
import { sign } from '../suite/tasks/sign.ts';
import { captionRow } from './captions.ts';
import { ZOOM_CALL } from './extend-tokenizer.ts';
import type { BatchSource } from './pretrain-batch.ts';

/** What a lesson is about: `zoom` and `look` are two ways to read a sign. */
export type Lesson = 'zoom' | 'look' | 'captions';

/** Demonstrations of a scene, each packed after the image. */
const DEMONSTRATIONS = 2;

/** How a demonstrator looks who is not sure: the middle of the box is off by this much (standard deviation), and its side is any of these. Pixels as the model sees them. */
const UNSURE = { deviation: 4, sides: [22, 64] } as const;

/** Share of demonstrations that guess without a look. */
const GUESSES = 0.25;

/** Share of scenes of `look` that are seen from nearer, so that it practices reading as much as `zoom` does. */
const NEARER = 0.5;

/** The rows of a step. */
export async function lessonRows(source: BatchSource, lesson: Lesson, step: number): Promise<PackedRow[]> {
  const random = createRandom(`lesson/${lesson}/${String(source.seed)}/${String(step)}`);
  return rowsOf(source, lesson, { random, split: 'train', scenes: source.scenesPerStep });
}

/** Rows of a held-out split. */
export function heldOutLesson(source: BatchSource, lesson: Lesson, options: { split: Split; scenes: number }): Promise<PackedRow[]> {
  return rowsOf(source, lesson, { ...options, random: createRandom(`lesson/${lesson}/${options.split}`) });
}

function rowsOf(source: BatchSource, lesson: Lesson, from: { random: Random; split: Split; scenes: number }): Promise<PackedRow[]> {
  const toolbox = lesson === 'zoom' ? createToolbox([{ name: 'image_zoom_in_tool', pixels: ZOOM_PIXELS }]) : undefined;
  return Promise.all(
    Array.from({ length: from.scenes }, async (_, index) => {
      const own = from.random.split(index);
      if (lesson === 'captions') return captionRow(source, own, from.split);
      const scene = sign.generate(own, source.assets, from.split);
      const nearer = lesson === 'look' && from.split === 'train' && own.chance(NEARER);
      return signRow(source, nearer ? partOf(scene, own) : scene, { toolbox, random: own.split('answers') });
    }),
  );
}

/** A square part of the scene with the whole sign in it. */
function partOf(scene: Scene, random: Random): Scene {
  const [x1, y1, x2, y2] = at(scene.objects, 0).box;
  const side = random.int(SCENE_SIZE, scene.width);
  const from = (low: number, high: number): number => random.int(Math.max(0, high - side), Math.min(scene.width - side, low));
  const [left, top] = [from(x1, x2), from(y1, y2)];
  const { data } = cropImage({ width: scene.width, height: scene.height, data: scene.pixels }, { left, top, width: side, height: side });
  return { ...scene, width: side, height: side, pixels: data };
}

/** The question about a sign and some answers to it. */
async function signRow(
  { processor, config }: BatchSource,
  scene: Scene,
  { toolbox, random }: { toolbox: Toolbox | undefined; random: Random },
): Promise<PackedRow> {
  const question = at(scene.questions, 0);
  const image = { width: scene.width, height: scene.height, data: scene.pixels };
  const asked = processor.process({
    messages: [{ role: 'user', content: `<image>\n${promptText(question)}` }],
    images: [image],
    addGenerationPrompt: true,
  });
  const images = [{ patches: asked.patches, grid: at(asked.grids, 0) }];
  const context = {
    sample: toSample(question, { id: 'lesson', split: 'train' }),
    images: [{ image, ...at(asked.imageSizes, 0) }],
    imageFactor: processor.config.patchSize * processor.config.mergeSize,
  };
  const answers = await Promise.all(
    Array.from({ length: toolbox === undefined ? 1 : DEMONSTRATIONS }, (_, index) => {
      const own = random.split(index);
      return toolbox !== undefined && !own.chance(GUESSES)
        ? zoomedAnswer(processor, { question, scene, random: own, context, toolbox })
        : Promise.resolve(plainAnswer(processor, question));
    }),
  );
  return packRow({ tokenIds: asked.tokenIds, images }, answers, config);
}

function plainAnswer({ tokenizer }: Processor, { answer }: Question): Continuation {
  return { tokenIds: [...tokenizer.encode(`\\boxed{${answer}}`), tokenizer.specialIds.imEnd], trainFrom: 0 };
}

/** A call, what the tool answers to it, and the answer to the question. */
async function zoomedAnswer(
  processor: Processor,
  given: { question: Question; scene: Scene; random: Random; context: Omit<ToolContext, 'settings'>; toolbox: Toolbox },
): Promise<Continuation> {
  const { tokenizer } = processor;
  const text = `${ZOOM_CALL.before}${unsureBox(given.scene, given.random).join(', ')}${ZOOM_CALL.after}`;
  const call = [...tokenizer.encode(text), tokenizer.specialIds.imEnd];
  const turn = toolTurn(processor, await given.toolbox.answer(text, given.context), call.length);
  const last = plainAnswer(processor, given.question).tokenIds;
  return {
    tokenIds: [...call, ...turn.tokenIds, ...last],
    learned: [...call.map(() => true), ...turn.tokenIds.map(() => false), ...last.map(() => true)],
    images: turn.images,
    trainFrom: 0,
  };
}

/** Area of the enlarged part: with the first look 61 visual tokens, where one look of 128x128 pixels has 64. */
const ZOOM_PIXELS = 6400;

/** A square around the sign, in pixels of the scene as the model sees it. */
function unsureBox(scene: Scene, random: Random): number[] {
  const scale = SCENE_SIZE / scene.width;
  const [x1, y1, x2, y2] = at(scene.objects, 0).box;
  const side = random.int(UNSURE.sides[0], UNSURE.sides[1]);
  const from = (low: number, high: number): number => {
    const middle = ((low + high) / 2) * scale + UNSURE.deviation * random.normal();
    return Math.round(Math.max(0, Math.min(SCENE_SIZE - side, middle - side / 2)));
  };
  const [left, top] = [from(x1, x2), from(y1, y2)];
  return [left, top, left + side, top + side];
}
