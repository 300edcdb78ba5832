/**
 * MathVista, testmini: 1,000 questions. Reads `testmini.json` of the repository and the Parquet file of the Hub; stored outputs of the authors count by their
 * `extraction`. The authors let a language model find the answer in a response that no rule reads; without `--judge-url` such a response is taken as a whole.
 */
import { dirname } from 'node:path';
import { defineBenchmark, type Benchmark, type Judgment, type Question, type Rules } from '../contract.ts';
import { isRecord } from '../../is-record.ts';
import { parseFloatText, parseIntText } from '../python/float.ts';
import { has, imageOf, numberIn, readRows, textOf, type Row } from '../read-rows.ts';
import { meanSummary } from '../summarize.ts';
import { inferOption } from '../text/infer-option.ts';
import { extractionPrompt, questionPrompt } from './prompts.ts';
import { extractByRule, normalizeAnswer, type Asked } from './normalize-answer.ts';

interface Truth extends Asked {
  readonly answer: string;
  readonly query: string;
}

const BREAKDOWNS = ['language', 'source', 'category', 'task', 'context', 'grade', 'skills'];

/** The benchmark. */
export const mathvista: Benchmark = defineBenchmark<Truth>({
  name: 'mathvista',
  title: 'MathVista (testmini)',
  sources: {
    official: 'lupantech/MathVista@53d5258, evaluation/extract_answer.py (its rules) and calculate_score.py',
    paper: 'open-compass/VLMEvalKit@cb1b9076, post_check of utils/mathvista.py (without its judge)',
  },
  prompts: ['official'],
  layout: "testmini.json, or the Hub's testmini-*.parquet",
  async *read(data, { images }) {
    for await (const row of readRows(data)) yield readQuestion(row, images);
  },
  async *responses(path) {
    for await (const row of readRows(path)) {
      const name = ['extraction', 'response', 'prediction'].find((field) => typeof row.values[field] === 'string');
      yield [row.key ?? textOf(row, has(row, 'pid') ? 'pid' : 'id'), textOf(row, name ?? 'response')];
    }
  },
  judgePrompt: ({ truth }, response) =>
    extractByRule(response, truth) === undefined ? extractionPrompt(truth.query, response) : undefined,
  scorer: ({ rules }) => ({
    judge: (question, response) => judge(question, response, rules),
    summarize: (judged) => meanSummary(judged),
  }),
});

function readQuestion(row: Row, images: boolean): Question<Truth> {
  const { choices } = row.values;
  const asked: Asked = {
    questionType: textOf(row, 'question_type'),
    answerType: textOf(row, 'answer_type'),
    choices: Array.isArray(choices) ? choices.map(String) : [],
    precision: has(row, 'precision') ? numberIn(row, 'precision') : undefined,
  };
  const unit = has(row, 'unit') ? textOf(row, 'unit') : undefined;
  const query = has(row, 'query') ? textOf(row, 'query') : questionPrompt(textOf(row, 'question'), asked, unit);
  const metadata = isRecord(row.values['metadata']) ? row.values['metadata'] : {};
  const breakdowns = BREAKDOWNS.map((name) => {
    const value = metadata[name];
    return [name, Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []] as const;
  });
  return {
    id: row.key ?? textOf(row, 'pid'),
    prompts: { official: query },
    images: images ? [imageOf(row, has(row, 'decoded_image') ? 'decoded_image' : 'image', dirname(row.file))] : [],
    groups: { question_type: [asked.questionType], answer_type: [asked.answerType], ...Object.fromEntries(breakdowns) },
    truth: { ...asked, answer: textOf(row, 'answer'), query },
  };
}

function judge({ truth }: Question<Truth>, response: string, rules: Rules): Judgment {
  const expected = truth.answer;
  if (rules === 'paper') return judgeByPostCheck(truth, response);
  const extracted = extractByRule(response, truth);
  const answer = normalizeAnswer(extracted ?? response, truth);
  return {
    score: Number(answer === expected),
    answer: answer ?? '',
    expected,
    ...(extracted === undefined ? { why: 'no rule finds the answer in the response, which was taken as a whole' } : {}),
  };
}

/** Lists are never right: VLMEvalKit compares the text `None` with them. */
function judgeByPostCheck({ answer, answerType, questionType, choices }: Truth, response: string): Judgment {
  if (questionType === 'multi_choice') {
    const letters = Object.fromEntries(choices.map((choice, index) => [String.fromCharCode(65 + index), choice]));
    const found = inferOption(response, letters);
    return { score: Number(found !== undefined && letters[found] === answer), answer: found ?? '', expected: answer };
  }
  const read = { integer: parseIntText, float: parseFloatText }[answerType];
  const [found, right] = [read?.(response), read?.(answer)];
  return { score: Number(found !== undefined && found === right), answer: found === undefined ? '' : String(found), expected: answer };
}
