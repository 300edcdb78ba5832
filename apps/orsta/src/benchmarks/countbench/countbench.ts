/**
 * CountBench: how many objects are in an image. Its authors score CLIP and no text, so the strict rule is lmms-eval's: the response is the number, in digits
 * or, up to twenty, as a word. By the rule of the paper, VLMEvalKit's, it is enough that the digits are somewhere in the response, so that 13 counts as 3.
 */
import { defineBenchmark, type Benchmark, type Judgment, type Question, type Rules } from '../contract.ts';
import { has, imageOf, readRows, textOf, type Row } from '../read-rows.ts';
import { meanSummary } from '../summarize.ts';

const WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );

/** The benchmark. */
export const countbench: Benchmark = defineBenchmark<string>({
  name: 'countbench',
  title: 'CountBench',
  sources: {
    official: 'EvolvingLMMs-Lab/lmms-eval@75571cf, tasks/countbench (exact number or number word)',
    paper: 'open-compass/VLMEvalKit@cb1b9076, CountBenchQA (the digits anywhere in the response)',
  },
  prompts: ['plain', 'vlmevalkit'],
  promptOfRules: { paper: 'vlmevalkit' },
  layout: "VLMEvalKit's CountBenchQA.tsv, or the Parquet file with image, question and number",
  async *read(data, { images }) {
    for await (const row of readRows(data)) yield readQuestion(row, images);
  },
  scorer: ({ rules }) => ({
    judge: (question, response) => judge(question, response, rules),
    summarize: (judged) => meanSummary(judged),
  }),
});

function readQuestion(row: Row, images: boolean): Question<string> {
  const question = textOf(row, 'question').trim();
  return {
    id: has(row, 'index') ? textOf(row, 'index') : String(row.number),
    prompts: {
      plain: question,
      vlmevalkit: `${question} Note that: answer with a number directly e.g. 3. Do not include any additional text.`,
    },
    images: images ? [imageOf(row, 'image')] : [],
    groups: { number: [textOf(row, has(row, 'number') ? 'number' : 'answer')] },
    truth: textOf(row, has(row, 'number') ? 'number' : 'answer'),
  };
}

function judge({ truth }: Question<string>, response: string, rules: Rules): Judgment {
  if (rules === 'paper') return { score: Number(response.includes(truth)), answer: response.trim(), expected: truth };
  const answer = plainNumber(response);
  return { score: Number(answer === plainNumber(truth)), answer, expected: truth };
}

function plainNumber(text: string): string {
  const lower = text.trim().toLowerCase();
  const value = lower === 'none' ? 0 : WORDS.indexOf(lower);
  return value < 0 ? lower : String(value);
}
