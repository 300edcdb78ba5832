/**
 * What a benchmark is: a reader of the files its authors publish, the prompts, and a scorer with its rules. A benchmark of a third party is such
 * an object too, made by `defineBenchmark` and named in `--plugins`. Asking a model, resuming, statistics and reports are the same for all and
 * are no part of it.
 */

/** An image of a question: a path, or the bytes of an encoded file. */
export type QuestionImage = { readonly path: string } | { readonly bytes: Uint8Array };

/** One question of a benchmark. `Truth` is what its scorer compares with, and nobody else looks into it. */
export interface Question<Truth = unknown> {
  readonly id: string;
  /** One text for each name in `Benchmark.prompts`; the images come in place of `<image>`, or first where there is none. */
  readonly prompts: Readonly<Record<string, string>>;
  readonly images: readonly QuestionImage[];
  /** What the score is broken down by: `{ subject: ['Art'], skills: ['counting', 'reading'] }`. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly truth: Truth;
  /** Why no model can be asked here, such as a video; it may still have a stored response. */
  readonly cannotAsk?: string;
}

/** A box to look at in a report: `x1, y1, x2, y2` in pixels of the first image. */
export interface JudgedBox {
  readonly box: readonly number[];
  readonly label?: string;
  readonly of: 'truth' | 'answer';
}

/** What a scorer says of a response. */
export interface Judgment {
  /** In `[0, 1]`; null where the question cannot be scored by these rules, and then `why` names the reason. */
  readonly score: number | null;
  /** What the scorer took for the answer: equal answers have equal texts. */
  readonly answer: string;
  /** What it was compared with. */
  readonly expected: string;
  /** Why the score is what it is, where that is not plain from the two. */
  readonly why?: string;
  readonly boxes?: readonly JudgedBox[];
  /** Numbers of this question for the summary. */
  readonly values?: Readonly<Record<string, number>>;
}

/** A judged question. */
export interface Judged {
  readonly id: string;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly judgment: Judgment;
}

/** Mean score of some questions. */
export interface GroupScore {
  readonly count: number;
  readonly score: number;
}

/** Questions that are in no mean. */
export interface LeftOut {
  readonly reason: string;
  readonly count: number;
}

/** A benchmark in numbers. */
export interface Summary {
  /** The number by which the benchmark is quoted, in `[0, 1]`; null where nothing could be scored. */
  readonly score: number | null;
  /** What that number is: `accuracy`, `macro mean over tasks`, `AP`. */
  readonly measure: string;
  /** Further numbers by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** By the name of a group, then by its values. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, GroupScore>>>>;
  readonly leftOut: readonly LeftOut[];
  /** The values whose mean is the score, by name; the scores of the questions where absent, null where the score is no mean. */
  readonly units?: Readonly<Record<string, number>> | null;
  /** Where the score is no mean: what paired tests compare in its place. */
  readonly pairs?: Readonly<Record<string, number>>;
  /**
   * Where the score is no mean: scores of samples of the questions, drawn with replacement by the seed of the scorer alone. Results of the same questions
   * have the same draws, so that the differences of two such lists are those of a paired bootstrap.
   */
  readonly resampled?: readonly number[];
}

/** Judges responses in the order of the questions. It may draw random numbers and collect boxes, so each pass over the questions has its own. */
export interface Scorer<Truth> {
  judge(question: Question<Truth>, response: string): Judgment;
  /** The mean over questions and over each group (`meanSummary`) where absent. */
  summarize?(judged: readonly Judged[]): Summary;
}

/** Whose rules decide: those of the benchmark's authors, or those that the paper used. */
export type Rules = 'official' | 'paper';

/** What a scorer is made from. */
export interface ScorerOptions {
  readonly rules: Rules;
  /** Of random fallbacks. */
  readonly seed: number;
}

/** A benchmark. */
export interface Benchmark<Truth = unknown> {
  /** As on the command line: `mega-bench`. */
  readonly name: string;
  readonly title: string;
  /** Where each set of rules was taken from, with its version. A set that is missing is not offered. */
  readonly sources: Readonly<Partial<Record<Rules, string>>>;
  /** Names of the prompts; the first is the default. */
  readonly prompts: readonly [string, ...string[]];
  /** The default by rules, where it is another. */
  readonly promptOfRules?: Readonly<Partial<Record<Rules, string>>>;
  /** The published file or folder that `--data` takes, for `--help` and errors. */
  readonly layout: string;
  /** Files of a folder that authors keep in it and that are neither questions nor responses. */
  readonly ignore?: RegExp;
  /** All questions in the published order. Images are read only if asked for. Throws `invalid_data` with file and row. */
  read(data: string, options: { readonly images: boolean }): AsyncGenerator<Question<Truth>>;
  /** Reads a predictions file in the layout in which the authors store model outputs; `plainResponses` reads the rest. */
  responses?(path: string): AsyncIterable<readonly [id: string, response: string]>;
  /** A question without a stored response counts as answered by an empty one, as in COCO's results, where an image without boxes has no line. */
  readonly emptyWhereMissing?: boolean;
  /** What to ask a judge model so that its reply can be scored in place of the response; undefined where rules are enough. */
  judgePrompt?(question: Question<Truth>, response: string): string | undefined;
  scorer(options: ScorerOptions): Scorer<Truth>;
}

/** Returns the benchmark; it is there for its types, and hides `Truth` from those who only run it. */
export function defineBenchmark<Truth>(benchmark: Benchmark<Truth>): Benchmark {
  return benchmark;
}
