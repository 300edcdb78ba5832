/** The one JSON file of an evaluated benchmark: schema first, so that programs in other languages can read it. */
import { OrstaError } from '../errors.ts';
import { Type, type Static } from 'typebox';
import type { Benchmark, Rules } from './contract.ts';
import type { ToolSettings } from '../run/tool-settings.ts';
import type { TurnRecords } from '../run/turn-records.ts';
import { attemptScores } from './attempts.ts';
import type { ScoredBenchmark, ScoredQuestion } from './score-responses.ts';
import { bootstrapInterval, percentiles, type Units } from './statistics.ts';

const Group = Type.Object({ count: Type.Integer(), score: Type.Number() });
const Box = Type.Object({
  box: Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }),
  label: Type.Optional(Type.String()),
  of: Type.Union([Type.Literal('truth'), Type.Literal('answer')]),
});
const Turn = Type.Object({
  role: Type.Union([Type.Literal('assistant'), Type.Literal('tool')]),
  text: Type.String({ description: 'An image is <image>.' }),
  images: Type.Optional(Type.Array(Type.String(), { description: 'Images that a tool showed, relative to the folder of the result.' })),
});
const Item = Type.Object({
  id: Type.String(),
  score: Type.Union([Type.Number(), Type.Null()], {
    description: 'Of the first attempt, in [0, 1]; null where these rules cannot score it.',
  }),
  answer: Type.String({ description: 'What the scorer took for the answer.' }),
  expected: Type.String(),
  why: Type.Optional(Type.String()),
  response: Type.String(),
  turns: Type.Optional(
    Type.Array(Turn, {
      description: 'All turns of the first response, where the model could call tools; the last is the response.',
    }),
  ),
  boxes: Type.Optional(Type.Array(Box)),
  attempts: Type.Optional(
    Type.Array(Type.Union([Type.Number(), Type.Null()]), { description: 'Scores of all attempts, where there are several.' }),
  ),
});
const Usage = Type.Object({
  requests: Type.Integer(),
  retries: Type.Integer(),
  prompt_tokens: Type.Integer(),
  completion_tokens: Type.Integer(),
  cost: Type.Optional(Type.Number({ description: 'In the currency of the prices given.' })),
  seconds: Type.Number(),
  tool_calls: Type.Optional(Type.Integer({ description: 'Calls of tools that were answered.' })),
  tool_errors: Type.Optional(Type.Integer({ description: 'How many of them got an error.' })),
});

/** An evaluated benchmark. */
export const BenchmarkResult = Type.Object({
  benchmark: Type.String(),
  title: Type.String(),
  rules: Type.String(),
  source: Type.String({ description: 'Where the rules were taken from, with the version.' }),
  data: Type.String(),
  model: Type.String({ description: 'The model, or the file of its responses.' }),
  prompt: Type.String(),
  tools: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Tools that the model could call, and their limits, as a recipe has them.' }),
  ),
  seed: Type.Integer(),
  questions: Type.Integer(),
  score: Type.Union([Type.Number(), Type.Null()], { description: 'The number by which the benchmark is quoted, in [0, 1].' }),
  measure: Type.String(),
  interval: Type.Union([Type.Object({ low: Type.Number(), high: Type.Number() }), Type.Null()], {
    description: '95 % by the bootstrap; null of fewer than two questions.',
  }),
  metrics: Type.Record(Type.String(), Type.Number()),
  groups: Type.Record(Type.String(), Type.Record(Type.String(), Group)),
  left_out: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
  units: Type.Record(Type.String(), Type.Number(), {
    description: 'What the score is the mean of, by question or task; for paired tests.',
  }),
  resampled: Type.Optional(
    Type.Array(Type.Number(), {
      description:
        'Where the score is no mean: scores of samples of the questions. Results of the same questions and seed have the same samples.',
    }),
  ),
  attempts: Type.Union([
    Type.Object({
      attempts: Type.Integer(),
      average: Type.Number(),
      pass_at: Type.Record(Type.String(), Type.Number()),
      self_consistency: Type.Number(),
    }),
    Type.Null(),
  ]),
  usage: Type.Union([Usage, Type.Null()]),
  items: Type.Array(Item),
});
export type BenchmarkResult = Static<typeof BenchmarkResult>;

/** Tokens, time and money of asking a model. */
export type Usage = Static<typeof Usage>;

/** What is known of a run besides its scores. */
export interface ResultFacts {
  readonly data: string;
  readonly model: string;
  readonly prompt: string;
  readonly rules: Rules;
  readonly seed: number;
  readonly usage: Usage | null;
  /** Tools that the model could call; absent without. */
  readonly tools?: ToolSettings | undefined;
  /** The turns of the first response to each question, where there were tools. */
  readonly turns?: ReadonlyMap<string, NonNullable<TurnRecords['turns']>>;
}

/** Puts a scored benchmark and the facts of its run into one result. */
export function toResult(benchmark: Benchmark, scored: ScoredBenchmark, facts: ResultFacts): BenchmarkResult {
  const { summary, questions } = scored;
  const units: Units = summary.units ?? summary.pairs ?? unitsOf(questions);
  const interval = summary.units === null ? percentiles(summary.resampled ?? []) : bootstrapInterval(Object.values(units), facts.seed);
  return {
    benchmark: benchmark.name,
    title: benchmark.title,
    rules: facts.rules,
    source: benchmark.sources[facts.rules] ?? '',
    data: facts.data,
    model: facts.model,
    prompt: facts.prompt,
    ...(facts.tools === undefined ? {} : { tools: { ...facts.tools } }),
    seed: facts.seed,
    questions: questions.length,
    score: summary.score,
    measure: summary.measure,
    interval: interval === null ? null : { low: interval[0], high: interval[1] },
    metrics: { ...summary.metrics },
    groups: summary.groups,
    left_out: summary.leftOut.map(({ reason, count }) => ({ reason, count })),
    units,
    ...(summary.resampled === undefined ? {} : { resampled: [...summary.resampled] }),
    attempts: attemptScores(questions),
    usage: facts.usage,
    items: questions.map((question) => toItem(question, facts.turns?.get(question.id))),
  };
}

function unitsOf(questions: readonly ScoredQuestion[]): Units {
  return Object.fromEntries(
    questions.flatMap(({ id, judgments: [first] }) => (typeof first?.score === 'number' ? [[id, first.score]] : [])),
  );
}

function toItem({ id, responses, judgments }: ScoredQuestion, turns: TurnRecords['turns']): BenchmarkResult['items'][number] {
  const [response = ''] = responses;
  const [first] = judgments;
  if (first === undefined)
    throw new OrstaError('invalid_data', `The question ${id} has no judgment; its benchmark must judge every answer.`);
  const { score, answer, expected, why, boxes } = first;
  return {
    id,
    score,
    answer,
    expected,
    ...(why === undefined ? {} : { why }),
    response,
    ...(turns === undefined ? {} : { turns }),
    ...(boxes === undefined
      ? {}
      : {
          boxes: boxes.map(({ box, label, of }) => ({
            box: [...box],
            of,
            ...(label === undefined ? {} : { label }),
          })),
        }),
    ...(judgments.length > 1 ? { attempts: judgments.map((own) => own.score) } : {}),
  };
}
