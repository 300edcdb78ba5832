/**
 * OCRBench v2's rules for short answers, fields and boxes (`OCRBench_v2/eval_scripts`). Where the authors' code treats one answer otherwise than a list of one, so does this, since
 * the published numbers come from it: a single long answer is never right in the rules that know case or Chinese.
 */
import { distance } from 'fastest-levenshtein';
import { OrstaError } from '../../errors.ts';
import { literalEval } from '../python/literal.ts';
import { isListOrTuple, numberOf, str, type PyValue } from '../python/value.ts';
import { parseIntText } from '../python/float.ts';
import { words } from '../text/python-text.ts';

/** The right answers, and whether the data has a list or one text. */
export interface Answers {
  readonly texts: readonly string[];
  readonly list: boolean;
}

/** The one right answer of a type that has a single one. Throws `invalid_data`. */
export function onlyAnswer({ texts }: Answers): string {
  const [answer] = texts;
  if (answer !== undefined) return answer;
  throw new OrstaError('invalid_data', 'A question of OCRBench v2 has an empty list of answers. It must have one; check its file.');
}

const LEAST_SIMILARITY = 0.5;

function similarity(a: string, b: string): number {
  const longest = Math.max([...a].length, [...b].length);
  const value = longest === 0 ? 1 : 1 - distance(a, b) / longest;
  return value >= LEAST_SIMILARITY ? value : 0;
}

/** Short answers must be somewhere in the response; long ones may differ by half of their letters. */
function contains(predict: string, answer: string, short: boolean): number {
  return short ? Number(predict.includes(answer)) : similarity(predict, answer);
}

function oneLine(text: string): string {
  return text.trim().replaceAll('\n', ' ');
}

/** English questions, whatever the case. */
export function question(predict: string, { texts }: Answers): number {
  const found = oneLine(predict.toLowerCase());
  return Math.max(
    0,
    ...texts.map((text) => oneLine(text.toLowerCase())).map((answer) => contains(found, answer, words(answer).length < 5)),
  );
}

/** The same with case. */
export function questionWithCase(predict: string, answers: Answers): number {
  return listOrSingle(oneLine(predict), answers, { plain: oneLine, isShort: (answer) => words(answer).length < 5 });
}

/** Chinese questions: blanks do not count, and an answer is short with fewer than four parts between commas. */
export function chineseQuestion(predict: string, answers: Answers): number {
  const plain = (text: string): string => oneLine(text.toLowerCase()).replaceAll(' ', '');
  return listOrSingle(plain(predict), answers, { plain, isShort: (answer) => answer.split(',').length < 4 });
}

function listOrSingle(
  predict: string,
  { texts, list }: Answers,
  rule: { plain: (text: string) => string; isShort: (answer: string) => boolean },
): number {
  const answers = texts.map(rule.plain);
  if (list) return Math.max(0, ...answers.map((answer) => contains(predict, answer, rule.isShort(answer))));
  const [answer = ''] = answers;
  if (!rule.isShort(answer)) return 0;
  return predict.includes(answer) ? 1 : similarity(predict, answer);
}

/** The letters of the response are the choice. */
export function multipleChoice(predict: string, { texts: [answer] }: Answers): number {
  return Number((predict.match(/\p{L}/gu) ?? []).join('') === answer);
}

/** A count, exactly or by how far it is off. */
export function counting(predict: string, { texts, list }: Answers, method: string): number {
  const lower = oneLine(predict.toLowerCase());
  const number = Number(/\d+/.exec(lower)?.[0] ?? 0);
  const scores = texts.map((text) => {
    const answer = oneLine(text.toLowerCase());
    if (method === 'exact match') return Number((list ? predict : lower).includes(answer));
    const right = parseIntText(answer) ?? NaN;
    const score = 1 - Math.abs(number - right) / right;
    return number <= 0 || number >= 2 * right || !(score > LEAST_SIMILARITY) ? 0 : score;
  });
  return Math.max(0, ...scores);
}

/** A formula: blanks do not count. In Chinese tasks `\text{...}` is its content. */
export function formula(predict: string, { texts }: Answers, withoutText: boolean): number {
  const plain = (text: string): string => oneLine(withoutText ? text.replace(/\\text\{([^{}]*)\}/g, '$1') : text).replaceAll(' ', '');
  const found = plain(predict);
  return Number(texts.some((text) => found.includes(plain(text))));
}

const SEPARATORS = ['', '.', '. ', ',', ', ', '、', ';', '; ', ' ', '和'];

/** Letters written by hand, joined in any usual way. */
export function handwritten(predict: string, { texts: [answer = ''] }: Answers): number {
  return Number(SEPARATORS.some((separator) => predict.includes([...answer].join(separator))));
}

/** IoU of the last box of the response, in thousandths, with the right one. */
export function grounding(predict: string, { texts }: Answers): number {
  const found = [...predict.matchAll(/[([]\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*[)\]]/g)].map((match) =>
    match.slice(1).map(Number),
  );
  const last = found.filter((box) => box.every((side) => side <= 1000)).at(-1);
  return last === undefined
    ? 0
    : wholeIou(
        last,
        texts.map((text) => parseIntText(text) ?? Math.trunc(Number(text))),
      );
}

/** IoU of two boxes in whole numbers; 0 where one is no box. */
export function wholeIou(a: readonly number[], b: readonly number[]): number {
  const [ax1 = NaN, ay1 = NaN, ax2 = NaN, ay2 = NaN] = a;
  const [bx1 = NaN, by1 = NaN, bx2 = NaN, by2 = NaN] = b;
  const intersection = Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1)) * Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  const union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - intersection;
  return Number.isNaN(union) || union === 0 ? 0 : intersection / union;
}

/** Half for the answer, half for its box. */
export function withPosition(fields: ReadonlyMap<string, string>, answers: Answers, box: readonly number[]): number {
  const answer = fields.get('answer');
  const written = fields.get('bbox');
  const literal = written === undefined ? undefined : literalEval(written);
  const own = literal !== undefined && isListOrTuple(literal) ? literal.items.map(wholeOf) : [];
  const overlap = own.includes(undefined) || own.length < 4 ? 0 : wholeIou(own as number[], box.map(Math.trunc));
  return 0.5 * (answer === undefined ? 0 : question(answer, answers)) + 0.5 * overlap;
}

/** `int(value)`. */
function wholeOf(value: PyValue): number | undefined {
  const number = numberOf(value);
  return number === undefined ? (typeof value === 'string' ? parseIntText(value) : undefined) : Math.trunc(number);
}

/** Mean over the fields of either of whether they are equal, but for case and blanks; the best of several right readings. */
export function fieldsF1(predicted: ReadonlyMap<string, string>, readings: readonly ReadonlyMap<string, string>[]): number {
  return Math.max(0, ...readings.map((right) => oneF1(predicted, right)));
}

function oneF1(predicted: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): number {
  const keys = new Set([...predicted.keys(), ...right.keys()]);
  const plain = (text: string | undefined): string | undefined => text && oneLine(text.toLowerCase()).replaceAll(' ', '');
  const equal = [...keys].filter((key) => right.has(key) && predicted.has(key) && plain(predicted.get(key)) === plain(right.get(key)));
  return keys.size === 0 ? 0 : equal.length / keys.size;
}

/** Texts of a value that may be a list. */
export function textsOf(value: PyValue): string[] {
  return isListOrTuple(value) ? value.items.map(str) : [str(value)];
}
