/**
 * The scoring pass over stored responses. It reads the questions again, in their published order, so that random fallbacks draw the same numbers each
 * time, however and in whatever order the responses came about.
 */
import { OrstaError } from '../errors.ts';
import type { Benchmark, Judged, Judgment, Rules, Scorer, Summary } from './contract.ts';
import { replyKey, type Responses } from './predictions.ts';
import { meanSummary } from './summarize.ts';

const ROUNDING = 1e-9;

/** What a pass needs. */
export interface ScoringOptions {
  readonly benchmark: Benchmark;
  readonly data: string;
  readonly responses: Responses;
  readonly rules: Rules;
  /** Of random fallbacks. The authors' is 42. */
  readonly seed: number;
  /** Only the first so many questions. */
  readonly limit?: number;
  /** Leaves questions without a response out, and says so, instead of refusing them. */
  readonly allowMissing?: boolean;
  /** What a judge made of responses, by `replyKey`; scored in their place. */
  readonly replies?: ReadonlyMap<string, string>;
}

/** A question with its responses and what the scorer says of each. */
export interface ScoredQuestion {
  readonly id: string;
  readonly groups: Judged['groups'];
  readonly responses: readonly string[];
  /** One for each response. */
  readonly judgments: readonly Judgment[];
}

/** A scored benchmark. */
export interface ScoredBenchmark {
  readonly summary: Summary;
  readonly questions: readonly ScoredQuestion[];
  /** Responses whose id is that of no question. */
  readonly unused: number;
}

/** Scores every response; the summary is that of the first ones. Throws `invalid_data` where questions have no response. */
export async function scoreResponses(options: ScoringOptions): Promise<ScoredBenchmark> {
  const { benchmark, responses } = options;
  requireRules(benchmark, options.rules);
  // Each attempt has a scorer of its own: what the first one draws and collects must not depend on whether there are more.
  const attempts = attemptsOf(responses);
  const scorers = Array.from({ length: attempts }, (_, attempt) =>
    benchmark.scorer({ rules: options.rules, seed: options.seed + attempt }),
  );
  const questions: ScoredQuestion[] = [];
  const missing: string[] = [];
  let count = 0;
  let used = 0;
  const seen = new Set<string>();
  for await (const question of benchmark.read(options.data, { images: false })) {
    if (options.limit !== undefined && count >= options.limit) break;
    count += 1;
    if (seen.has(question.id))
      throw new OrstaError('invalid_data', `Two questions of ${options.data} have the id ${question.id}. Give the file of one edition.`);
    seen.add(question.id);
    if (responses.has(question.id)) used += 1;
    const own = responses.get(question.id) ?? (benchmark.emptyWhereMissing === true ? [''] : undefined);
    if (own === undefined) missing.push(question.id);
    else {
      const judgments = own.flatMap(
        (response, attempt) => scorers[attempt]?.judge(question, options.replies?.get(replyKey(question.id, attempt)) ?? response) ?? [],
      );
      for (const judgment of judgments) requireScore(judgment, `${benchmark.name} gave the response to ${question.id}`);
      questions.push({ id: question.id, groups: question.groups, responses: own, judgments });
    }
  }
  if (missing.length > 0 && options.allowMissing !== true) refuseMissing(missing, count);
  if (questions.length === 0)
    throw new OrstaError('invalid_data', `No response is to a question of ${options.data}. Compare the ids of both.`);
  const summary = summaryOf(questions, scorers[0]);
  const leftOut = missing.length === 0 ? [] : [{ reason: 'there is no response', count: missing.length }];
  return { summary: { ...summary, leftOut: [...summary.leftOut, ...leftOut] }, questions, unused: responses.size - used };
}

/** Every question has as many: a file that was appended to twice would count some of its rows and not others. */
function attemptsOf(responses: Responses): number {
  let first: { id: string; attempts: number } | undefined;
  for (const [id, { length }] of responses) {
    first ??= { id, attempts: length };
    if (length !== first.attempts)
      throw new OrstaError(
        'invalid_data',
        `${first.id} has ${String(first.attempts)} responses and ${id} has ${String(length)}. Give every question as many, a row for each attempt.`,
      );
  }
  return first?.attempts ?? 0;
}

/** Benchmarks come from third parties too: a score that is no share would end up in means, and NaN as null in the result. */
function requireScore({ score }: Judgment, who: string): void {
  if (score === null || (score > -ROUNDING && score < 1 + ROUNDING)) return;
  throw new OrstaError('invalid_data', `${who} the score ${String(score)}. A score is between 0 and 1, or null where it cannot be told.`);
}

function refuseMissing(missing: readonly string[], count: number): never {
  throw new OrstaError(
    'invalid_data',
    `${String(missing.length)} of ${String(count)} questions have no response, ${missing.slice(0, 3).join(', ')} among them. Give the whole file, or --allow-missing to leave them out.`,
  );
}

function summaryOf(questions: readonly ScoredQuestion[], scorer: Scorer<unknown> | undefined): Summary {
  const judged = questions.flatMap(({ id, groups, judgments }) => judgments.slice(0, 1).map((judgment) => ({ id, groups, judgment })));
  return scorer?.summarize?.(judged) ?? meanSummary(judged);
}

/** Throws `usage` where the benchmark has not these rules. */
export function requireRules({ name, sources }: Benchmark, rules: Rules): void {
  if (sources[rules] !== undefined) return;
  throw new OrstaError('usage', `${name} has no rules "${rules}". It has: ${Object.keys(sources).join(', ')}.`);
}
