/** What several attempts at each question say: pass@k, and the score of the answer that most of them agree on. */
import type { Judgment } from './contract.ts';
import type { ScoredQuestion } from './score-responses.ts';
import { mean } from './summarize.ts';
import { passAtK } from './statistics.ts';

/** Scores over attempts; only questions with a score count. */
export interface AttemptScores {
  /** Attempts that every question has. */
  readonly attempts: number;
  /** Mean over attempts and questions. */
  readonly average: number;
  /** By k: the chance that one of k attempts has the full score. */
  readonly pass_at: Readonly<Record<string, number>>;
  /** Score of the most frequent answer; of equally frequent ones, of the first. */
  readonly self_consistency: number;
}

/** Null where questions have one attempt only, or none has a score. */
export function attemptScores(questions: readonly ScoredQuestion[]): AttemptScores | null {
  const scored = questions.filter(({ judgments }) => judgments.every(({ score }) => score !== null));
  const attempts = Math.min(...scored.map(({ judgments }) => judgments.length));
  if (scored.length === 0 || attempts < 2) return null;
  const all = scored.map(({ judgments }) => judgments.slice(0, attempts));
  const ks = [1, 2, 4, 8, 16, 32, 64].filter((k) => k < attempts).concat(attempts);
  return {
    attempts,
    average: mean(all.flat().map(scoreOf)) ?? 0,
    pass_at: Object.fromEntries(
      ks.map((k) => [String(k), mean(all.map((own) => passAtK(attempts, own.filter((one) => one.score === 1).length, k))) ?? 0]),
    ),
    self_consistency: mean(all.map((own) => scoreOf(majority(own)))) ?? 0,
  };
}

function scoreOf({ score }: Judgment): number {
  return score ?? 0;
}

function majority(judgments: readonly Judgment[]): Judgment {
  const counts = new Map<string, { count: number; first: Judgment }>();
  for (const judgment of judgments) {
    const { count, first } = counts.get(judgment.answer) ?? { count: 0, first: judgment };
    counts.set(judgment.answer, { count: count + 1, first });
  }
  return [...counts.values()].reduce((best, own) => (own.count > best.count ? own : best)).first;
}
