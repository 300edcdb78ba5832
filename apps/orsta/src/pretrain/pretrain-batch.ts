/**
 * Batches for pre-training orsta-nano. Each row is one scene with all its questions packed after the image. Answers come in mixed formats
 * and box labels are off by a few pixels, as a real base model's data is: it learns the skills, and no format in particular.
 */
import { packRow, type Continuation, type ModelConfig, type PackedRow, type Processor } from '@vtriune/trainer';
import type { Split, SuiteAssets } from '../suite/assets.ts';
import { stylesFor, renderAnswer, type AnswerStyle } from '../suite/answer-styles.ts';
import { SCENE_SIZE, type Question, type Scene, type SceneObject } from '../suite/contract.ts';
import { createRandom, type Random } from '../suite/random.ts';
import { promptText } from '../suite/sample.ts';
import { suite } from '../suite/suite.ts';
import { arithmeticQuestion } from './arithmetic.ts';
import type { LabeledRow } from './dense-objective.ts';
import { denseLabels, type DenseVocabulary } from './dense-labels.ts';
import { CELLS } from './nano-config.ts';
import { warmUpScene } from './warm-up-scene.ts';
import { at } from '@vtriune/format/at';

/** Everything that makes batches; the same options and step give the same batch. */
export interface BatchSource {
  assets: SuiteAssets;
  vocabulary: DenseVocabulary;
  processor: Processor;
  config: ModelConfig;
  seed: number;
  scenesPerStep: number;
  /** Steps of dense labels alone before the first question. */
  warmUpSteps: number;
  denseWeight: number;
  /** Standard deviation of box labels in pixels. */
  boxNoise: number;
  /** Mean margin of box labels on each side, as a share of the width or height: people who label draw loosely. */
  boxMargin: number;
  /** Share of worked answers among the questions that have steps. */
  workedShare: number;
  /** Questions of arithmetic in text beside those of a scene. */
  arithmetic: number;
}

/**
 * How often each format is used for an answer. The asked forms, boxed and JSON, are a minority that greedy decoding does not choose but that
 * sampling finds: what a base model brings to RL.
 */
const FORMAT_WEIGHTS: Readonly<Record<Exclude<AnswerStyle, 'asked' | 'steps_boxed'>, number>> = {
  plain: 40,
  sentence: 30,
  boxed: 15,
  json: 34,
  numbers: 33,
  corners: 33,
};

/** Share of scenes that are grids of digits and sprites: during warm-up, and after. */
const GRID_SHARE = { warmUp: 0.75, after: 0.08 };

/** How many times as many scenes a warm-up step has: without the language model they cost half as much. */
const WARM_UP_FACTOR = 2;

/** Answers longer than this count as this long, so that boxes do not drown one-word answers. */
const ANSWER_WEIGHT_TOKENS = 6;

/** The batch of a step. */
export function pretrainBatch(source: BatchSource, step: number): LabeledRow[] {
  const warmUp = step < source.warmUpSteps;
  const random = createRandom(`pretrain/${String(source.seed)}/${String(step)}`);
  const count = source.scenesPerStep * (warmUp ? WARM_UP_FACTOR : 1);
  const scenes = Array.from({ length: count }, (_, index) =>
    drawScene(source, random.split(index), { warmUp, index: step * count + index }),
  );
  const normalizer = scenes.length * CELLS * CELLS;
  return scenes.map((scene, index) => ({
    ...sceneRow(source, warmUp ? { ...scene, questions: [] } : scene, random.split(`answers/${String(index)}`)),
    extras: denseLabels(scene, source.vocabulary, { weight: warmUp ? 1 : source.denseWeight, normalizer }),
  }));
}

/** Rows of a held-out split, with the answers in the same mixture. */
export function validationRows(source: BatchSource, options: { split: Split; scenes: number }): PackedRow[] {
  const random = createRandom(`pretrain/${options.split}`);
  return Array.from({ length: options.scenes }, (_, index) => {
    const task = at(suite, index % suite.length);
    const scene = task.generate(random.split(index), source.assets, options.split);
    return sceneRow({ ...source, boxNoise: 0, boxMargin: 0 }, scene, random.split(`answers/${String(index)}`));
  });
}

function drawScene(source: BatchSource, random: Random, options: { warmUp: boolean; index: number }): Scene {
  if (random.chance(options.warmUp ? GRID_SHARE.warmUp : GRID_SHARE.after)) return warmUpScene(random, source.assets, 'train');
  const task = at(suite, options.index % suite.length);
  return task.generate(random, source.assets, 'train');
}

function sceneRow(source: BatchSource, scene: Scene, random: Random): PackedRow {
  const { tokenizer } = source.processor;
  const first = scene.questions[0];
  const processed = source.processor.process({
    messages: userMessage(first === undefined ? '' : promptText(first)),
    images: [{ width: scene.width, height: scene.height, data: scene.pixels }],
    addGenerationPrompt: true,
  });
  const afterImage = processed.tokenIds.lastIndexOf(tokenizer.specialIds.visionEnd) + 1;
  const images = [{ patches: processed.patches, grid: processed.grids[0] ?? ([1, 0, 0] as const) }];
  const texts = scene.questions.length === 0 ? 0 : source.arithmetic;
  const asked = [
    ...scene.questions,
    ...Array.from({ length: texts }, (_, index) => arithmeticQuestion(random.split(`text/${String(index)}`))),
  ];
  const continuations = asked.map((question, index) => continuation(source, question, random.split(index)));
  return packRow({ tokenIds: processed.tokenIds.slice(0, afterImage), images }, continuations, source.config);
}

function userMessage(text: string): { role: 'user'; content: string }[] {
  return [{ role: 'user', content: `<image>\n${text}` }];
}

/** A question and its answer after the image. */
function continuation(source: BatchSource, question: Question, random: Random): Continuation {
  const { tokenizer } = source.processor;
  const prompt = tokenizer.encode(tokenizer.applyChatTemplate(userMessage(promptText(question)), { addGenerationPrompt: true }));
  const asked = prompt.slice(prompt.lastIndexOf(tokenizer.specialIds.visionEnd) + 1);
  const noisy =
    question.boxes === undefined
      ? question
      : { ...question, boxes: question.boxes.map((object) => jitter(loosen(object, random, source.boxMargin), random, source.boxNoise)) };
  const answer = [...tokenizer.encode(renderAnswer(noisy, pickFormat(source, question, random), random)), tokenizer.specialIds.imEnd];
  const weight = Math.min(1, ANSWER_WEIGHT_TOKENS / answer.length);
  return { tokenIds: [...asked, ...answer], trainFrom: asked.length, weights: answer.map(() => weight) };
}

function pickFormat(source: BatchSource, question: Question, random: Random): AnswerStyle {
  const formats = stylesFor(question);
  if (formats.includes('steps_boxed') && random.chance(source.workedShare)) return 'steps_boxed';
  const others = formats.filter((format) => format !== 'asked' && format !== 'steps_boxed');
  let left = random.next() * others.reduce((sum, format) => sum + FORMAT_WEIGHTS[format], 0);
  return others.find((format) => (left -= FORMAT_WEIGHTS[format]) < 0) ?? 'plain';
}

/** Moves each side out by up to twice the mean margin. */
function loosen(object: SceneObject, random: Random, margin: number): SceneObject {
  if (margin === 0) return object;
  const [x1, y1, x2, y2] = object.box;
  const out = (length: number): number => 2 * margin * length * random.next();
  return { label: object.label, box: [x1 - out(x2 - x1), y1 - out(y2 - y1), x2 + out(x2 - x1), y2 + out(y2 - y1)] };
}

function jitter(object: SceneObject, random: Random, deviation: number): SceneObject {
  const move = (side: number): number => Math.max(0, Math.min(SCENE_SIZE, Math.round(side + deviation * random.normal())));
  const [x1, y1, x2, y2] = object.box;
  const [left, right] = [move(x1), move(x2)];
  const [top, bottom] = [move(y1), move(y2)];
  return { label: object.label, box: [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)] };
}
