/**
 * MMMU, validation split: 900 questions of 30 subjects. Reads the Parquet files of the Hub, the authors' `answer_dict_val.json` and their folders
 * of `<Subject>/output.json`. Answers to `answer_dict_val.json` are letters already, since that file has no options.
 */
import { dirname } from 'node:path';
import { defineBenchmark, type Benchmark, type Judged, type Judgment, type Question, type Summary } from '../contract.ts';
import { isRecord } from '../../is-record.ts';
import { literalEval } from '../python/literal.ts';
import { pythonRandom, type PythonRandom } from '../python/random.ts';
import { isListOrTuple, str } from '../python/value.ts';
import { has, imageOf, placeOf, readRows, shown, textOf, type Row } from '../read-rows.ts';
import { OrstaError } from '../../errors.ts';
import { meanSummary } from '../summarize.ts';
import { inferOption } from '../text/infer-option.ts';
import { DOMAINS } from './domains.ts';
import { lettersOf, openIsRight, parseChoice, parseOpen } from './parse-response.ts';

/** What is right. */
interface Truth {
  readonly answers: readonly string[];
  /** Absent for open questions. */
  readonly options?: readonly string[];
  /** The data holds no options: the response is the letter. */
  readonly lettersOnly?: boolean;
}

/** Results and parsed letters in the folder of the outputs. */
const LEFT_BY_AUTHORS = /(?:parsed_output|result|total_val_output)\.json$/;

/** The benchmark. */
export const mmmu: Benchmark = defineBenchmark<Truth>({
  name: 'mmmu',
  title: 'MMMU (validation)',
  sources: {
    official: 'MMMU-Benchmark/MMMU@bb0b95a, mmmu/utils/eval_utils.py; random fallback of CPython 3, seed 42',
    paper: 'open-compass/VLMEvalKit@cb1b9076, can_infer (exact matching, no judge); open questions become a choice of two',
  },
  prompts: ['official', 'vlmevalkit'],
  promptOfRules: { paper: 'vlmevalkit' },
  layout: "the Hub's validation-*.parquet (a folder of subjects), answer_dict_val.json, or a folder of <Subject>/output.json",
  ignore: LEFT_BY_AUTHORS,
  async *read(data, options) {
    for await (const row of readRows(data, LEFT_BY_AUTHORS)) yield readQuestion(row, options.images);
  },
  scorer({ rules, seed }) {
    const random = pythonRandom(seed);
    return { judge: (question, response) => judge(question, response, { rules, random }), summarize };
  },
});

function readQuestion(row: Row, images: boolean): Question<Truth> {
  const id = row.key ?? textOf(row, 'id');
  const subject = /^[a-z]+_(.+)_\d+$/.exec(id)?.[1];
  if (subject === undefined)
    throw new OrstaError('invalid_data', `${placeOf(row)}: the id is ${shown(id)}; ids of MMMU are like validation_Art_1.`);
  const choice = textOf(row, 'question_type') === 'multiple-choice';
  const options = choice ? optionsOf(row) : undefined;
  const question = has(row, 'question') ? textOf(row, 'question') : '';
  const domain = Object.entries(DOMAINS).find(([, subjects]) => subjects.includes(subject))?.[0];
  return {
    id,
    prompts: promptsOf(question, options),
    images: images
      ? [1, 2, 3, 4, 5, 6, 7]
          .filter((n) => has(row, `image_${String(n)}`))
          .map((n) => imageOf(row, `image_${String(n)}`, dirname(row.file)))
      : [],
    groups: { domain: domain === undefined ? [] : [domain], subject: [subject], type: [choice ? 'multiple-choice' : 'open'] },
    truth: {
      answers: answersOf(row, choice),
      ...(choice && options === undefined ? { lettersOnly: true } : {}),
      ...(options === undefined ? {} : { options }),
    },
  };
}

function optionsOf(row: Row): string[] | undefined {
  const { options, index2ans } = row.values;
  if (isRecord(index2ans)) return Object.values(index2ans).map(String);
  if (Array.isArray(options)) return options.map(String);
  if (typeof options !== 'string') return undefined;
  const list = literalEval(options);
  if (list === undefined || !isListOrTuple(list) || list.items.length === 0)
    throw new OrstaError('invalid_data', `${placeOf(row)}: options is ${shown(options)}; a list of texts is needed.`);
  return list.items.map(str);
}

/** Open questions may have several right answers, in Parquet written as a Python list. */
function answersOf(row: Row, choice: boolean): string[] {
  const value = row.values['ground_truth'] ?? row.values['answer'];
  if (Array.isArray(value)) return value.map(String);
  const text = textOf(row, 'ground_truth' in row.values ? 'ground_truth' : 'answer');
  const list = !choice && text.startsWith('[') ? literalEval(text) : undefined;
  return list !== undefined && isListOrTuple(list) ? list.items.map(str) : [text];
}

/** In both, the images are where the question says `<image 1>`. */
function promptsOf(question: string, options: readonly string[] | undefined): Record<string, string> {
  const letters = lettersOf(options ?? []);
  const list = (write: (letter: string, option: string) => string): string =>
    (options ?? []).map((option, index) => `${write(letters[index] ?? '', option)}\n`).join('');
  if (options === undefined)
    return {
      official: `${question}\n\nAnswer the question using a single word or phrase.`,
      vlmevalkit: `Question: ${question}\n`,
    };
  return {
    official: `${question}\n\n${list((letter, option) => `(${letter}) ${option}`)}\n\nAnswer with the option's letter from the given choices directly.`,
    vlmevalkit: `Question: ${question}\nOptions:\n${list((letter, option) => `${letter}. ${option}`)}Please select the correct answer from the options above. \n`,
  };
}

function judge(
  { truth }: Question<Truth>,
  response: string,
  { rules, random }: { rules: 'official' | 'paper'; random: PythonRandom },
): Judgment {
  const expected = truth.answers.join(' | ');
  if (truth.lettersOnly === true) {
    const answer = response.trim();
    return { score: Number(truth.answers.includes(answer)), answer, expected };
  }
  if (rules === 'paper') return judgeByOption(truth, response, expected);
  if (truth.options === undefined) {
    const readings = parseOpen(response);
    return { score: Number(openIsRight(readings, truth.answers)), answer: readings.map(String).join(' | '), expected };
  }
  const { letter, random: drawn } = parseChoice(response, truth.options, random);
  return {
    score: Number(truth.answers.includes(letter)),
    answer: letter,
    expected,
    ...(drawn ? { why: 'no option was found in the response; the letter was drawn at random' } : {}),
  };
}

function judgeByOption({ answers, options }: Truth, response: string, expected: string): Judgment {
  const letters = lettersOf(options ?? []);
  const choices = Object.fromEntries(letters.map((letter, index) => [letter, options?.[index] ?? '']));
  const open = options === undefined;
  const found = inferOption(response, open ? { A: expected, B: 'Other Answers' } : choices);
  return {
    score: Number(found !== undefined && (open ? found === 'A' : answers.includes(found))),
    answer: found ?? 'Z',
    expected,
    ...(found === undefined ? { why: 'no option was found in the response' } : {}),
  };
}

/** The mean over questions; the authors print three decimals. */
function summarize(judged: readonly Judged[]): Summary {
  const summary = meanSummary(judged);
  const drawn = judged.filter(({ judgment }) => judgment.why?.includes('drawn at random') === true).length;
  return { ...summary, metrics: { drawn_at_random: drawn } };
}
