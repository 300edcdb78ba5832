import { resolve } from 'node:path';
import { truthText, type Sample } from '@vtriune/format';
import { COLORS, wrapText, type Caption, type Cell, type DrawnBox } from './picture.ts';

/** What a model said about a sample. */
export interface Prediction {
  readonly response: string;
  readonly reward?: number;
  /** Boxes of the response in pixels of the stored image, or of `shown`; read from the response where absent. */
  readonly boxes?: readonly NamedBox[];
  /** The image as a run has kept it, drawn in place of the sample's, and the true boxes in its pixels. */
  readonly shown?: { readonly image: string; readonly truth: readonly NamedBox[] };
}

/** A box, and what it is around. */
export interface NamedBox {
  readonly box: readonly [number, number, number, number];
  readonly label?: string;
}

const CAPTION_WIDTH = 200;
const BLANK = { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3).fill(240) };

/** A sample as a picture: its first image with the true boxes in green, the question, the true answer, and what a model said in pink. */
export function sampleCell(sample: Sample, folder: string, prediction?: Prediction): Cell {
  const truth = boxesOf(truthText(sample.reward_model.ground_truth));
  const said = prediction === undefined ? [] : (prediction.boxes ?? storedBoxesOf(sample, prediction.response));
  return {
    image: prediction?.shown?.image ?? imageOf(sample, folder),
    boxes: [
      ...(prediction?.shown?.truth ?? truth).map((box): DrawnBox => ({ ...box, color: COLORS.truth })),
      ...said.map((box): DrawnBox => ({ ...box, color: COLORS.answer })),
    ],
    captions: captionsOf(sample, truth, prediction),
  };
}

/** Boxes of a response that are in pixels of the stored image; of others it is not known where they are. */
function storedBoxesOf({ reward_model }: Sample, response: string): readonly NamedBox[] {
  const space = reward_model.verifier_parm?.['response_space'] ?? reward_model.coordinate_space ?? 'pixel_original';
  return space === 'pixel_original' ? boxesOf(response) : [];
}

/** Boxes of an answer in JSON, `[{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}]`, wherever in the text it is. */
export function boxesOf(text: string): { box: [number, number, number, number]; label?: string }[] {
  const found = [...text.matchAll(/"bbox_2d"\s*:\s*\[([^\]]*)\](?:\s*,\s*"label"\s*:\s*"([^"]*)")?/g)];
  return found.flatMap(([, sides = '', label]) => {
    const box = sides.split(',').map(Number);
    if (box.length !== 4 || !box.every(Number.isFinite)) return [];
    return [{ box: box as [number, number, number, number], ...(label === undefined ? {} : { label }) }];
  });
}

function imageOf(sample: Sample, folder: string): Cell['image'] {
  const [first] = sample.images;
  if (first?.bytes !== undefined) return first.bytes;
  return first?.path === undefined ? BLANK : resolve(folder, first.path);
}

function captionsOf(sample: Sample, truth: readonly unknown[], prediction: Prediction | undefined): Caption[] {
  const question = sample.prompt.map(({ content }) => content.replaceAll('<image>', '').trim()).join(' ');
  const answer =
    truth.length > 0 ? `${String(truth.length)} box${truth.length === 1 ? '' : 'es'}` : truthText(sample.reward_model.ground_truth);
  return [
    { text: sample.data_source, color: COLORS.faint },
    ...wrapText(question, CAPTION_WIDTH, 2).map((text) => ({ text })),
    { text: answer, color: COLORS.truth, bold: true },
    ...(prediction === undefined ? [] : [saidCaption(prediction)]),
  ];
}

function saidCaption({ response, reward }: Prediction): Caption {
  return { text: `${reward === undefined ? '' : `${reward.toFixed(2)}  `}${response}`, color: COLORS.answer };
}
