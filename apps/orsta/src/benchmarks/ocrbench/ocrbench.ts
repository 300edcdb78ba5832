/** OCRBench: 1,000 questions on text in images; right where the answer is somewhere in the response. Reads `OCRBench.json`, and the same list with `predict` as responses. */
import { dirname } from 'node:path';
import { defineBenchmark, type Benchmark, type Judged, type Judgment, type Question, type Summary } from '../contract.ts';
import { has, imageOf, readRows, textOf, type Row } from '../read-rows.ts';
import { meanSummary } from '../summarize.ts';

interface Truth {
  readonly answers: readonly string[];
  /** A formula: case counts and blanks do not. */
  readonly formula: boolean;
}

const RECOGNITION: ReadonlySet<string> = new Set([
  'Regular Text Recognition',
  'Irregular Text Recognition',
  'Artistic Text Recognition',
  'Handwriting Recognition',
  'Digit String Recognition',
  'Non-Semantic Text Recognition',
]);
const FORMULAS = 'HME100k';

/** The benchmark. */
export const ocrbench: Benchmark = defineBenchmark<Truth>({
  name: 'ocrbench',
  title: 'OCRBench',
  sources: { official: 'Yuliang-Liu/MultimodalOCR@794c36d, OCRBench/example.py' },
  prompts: ['official'],
  layout: 'OCRBench.json, with the images in the folders that it names',
  async *read(data, { images }) {
    for await (const row of readRows(data)) yield readQuestion(row, images);
  },
  async *responses(path) {
    for await (const row of readRows(path)) yield [idOf(row), textOf(row, row.values['predict'] === undefined ? 'response' : 'predict')];
  },
  scorer: () => ({ judge, summarize }),
});

/** Ids repeat between the data sets of the benchmark. */
function idOf(row: Row): string {
  return has(row, 'dataset_name') ? `${textOf(row, 'dataset_name')}/${textOf(row, 'id')}` : textOf(row, 'id');
}

function readQuestion(row: Row, images: boolean): Question<Truth> {
  const type = textOf(row, 'type');
  const { answers } = row.values;
  return {
    id: idOf(row),
    prompts: { official: textOf(row, 'question') },
    images: images ? [imageOf(row, 'image_path', dirname(row.file))] : [],
    groups: { area: [RECOGNITION.has(type) ? 'Text Recognition' : type], type: [type], dataset: [textOf(row, 'dataset_name')] },
    truth: {
      answers: Array.isArray(answers) ? answers.map(String) : [textOf(row, 'answers')],
      formula: textOf(row, 'dataset_name') === FORMULAS,
    },
  };
}

function judge({ truth }: Question<Truth>, response: string): Judgment {
  const plain = (text: string): string => {
    const line = text.trim().replaceAll('\n', ' ');
    return truth.formula ? line.replaceAll(' ', '') : line.toLowerCase().trim();
  };
  const found = plain(response);
  const right = truth.answers.some((answer) => found.includes(plain(answer)));
  return { score: Number(right), answer: found, expected: truth.answers.join(' | ') };
}

/** The authors quote points of 1,000: the number of right answers. */
function summarize(judged: readonly Judged[]): Summary {
  return { ...meanSummary(judged), metrics: { points: judged.filter(({ judgment }) => judgment.score === 1).length } };
}
