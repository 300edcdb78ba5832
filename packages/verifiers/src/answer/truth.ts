import { showValue } from '@vtriune/format/show-value';
import { VerifierError } from '../errors.ts';
import { parseLenient } from './json.ts';
import { stripMarkup } from './place.ts';

/**
 * The right answers of a text verifier: one text, or several of which any is right, as JSON or its text. Numbers count as their text.
 *
 * @throws VerifierError `invalid_ground_truth` when there is none, or an empty one.
 */
export function readTexts(raw: unknown, verifier: string): readonly [string, ...string[]] {
  const values: readonly unknown[] = Array.isArray(raw) ? raw : typeof raw === 'string' ? (textArray(raw) ?? [unwrap(raw)]) : [raw];
  const texts = values.map((value) => (typeof value === 'number' ? String(value) : typeof value === 'string' ? bare(value) : value));
  const [first, ...others] = texts.filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  if (first !== undefined && others.length === texts.length - 1) return [first, ...others];
  const message = `Ground truth of "${verifier}" is ${showValue(raw, 120)}. It must be a text that is not empty, or an array of such texts of which any is right.`;
  throw new VerifierError('invalid_ground_truth', message);
}

// Markup is taken off the answer, so it is taken off here too; a text that is nothing else, such as "$$", stays.
function bare(text: string): string {
  return stripMarkup(text) || text;
}

// The published data writes some ground truths as `<answer> text </answer>` or in a box.
function unwrap(text: string): string {
  const inner = /^\s*<answer>([\s\S]*)<\/answer>\s*$/.exec(text)?.[1] ?? text;
  return (/^\s*\\boxed\{([^{}]*)\}\s*$/.exec(inner)?.[1] ?? inner).trim();
}

function textArray(text: string): readonly unknown[] | undefined {
  // A text that only starts like an array is the answer itself. Python's str() writes lists with single quotes.
  if (!/^\s*\[\s*["'][\s\S]*\]\s*$/.test(text)) return undefined;
  const value = parseLenient(text);
  return Array.isArray(value) ? value : undefined;
}
