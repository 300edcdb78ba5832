/**
 * OCRBench v2: 10,000 questions of 30 types, English and Chinese. The authors' mean is over areas. An area with a type that cannot be scored, because the
 * packages for whole texts are not installed, is left out whole and named, so that no area's mean is over other questions than theirs.
 */
import { dirname } from 'node:path';
import {
  defineBenchmark,
  type Benchmark,
  type GroupScore,
  type Judged,
  type Judgment,
  type LeftOut,
  type Question,
  type Summary,
} from '../contract.ts';
import { parseJson } from '../python/json.ts';
import type { PyValue } from '../python/value.ts';
import { has, imageOf, readRows, textOf, type Row } from '../read-rows.ts';
import { groupMeans, mean, scoredOf } from '../summarize.ts';
import { AREAS, WHOLE_TEXTS } from './areas.ts';
import { documentSimilarity } from './document-similarity.ts';
import { readFields, rightReadings } from './read-fields.ts';
import * as rules from './rules.ts';
import { readSpotted, rightTexts, spotting, type SpottedText } from './spotting.ts';
import { chart, htmlTable, markdownTable } from './tables.ts';
import { createWholeTextScorer, HOW_TO_SCORE, type WholeTextScorer } from './whole-text.ts';

interface Truth {
  readonly type: string;
  readonly question: string;
  readonly answers: rules.Answers;
  readonly first: PyValue;
  readonly method: string | undefined;
  readonly box: readonly number[];
  readonly texts: readonly SpottedText[];
}

/** The benchmark. */
export const ocrbenchV2: Benchmark = defineBenchmark<Truth>({
  name: 'ocrbench-v2',
  title: 'OCRBench v2',
  sources: {
    official: 'Yuliang-Liu/MultimodalOCR@794c36d, OCRBench_v2/eval_scripts',
    paper: 'the same by way of lmms-eval, which copies the scripts',
  },
  prompts: ['official'],
  layout: 'OCRBench_v2.json, with the images in the folders that it names',
  async *read(data, { images }) {
    for await (const row of readRows(data)) yield readQuestion(row, images);
  },
  async *responses(path) {
    for await (const row of readRows(path))
      yield [textOf(row, 'id'), textOf(row, row.values['predict'] === undefined ? 'response' : 'predict')];
  },
  scorer: () => {
    const wholeTexts = createWholeTextScorer();
    return { judge: (question, response) => judge(question, response, wholeTexts), summarize };
  },
});

function readQuestion(row: Row, images: boolean): Question<Truth> {
  const type = textOf(row, 'type');
  const { answers, bbox } = row.values;
  const list = Array.isArray(answers) ? (answers as unknown[]) : [answers];
  const area = Object.entries(AREAS).find(([, types]) => types.includes(type))?.[0];
  return {
    id: textOf(row, 'id'),
    prompts: { official: textOf(row, 'question') },
    images: images ? [imageOf(row, 'image_path', dirname(row.file))] : [],
    groups: { area: area === undefined ? [] : [area], type: [type] },
    truth: {
      type,
      question: textOf(row, 'question'),
      answers: { texts: list.map((own) => (typeof own === 'string' ? own : JSON.stringify(own))), list: Array.isArray(answers) },
      first: parseJson(JSON.stringify(list[0] ?? null)) ?? null,
      method: has(row, 'eval') ? textOf(row, 'eval') : undefined,
      box: Array.isArray(bbox) ? bbox.map(Number) : [],
      texts: rightTexts(bbox, row.values['content']),
    },
  };
}

function judge({ truth }: Question<Truth>, response: string, wholeTexts: WholeTextScorer): Judgment {
  const { type, answers } = truth;
  const expected = answers.texts.join(' | ');
  const whole = WHOLE_TEXTS.includes(type) || isShortEssay(truth);
  const score = whole ? wholeTexts.score(response, answers.texts[0] ?? '') : scoreOf(truth, response);
  if (score !== undefined) return { score, answer: response.trim(), expected };
  const why = `${type}: ${whole ? HOW_TO_SCORE : 'the question asks for neither HTML nor Markdown'}`;
  return { score: null, answer: '', expected, why };
}

function isShortEssay({ type, question }: Truth): boolean {
  return type === 'handwritten answer extraction cn' && question.includes('简答');
}

/** Undefined where the question does not say which form of table it wants. */
function scoreOf(truth: Truth, response: string): number | undefined {
  const { type, answers, method, first, box } = truth;
  switch (type) {
    case 'handwritten answer extraction cn':
      return rules.handwritten(response, answers);
    case 'formula recognition cn':
    case 'formula recognition en':
      return rules.formula(response, answers, type.endsWith('cn'));
    case 'text counting en':
      return rules.counting(response, answers, method ?? '');
    case 'key information extraction en':
    case 'key information mapping en':
    case 'key information extraction cn':
      return rules.fieldsF1(readFields(response), rightReadings(first));
    case 'VQA with position en':
      return rules.withPosition(readFields(response), answers, box);
    case 'table parsing en':
      return englishTable(truth, response);
    case 'table parsing cn':
      return htmlTable(response, rules.onlyAnswer(answers));
    case 'chart parsing en':
      return response === '' ? 0 : chart(response, first);
    case 'document parsing en':
    case 'document parsing cn':
      return documentSimilarity(response, rules.onlyAnswer(answers));
    case 'text spotting en':
      return spotting(readSpotted(response), truth.texts);
    case 'text grounding en':
      return rules.grounding(response, answers);
    default:
      if (method === 'multiple choice') return rules.multipleChoice(response, answers);
      if (method === 'case sensitive') return rules.questionWithCase(response, answers);
      return type.endsWith(' cn') ? rules.chineseQuestion(response, answers) : rules.question(response, answers);
  }
}

function englishTable({ question, answers }: Truth, response: string): number | undefined {
  const asked = question.toLowerCase();
  if (asked.includes('html')) return htmlTable(response, rules.onlyAnswer(answers));
  return asked.includes('markdown') ? markdownTable(response, rules.onlyAnswer(answers)) : undefined;
}

function summarize(judged: readonly Judged[]): Summary {
  const areas: Record<string, GroupScore> = {};
  const leftOut: LeftOut[] = [];
  for (const area of Object.keys(AREAS)) {
    const own = judged.filter(({ groups }) => groups['area']?.includes(area));
    const scored = scoredOf(own);
    const reasons = [...new Set(own.flatMap(({ judgment: { score, why = '' } }) => (score === null ? [why] : [])))];
    if (reasons.length > 0) leftOut.push({ reason: `area ${area}: ${reasons.join('; ')}`, count: own.length });
    else if (own.length > 0) areas[area] = { count: own.length, score: mean(scored.map(({ score }) => score)) ?? NaN };
  }
  const meanOf = (language: string): number | null =>
    mean(Object.entries(areas).flatMap(([area, { score }]) => (area.startsWith(language) ? [score] : [])));
  const [english, chinese] = [meanOf('en '), meanOf('cn ')];
  return {
    score: mean([english, chinese].filter((own) => own !== null)),
    measure: 'mean of the means over English and over Chinese areas',
    metrics: { ...(english === null ? {} : { english }), ...(chinese === null ? {} : { chinese }) },
    groups: { area: areas, type: groupMeans(scoredOf(judged))['type'] ?? {} },
    leftOut,
    units: Object.fromEntries(Object.entries(areas).map(([area, { score }]) => [area, score])),
  };
}
