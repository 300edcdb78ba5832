/**
 * `result.png`: what a run did, at a glance. A reward curve for each task, accuracies before and after, and four held-out samples with what
 * the model said before and after.
 */
import { existsSync } from 'node:fs';
import { truthText, type Sample } from '@vtriune/format';
import type { TrainingItem } from '@vtriune/trainer';
import type { EvaluationSummary } from '../evaluation/summary.ts';
import { COLORS, drawCell, escapeXml, writePicture, type Caption, type Cell, type DrawnBox } from '../picture/picture.ts';
import { boxesOf as namedBoxesOf } from '../picture/sample-cell.ts';
import { curveSvg } from './curve.ts';
import type { RunRecords, ShownAnswer } from './run-records.ts';

const WIDTH = 1000;
const MARGIN = 24;
const CHART = { width: 200, height: 90, pitchX: 242, pitchY: 150 };
const MOST_CURVES = 12;
const ROW = 22;
const CELL = 214;
const CELL_CAPTIONS = 80;
const BLANK = { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3).fill(240) };

type Curve = readonly (readonly [step: number, value: number])[];

/** What the picture shows. */
export interface ResultPicture {
  readonly title: string;
  readonly before?: EvaluationSummary;
  readonly after: EvaluationSummary;
  readonly records: RunRecords;
  /** Held-out samples; the answers to them are in the records. */
  readonly examples: readonly PictureExample[];
}

/** A sample as the model gets it, and the width of its stored image, which recorded boxes refer to. */
export interface PictureExample {
  readonly item: TrainingItem;
  readonly storedWidth: number;
}

/** Writes the picture. */
export async function writeResultPicture(path: string, result: ResultPicture): Promise<void> {
  const curves = curvesOf(result);
  const chartsTop = 84;
  const tableTop = chartsTop + Math.ceil(curves.length / 4) * CHART.pitchY;
  const examplesTop = tableTop + (Object.keys(result.after.tasks).length + 2) * ROW + 48;
  const charts = curves.map(([task, points], index) =>
    curveSvg(task, points, {
      left: MARGIN + 18 + (index % 4) * CHART.pitchX,
      top: chartsTop + Math.floor(index / 4) * CHART.pitchY,
      width: CHART.width,
      height: CHART.height,
    }),
  );
  const cells = await Promise.all(
    result.examples.map((example, index) =>
      drawCell(exampleCell(example, result.records), { left: MARGIN + index * (CELL + 32), top: examplesTop + 8, side: CELL }),
    ),
  );
  const legend = text('green: true, pink: the model after training', { x: MARGIN, y: examplesTop - 4, color: COLORS.faint });
  const svg = [
    text(result.title, { x: MARGIN, y: 30, size: 18, bold: true }),
    text('mean reward of training rollouts', { x: MARGIN, y: 54, color: COLORS.faint }),
    ...charts,
    barsSvg(result, tableTop),
    ...(cells.length === 0 ? [] : [legend]),
  ].join('');
  const height = cells.length === 0 ? examplesTop : examplesTop + CELL + CELL_CAPTIONS + 16;
  await writePicture(cells, path, { width: WIDTH, height, svg });
}

/** The evaluated tasks in the order of the table, then what else was trained on, as far as there is room. */
function curvesOf({ records, after }: ResultPicture): [string, Curve][] {
  const names = [...new Set([...Object.keys(after.tasks), ...records.curves.keys()])];
  return names
    .flatMap((name): [string, Curve][] => {
      const points = records.curves.get(name);
      return points === undefined ? [] : [[name, points]];
    })
    .slice(0, MOST_CURVES);
}

function barsSvg({ before, after }: ResultPicture, top: number): string {
  const rows = [...Object.entries(after.tasks), ['macro average', after.macro] as const];
  const x0 = MARGIN + 130;
  const span = 560;
  const head = text('held-out accuracy in percent, before (gray) and after', { x: MARGIN, y: top, color: COLORS.faint });
  const bars = rows.map(([name, now], index) => {
    const y = top + 12 + index * ROW;
    const old = name === 'macro average' ? before?.macro : before?.tasks[name];
    const bar = (value: number, at: { y: number; height: number; fill: string }): string =>
      `<rect x="${String(x0)}" y="${String(at.y)}" width="${(span * value).toFixed(1)}" height="${String(at.height)}" fill="${at.fill}"/>`;
    const numbers = `${old === undefined ? '' : `${percent(old.verified)} -> `}${percent(now.verified)}`;
    return [
      text(name, { x: MARGIN, y: y + 12, bold: name === 'macro average' }),
      old === undefined ? '' : bar(old.verified, { y: y + 2, height: 5, fill: '#b0b0b0' }),
      bar(now.verified, { y: y + 8, height: 7, fill: COLORS.answer }),
      text(numbers, { x: x0 + span + 16, y: y + 12 }),
    ].join('');
  });
  return `${head}${bars.join('')}`;
}

function exampleCell({ item: { sample, images }, storedWidth }: PictureExample, { answers }: RunRecords): Cell {
  const shown = answers.get(sample.extra_info.id);
  const [image = BLANK] = images;
  const captions = captionsOf(sample, shown);
  const kept = shown?.after.image;
  if (kept !== undefined && existsSync(kept)) return { image: kept, boxes: boxesOf(shown, 1), captions };
  return { image, boxes: boxesOf(shown, image.width / storedWidth), captions };
}

/** Without a kept image the boxes are in pixels of the stored image, and the picture has the image as the model gets it. */
function boxesOf(shown: ShownAnswer | undefined, scale: number): DrawnBox[] {
  if (shown === undefined) return [];
  return shown.after.boxes.map(({ bbox_2d, kind }) => ({
    box: bbox_2d.map((side) => side * scale) as [number, number, number, number],
    color: kind === 'ground_truth' ? COLORS.truth : COLORS.answer,
  }));
}

function captionsOf({ prompt, reward_model, ability }: Sample, shown: ShownAnswer | undefined): Caption[] {
  const question = prompt.map(({ content }) => content.replaceAll('<image>', '').trim()).join(' ');
  return [
    { text: ability, color: COLORS.faint },
    { text: question },
    { text: `true    ${shortAnswer(truthText(reward_model.answer ?? reward_model.ground_truth))}`, color: COLORS.truth },
    ...(shown?.before === undefined ? [] : [{ text: `before  ${shortAnswer(shown.before.response)}`, color: COLORS.faint }]),
    ...(shown === undefined ? [] : [{ text: `after   ${shortAnswer(shown.after.response)}`, color: COLORS.answer, bold: true }]),
  ];
}

/** Boxes in JSON as `cat 10 5 30 25`, which is read at a glance; everything else as it is. */
function shortAnswer(answer: string): string {
  const boxes = namedBoxesOf(answer);
  return boxes.length === 0 ? answer : boxes.map(({ label = 'box', box }) => `${label} ${box.join(' ')}`).join(', ');
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

function text(shown: string, at: { x: number; y: number; size?: number; color?: string; bold?: boolean }): string {
  const { x, y, size = 12, color = COLORS.text, bold = false } = at;
  return `<text x="${String(x)}" y="${String(y)}" font-size="${String(size)}" font-family="sans-serif" fill="${color}"${bold ? ' font-weight="bold"' : ''}>${escapeXml(shown)}</text>`;
}
