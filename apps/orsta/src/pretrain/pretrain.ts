/**
 * Pre-training of orsta-nano: dense labels first, so that the vision tower sees, then next-token loss over questions and answers. Validation
 * loss is taken with the right and with exchanged images; as long as the two are equal the model is blind and only knows the language.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createParallelEngine,
  initialize,
  latestCheckpoint,
  loadCheckpoint,
  loadModel,
  loadProcessor,
  partOf,
  saveCheckpoint,
  supervise,
  withMaxPixels,
  writeModelFolder,
  type Engine,
  type LoadedModel,
  type ObjectiveSettings,
  type PackedRow,
  type SuperviseReport,
} from '@vtriune/trainer';
import { loadAssets } from '../suite/assets.ts';
import { createNano } from './create-nano.ts';
import { withToolTokens } from './extend-tokenizer.ts';
import { heldOutLesson, lessonRows } from './lesson-rows.ts';
import { collectVocabulary } from './dense-labels.ts';
import { pretrainBatch, validationRows, type BatchSource } from './pretrain-batch.ts';
import type { PretrainRecipe } from './pretrain-recipe.ts';

/** What a pre-training step reports; the validation fields are there on steps that validate. */
export interface PretrainReport extends SuperviseReport {
  validation?: { loss: number; shuffledLoss: number };
}

const VALIDATION_SCENES = 96;
const LESSON_SCENES = 32;
const CHECKPOINTS_KEPT = 2;
const STEP_FIELD = 'step';

/** The built module beside the command line that each rank imports. */
const DENSE_OBJECTIVE = './dense-objective.js';

/** Pre-trains in a run folder and writes the finished model to `<folder>/model`; goes on from the last checkpoint where there is one. */
export async function* pretrainNano(recipe: PretrainRecipe, folder: string): AsyncGenerator<PretrainReport, void, undefined> {
  const start = await prepareModel(recipe, folder);
  const assets = await loadAssets();
  const { config, parameters } = await loadModel(start);
  const processor = withMaxPixels(await loadProcessor(start), recipe.maxPixels);
  const vocabulary = collectVocabulary(assets, processor.tokenizer);
  // A class for each thing and one for nothing, and the four sides of its box.
  const objective =
    recipe.lesson === undefined
      ? { name: 'dense-next-token', outputs: vocabulary.classes.size + 1 + 4, seed: recipe.seed }
      : { name: 'next-token' };
  const engine = await createParallelEngine({
    config,
    parameters: recipe.freshDecoder ? withFreshDecoder(parameters, initialize(config, recipe.seed)) : parameters,
    // What a fresh decoder sends back at first would only spoil a tower that sees.
    frozen: recipe.freshDecoder ? ['vit', 'connector'] : [],
    paddingTokenId: processor.tokenizer.specialIds.endOfText,
    tokensPerMicroBatch: 8192,
    objective,
    plugins: [new URL(DENSE_OBJECTIVE, import.meta.url).href],
    ranks: recipe.ranks,
  });
  try {
    yield* trained({ recipe, folder, start, engine, objective, source: { assets, vocabulary, processor, config, ...recipe } });
  } finally {
    await engine.close();
  }
}

interface Training {
  recipe: PretrainRecipe;
  folder: string;
  /** The model that training starts from. */
  start: string;
  engine: Engine;
  objective: ObjectiveSettings;
  source: BatchSource;
}

async function* trained({ recipe, folder, start, engine, objective, source }: Training): AsyncGenerator<PretrainReport, void, undefined> {
  const held = await heldOut(source, recipe.lesson);
  const checkpoints = join(folder, 'checkpoints');
  const done = await resume(engine, checkpoints);
  const steps = supervise({
    engine,
    steps: recipe.steps,
    start: done,
    batchAt: (step) => (recipe.lesson === undefined ? pretrainBatch(source, step) : lessonRows(source, recipe.lesson, step)),
    objective,
    schedule: { peak: recipe.learningRate, warmupSteps: Math.min(100, Math.ceil(recipe.steps / 10)), decay: 'cosine', floor: 0.05 },
    weightDecay: recipe.weightDecay,
  });
  for await (const report of steps) {
    if (report.step % recipe.validateEvery !== 0 && report.step !== recipe.steps) {
      yield report;
      continue;
    }
    await saveCheckpoint({
      folder: checkpoints,
      step: report.step,
      snapshot: await engine.snapshot(),
      state: { [STEP_FIELD]: report.step },
      modelFolder: start,
      keep: CHECKPOINTS_KEPT,
    });
    yield { ...report, validation: { loss: await meanLoss(engine, held), shuffledLoss: await meanLoss(engine, exchangeImages(held)) } };
  }
  await writeModelFolder(join(folder, 'model'), start, await engine.snapshot());
}

function heldOut(source: BatchSource, lesson: PretrainRecipe['lesson']): Promise<PackedRow[]> | PackedRow[] {
  if (lesson === undefined) return validationRows(source, { split: 'validation', scenes: VALIDATION_SCENES });
  return heldOutLesson(source, lesson, { split: 'validation', scenes: LESSON_SCENES });
}

type Weights = LoadedModel['parameters'];

/** The vision of one model and the decoder of another. */
function withFreshDecoder(seeing: Weights, fresh: Weights): Weights {
  return new Map([...fresh].map(([name, tensor]) => [name, partOf(name) === 'llm' ? tensor : (seeing.get(name) ?? tensor)]));
}

async function prepareModel(recipe: PretrainRecipe, folder: string): Promise<string> {
  if (recipe.model !== undefined) {
    if (recipe.lesson !== 'zoom') return recipe.model;
    const extended = join(folder, 'with-tools');
    await withToolTokens(recipe.model, extended);
    return extended;
  }
  const fresh = join(folder, 'untrained');
  await mkdir(folder, { recursive: true });
  if (!existsSync(join(fresh, 'model.safetensors'))) await createNano(fresh, recipe.seed);
  return fresh;
}

async function resume(engine: Engine, checkpoints: string): Promise<number> {
  const latest = await latestCheckpoint(checkpoints);
  if (latest === undefined) return 0;
  const { snapshot, state } = await loadCheckpoint(latest, (value) => Number((value as Record<string, unknown>)[STEP_FIELD]));
  await engine.restore(snapshot);
  return state;
}

async function meanLoss(engine: Engine, rows: readonly PackedRow[]): Promise<number> {
  const scores = await engine.scoreTargets(rows, 1);
  const all = scores.flatMap((row) => [...row]);
  return -all.reduce((sum, value) => sum + value, 0) / all.length;
}

/** Every row with the first image of the row after the next: another task's, and never its own. */
function exchangeImages(rows: readonly PackedRow[]): PackedRow[] {
  return rows.map((row, index) => {
    const [other] = rows[(index + 2) % rows.length]?.images ?? [];
    return { ...row, images: other === undefined ? row.images : [other, ...row.images.slice(1)] };
  });
}
