/** How MathVista's authors read an answer (lupantech/MathVista, `extract_answer.py` and `calculate_score.py`). */
import { distance } from 'fastest-levenshtein';
import { formatFloat, parseFloatText, parseIntText, round } from '../python/float.ts';

/** What a question asks for. */
export interface Asked {
  readonly questionType: string;
  readonly answerType: string;
  readonly choices: readonly string[];
  readonly precision: number | undefined;
}

/** The answer in a response that needs no model to find it; undefined where the authors ask one. */
export function extractByRule(response: string, { questionType, answerType, choices }: Asked): string | undefined {
  if (response === '' || (questionType === 'multi_choice' && choices.includes(response))) return response;
  const whole = answerType === 'integer' ? parseIntText(response) : undefined;
  if (whole !== undefined) return String(whole);
  const float = answerType === 'float' ? parseFloatText(response) : undefined;
  if (float !== undefined) return formatFloat(float);
  return /The answer is "(.*)"\./.exec(response)?.[1];
}

/** An extracted answer in the form of the right one; undefined where it has none. */
export function normalizeAnswer(extraction: string, asked: Asked): string | undefined {
  if (asked.questionType === 'multi_choice') return chosen(extraction.trim(), asked.choices);
  if (asked.answerType === 'list') return extraction;
  const number = parseFloatText(extraction);
  if (number === undefined) return undefined;
  if (asked.answerType === 'integer') return Number.isFinite(number) ? String(Math.trunc(number) + 0) : undefined;
  if (asked.answerType !== 'float' || asked.precision === undefined) return undefined;
  return formatFloat(round(number, asked.precision));
}

/** A choice by its letter, as `(B)` or alone, and otherwise the most similar one; of equally similar ones the first. */
function chosen(extraction: string, choices: readonly string[]): string | undefined {
  const letter = /\(([a-zA-Z])\)/.exec(extraction)?.[1]?.toUpperCase() ?? extraction;
  const index = letter.length === 1 ? letter.charCodeAt(0) - 65 : -1;
  const named = choices[index];
  if (named !== undefined) return named;
  let best: { choice: string; edits: number } | undefined;
  for (const choice of choices) {
    const edits = distance(letter, choice);
    if (best === undefined || edits < best.edits) best = { choice, edits };
  }
  return best?.choice;
}
