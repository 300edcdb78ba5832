// Each benchmark on a small file in its published layout, with outputs of our own that the official code scored (test/fixtures/benchmarks/HOW.md).
import { mkdtempSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Rules } from './contract.ts';
import { readPredictions } from './predictions.ts';
import { loadBenchmark } from './registry.ts';
import { scoreResponses, type ScoredBenchmark } from './score-responses.ts';

interface CountRow {
  question: string;
  number: string;
  response: string;
  official: number;
  paper: number;
}
interface MathRow {
  question_type: string;
  answer_type: string;
  choices: string[];
  precision: number | null;
  answer: string;
  response: string;
  normalized: string | null;
  right: boolean;
  paper: boolean;
}
interface ClickRow {
  size: number[];
  box: number[];
  response: string;
  result: string;
}
interface DetectionSet {
  annotations: object;
  results: object[];
  coco: number[];
  nms: number[];
  images: Record<string, number[]>;
}
interface Golden {
  ocrbench: [object, number][];
  countbench: CountRow[];
  mathvista: MathRow[];
  screenspot: ClickRow[];
  detection: Record<string, DetectionSet>;
  ocrbench_v2: [object, number][];
}

function fixture(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/benchmarks/${name}`, import.meta.url), 'utf8');
}

const golden: Golden = JSON.parse(fixture('others.json'));
const structures: Pick<Golden, 'ocrbench_v2'> & { tool_calls: ClickRow[] } = JSON.parse(fixture('structures.json'));

function fileOf(name: string, value: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'benchmark-')), name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

async function scored(name: string, given: { data: string; predictions: string; rules?: Rules }): Promise<ScoredBenchmark> {
  const benchmark = await loadBenchmark(name, [], '.');
  const responses = await readPredictions(given.predictions, benchmark);
  return scoreResponses({ benchmark, data: given.data, responses, rules: given.rules ?? 'official', seed: 42 });
}

function scoresOf({ questions }: ScoredBenchmark): (number | null | undefined)[] {
  return questions.map(({ judgments: [first] }) => first?.score);
}

describe('OCRBench', () => {
  it('scores as OCRBench/example.py', async () => {
    const rows = golden.ocrbench.map(([row]) => row);
    const file = fileOf('OCRBench.json', rows);
    const found = await scored('ocrbench', { data: file, predictions: file });
    expect(scoresOf(found)).toEqual(golden.ocrbench.map(([, score]) => score));
  });
});

describe('CountBench', () => {
  const tsv = ['index\tquestion\tanswer', ...golden.countbench.map((row, index) => `${index}\t${row.question}\t${row.number}`)].join('\n');
  const predictions = golden.countbench.map((row, index) => ({ index, prediction: row.response }));
  it.each(['official', 'paper'] as const)('scores by the rules %s', async (rules) => {
    const found = await scored('countbench', { data: fileOf('CountBenchQA.tsv', tsv), predictions: fileOf('p.json', predictions), rules });
    const wrong = found.questions.filter(({ judgments: [first] }, index) => first?.score !== golden.countbench[index]?.[rules]);
    expect(wrong.map(({ responses }) => responses[0])).toEqual([]);
  });
});

describe('MathVista', () => {
  const data = Object.fromEntries(
    golden.mathvista.map((row, index) => [
      String(index + 1),
      { question: 'q', image: 'images/1.jpg', choices: row.choices.length === 0 ? null : row.choices, unit: null, precision: row.precision, answer: row.answer, question_type: row.question_type, answer_type: row.answer_type, pid: String(index + 1), metadata: { task: 'made', skills: ['a', 'b'] } },
    ]),
  ); // prettier-ignore
  const predictions = Object.fromEntries(golden.mathvista.map((row, index) => [String(index + 1), { response: row.response }]));
  it('extracts and normalizes as the authors do', async () => {
    const found = await scored('mathvista', { data: fileOf('testmini.json', data), predictions: fileOf('p.json', predictions) });
    const own = found.questions.map(({ responses, judgments: [first] }) => [responses[0], first?.answer, first?.score]);
    expect(own).toEqual(golden.mathvista.map((row) => [row.response, row.normalized ?? '', Number(row.right)]));
    expect(found.summary.groups['skills']?.['b']?.count).toBe(golden.mathvista.length);
  });
  it("scores as VLMEvalKit's post_check by the rules of the paper", async () => {
    const found = await scored('mathvista', {
      data: fileOf('testmini.json', data),
      predictions: fileOf('p.json', predictions),
      rules: 'paper',
    });
    const own = found.questions.map(({ responses, judgments: [first] }) => [responses[0], first?.score]);
    expect(own).toEqual(golden.mathvista.map((row) => [row.response, Number(row.paper)]));
  });
});

describe('ScreenSpot-Pro', () => {
  it.each([
    ["Qwen2-VL's answers", golden.screenspot],
    ["Qwen2.5-VL's tool calls", structures.tool_calls],
  ])('finds the point in %s and judges it as the authors do', async (_, clicks) => {
    const rows = clicks.map((row, index) => ({ id: `app_${index}`, img_filename: 'a.png', bbox: row.box, img_size: row.size, instruction: 'open it', application: 'app', platform: 'linux', group: 'Dev', ui_type: index % 2 === 0 ? 'text' : 'icon' })); // prettier-ignore
    const predictions = Object.fromEntries(clicks.map((row, index) => [`app_${index}`, row.response]));
    const found = await scored('screenspot-pro', { data: fileOf('app.json', rows), predictions: fileOf('p.json', predictions) });
    const own = found.questions.map(({ judgments: [first] }) =>
      first?.score === 1 ? 'correct' : first?.answer === '' ? 'wrong_format' : 'wrong',
    );
    const named = (results: readonly (string | undefined)[]): (string | undefined)[] =>
      results.map((result, index) => `${result ?? ''} ${clicks[index]?.response ?? ''}`);
    expect(named(own)).toEqual(named(clicks.map(({ result }) => result)));
  });
});

describe('COCO and OVDEval', () => {
  const sets = Object.entries(golden.detection);
  it.each(sets)('%s gives the numbers of pycocotools and of eval.py', async (name, set) => {
    const data = fileOf(`${name}.json`, set.annotations);
    const predictions = fileOf(`${name}_results.json`, set.results);
    for (const [benchmark, expected] of [
      ['coco', set.coco],
      ['ovdeval', set.nms],
    ] as const) {
      const found = await scored(benchmark, { data, predictions });
      Object.values(found.summary.metrics).forEach((own, index) => expect(own, String(index)).toBeCloseTo(expected[index] ?? NaN, 12));
    }
  });

  it.each(sets)('%s: the mean over images is that of pycocotools on each image alone', async (name, set) => {
    const data = fileOf(`${name}.json`, set.annotations);
    const predictions = fileOf(
      `${name}.json`,
      set.results.map((row) => ({ ...row, score: 1 })),
    );
    const images = Object.values(set.images);
    const meanOf = (index: number): number => images.reduce((sum, own) => sum + (own[index] ?? NaN), 0) / images.length;
    const coco = await scored('coco', { data, predictions, rules: 'paper' });
    expect(coco.summary.score).toBeCloseTo(meanOf(0), 12);
    expect(coco.summary.metrics['AP50']).toBeCloseTo(meanOf(1), 12);
    const ovdeval = await scored('ovdeval', { data, predictions, rules: 'paper' });
    expect(ovdeval.summary.score).toBeCloseTo(meanOf(2), 12);
  });

  it('means over the subsets of a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ovdeval-'));
    for (const kind of ['annotations', 'results']) {
      mkdirSync(join(folder, kind));
      for (const name of ['color', 'logo'])
        writeFileSync(join(folder, kind, `${name}.json`), JSON.stringify(Reflect.get(golden.detection[name] ?? {}, kind)));
    }
    const found = await scored('ovdeval', { data: join(folder, 'annotations'), predictions: join(folder, 'results') });
    expect(found.summary.score).toBeCloseTo(
      ((golden.detection['color']?.nms[0] ?? NaN) + (golden.detection['logo']?.nms[0] ?? NaN)) / 2,
      12,
    );
  });
});

describe('OCRBench v2', () => {
  it.each([
    ['short answers, fields and boxes', golden.ocrbench_v2],
    ['tables, charts, documents and spotted texts', structures.ocrbench_v2],
  ])('scores %s as eval_scripts/eval.py', async (_, all) => {
    // Where the authors' program ends with an error there is no score to compare with.
    const cases = all.filter(([, score]) => typeof score === 'number');
    const file = fileOf('OCRBench_v2.json', cases.map(([row]) => row)); // prettier-ignore
    const found = await scored('ocrbench-v2', { data: file, predictions: file });
    const wrong = found.questions.flatMap(({ judgments: [first] }, index) => {
      const [row, expected] = cases[index] ?? [];
      return Math.abs((first?.score ?? NaN) - Number(expected)) < 1e-12 ? [] : [{ row, own: first?.score, expected }];
    });
    expect(wrong).toEqual([]);
  });

  it('leaves an area out whole where one of its types cannot be scored', async () => {
    const rows = [
      { id: 1, type: 'text recognition en', question: 'q', image_path: 'x', answers: ['1'], predict: '1' },
      { id: 2, type: 'table parsing en', question: 'q', image_path: 'x', answers: ['1'], predict: '1' },
      { id: 4, type: 'formula recognition en', question: 'q', image_path: 'x', answers: ['1'], predict: '1' },
      { id: 3, type: 'math QA en', question: 'q', image_path: 'x', answers: ['1'], predict: '2' },
    ];
    const file = fileOf('OCRBench_v2.json', rows);
    const { summary } = await scored('ocrbench-v2', { data: file, predictions: file });
    expect(summary.score).toBe(0.5);
    expect(summary.leftOut).toEqual([{ reason: expect.stringContaining('en element_parsing: table parsing en'), count: 2 }]);
  });
});
