import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { RolloutBox } from '@vtriune/monitor';
import { readJsonl, readParquet, type Sample, readTextLines } from '@vtriune/format';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';
import { sampleCell, type NamedBox, type Prediction } from '../picture/sample-cell.ts';
import { writeSheet } from '../picture/picture.ts';

/** Options of `orsta preview`. */
export interface PreviewCommandOptions {
  readonly out: string;
  readonly predictions?: string;
  readonly count: number;
  readonly skip: number;
  readonly columns: number;
}

/** Draws samples of a JSONL or Parquet file with their questions, answers and boxes, and with what a model said where that is given. */
export async function previewCommand(file: string, options: PreviewCommandOptions, context: CommandContext): Promise<void> {
  const path = resolve(context.cwd, file);
  const said =
    options.predictions === undefined ? new Map<string, Prediction>() : await readPredictions(resolve(context.cwd, options.predictions));
  const samples = await take(path, options, (id) => options.predictions === undefined || said.has(id));
  if (samples.length === 0) throw new OrstaError('invalid_data', nothingToShow(path, options));
  const out = resolve(context.cwd, options.out);
  const cells = samples.map((sample) => sampleCell(sample, dirname(path), said.get(sample.extra_info.id)));
  await writeSheet(cells, out, { columns: Math.min(options.columns, cells.length), side: 200 });
  context.output(`${String(cells.length)} samples drawn in ${out}\n`);
}

async function take(path: string, { skip, count }: PreviewCommandOptions, wanted: (id: string) => boolean): Promise<Sample[]> {
  const samples: Sample[] = [];
  let left = skip;
  for await (const sample of readSamples(path)) {
    if (!wanted(sample.extra_info.id)) continue;
    if (left > 0) left -= 1;
    else samples.push(sample);
    if (samples.length === count) break;
  }
  return samples;
}

function readSamples(path: string): AsyncIterable<Sample> {
  return extname(path).toLowerCase() === '.parquet' ? readParquet(path) : readJsonl(path);
}

/** The last response to each sample: of `rollouts.jsonl` of a run, or of any JSONL with `id` or `sample`, and `response`. */
async function readPredictions(path: string): Promise<Map<string, Prediction>> {
  if (!existsSync(path)) throw new OrstaError('usage', `There is no file ${path}. Correct --predictions.`);
  const found = new Map<string, Prediction>();
  let line = 0;
  for await (const text of readTextLines(path)) {
    line += 1;
    if (text.trim() === '') continue;
    const { id, ...prediction } = predictionOf(text, { path, line });
    found.set(id, prediction);
  }
  return found;
}

function predictionOf(text: string, { path, line }: { path: string; line: number }): Prediction & { id: string } {
  try {
    const row = JSON.parse(text) as {
      id?: unknown;
      sample?: unknown;
      response?: unknown;
      result?: { reward?: unknown };
      images?: string[];
      boxes?: RolloutBox[];
    };
    const id = row.sample ?? row.id;
    const reward = row.result?.reward;
    if (typeof id === 'string' && typeof row.response === 'string')
      return {
        id,
        response: row.response,
        ...(typeof reward === 'number' ? { reward } : {}),
        ...(row.boxes === undefined ? {} : { boxes: boxesOfKind(row.boxes, 'predicted') }),
        ...shownOf(row, dirname(path)),
      };
  } catch {
    // Named below, as is JSON of another kind.
  }
  throw new OrstaError(
    'invalid_data',
    `${path}:${String(line)} is no prediction. Give {"id": the sample's id, "response": "..."}, or the rollouts.jsonl of a run.`,
  );
}

/** The image that a run has kept, which the boxes of its record are on. */
function shownOf({ images, boxes }: { images?: string[]; boxes?: RolloutBox[] }, folder: string): Pick<Prediction, 'shown'> {
  const path = images?.[0];
  if (path === undefined) return {};
  const image = resolve(folder, path);
  return existsSync(image) ? { shown: { image, truth: boxesOfKind(boxes, 'ground_truth') } } : {};
}

/** A box that names no kind is a prediction. */
function boxesOfKind(boxes: readonly RolloutBox[] | undefined, wanted: 'predicted' | 'ground_truth'): NamedBox[] {
  if (boxes === undefined) return [];
  return boxes.flatMap(({ bbox_2d, label, kind = 'predicted' }) =>
    kind === wanted ? [{ box: bbox_2d as [number, number, number, number], ...(label === undefined ? {} : { label }) }] : [],
  );
}

function nothingToShow(path: string, { predictions, skip }: PreviewCommandOptions): string {
  if (predictions !== undefined) return `No sample of ${path} has a prediction in ${predictions}; ids must be those of extra_info.id.`;
  return `${path} has no sample after the first ${String(skip)}. Lower --skip.`;
}
