/**
 * ScreenSpot-Pro: where to click in a screenshot of professional software; right where the click is in the box of the target, edges included. Reads the folder
 * of annotations, a JSON file for each application, with the images in `images` beside it. English instructions, targets that exist.
 */
import { dirname, join } from 'node:path';
import { defineBenchmark, type Benchmark, type Judged, type Judgment, type Question, type Summary } from '../contract.ts';
import { has, imageOf, numbersIn, readRows, textOf, type Row } from '../read-rows.ts';
import { mean, meanSummary } from '../summarize.ts';
import { pointInThousandths, pointOfToolCall, type Point } from './read-point.ts';

interface Truth {
  readonly box: readonly number[];
  readonly size: readonly [width: number, height: number];
}

const WRONG_FORMAT = 'no point was found in the response';

/** The benchmark. */
export const screenspotPro: Benchmark = defineBenchmark<Truth>({
  name: 'screenspot-pro',
  title: 'ScreenSpot-Pro',
  sources: {
    official:
      'likaixin2000/ScreenSpot-Pro-GUI-Grounding@bd8bbbb, eval_screenspot_pro.py; points by models/qwen2vl.py, tool calls by models/qwen2_5vl.py',
    paper: 'the same: the paper used the official code, with English instructions and positive targets',
  },
  prompts: ['official'],
  layout: 'the folder annotations, with the folder images beside it',
  async *read(data, { images }) {
    for await (const row of readRows(data)) yield readQuestion(row, images);
  },
  scorer: () => ({ judge, summarize }),
});

function readQuestion(row: Row, images: boolean): Question<Truth> {
  const [width = NaN, height = NaN] = numbersIn(row, 'img_size', 2);
  const folder = join(dirname(dirname(row.file)), 'images');
  const group = (name: string): string[] => (has(row, name) ? [textOf(row, name)] : []);
  return {
    id: textOf(row, 'id'),
    prompts: {
      official: `Output the bounding box in the image corresponding to the instruction "${textOf(row, 'instruction')}" with grounding.`,
    },
    images: images ? [imageOf(row, 'img_filename', folder)] : [],
    groups: { ui_type: group('ui_type'), group: group('group'), application: group('application'), platform: group('platform') },
    truth: { box: numbersIn(row, 'bbox', 4), size: [width, height] },
  };
}

function judge({ truth }: Question<Truth>, response: string): Judgment {
  const { box, size } = truth;
  const point = response.includes('<tool_call>') ? pointOfToolCall(response, size) : pointInThousandths(response);
  const boxes = [{ box, of: 'truth' as const }];
  const expected = `(${box.join(', ')})`;
  if (point === undefined) return { score: 0, answer: '', expected, why: WRONG_FORMAT, boxes };
  const [x, y] = [point[0] * size[0], point[1] * size[1]];
  return {
    score: Number(isInside(point, truth)),
    answer: `(${x.toFixed(1)}, ${y.toFixed(1)})`,
    expected,
    boxes: [...boxes, { box: [x - 6, y - 6, x + 6, y + 6], of: 'answer' }],
  };
}

/** In parts of the image, as the authors compare. */
function isInside([x, y]: Point, { box: [x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN], size: [width, height] }: Truth): boolean {
  return x1 / width <= x && x <= x2 / width && y1 / height <= y && y <= y2 / height;
}

function summarize(judged: readonly Judged[]): Summary {
  const accuracy = (type: string): number =>
    mean(judged.filter(({ groups }) => groups['ui_type']?.includes(type)).map(({ judgment }) => judgment.score ?? 0)) ?? 0;
  const wrongFormat = judged.filter(({ judgment }) => judgment.why === WRONG_FORMAT).length;
  return {
    ...meanSummary(judged),
    metrics: { text_accuracy: accuracy('text'), icon_accuracy: accuracy('icon'), wrong_format: wrongFormat },
  };
}
