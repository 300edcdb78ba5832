// What the engine drops when it reads an answer, but what makes another answer of it: the base of a number (`4343_7`), a quantifier with a
// condition (`\forall x>0`), a unit (`5 m` for `5 cm`, `3年`), and a lone `\ne`. These are compared as they are written.
import { lastBoxed } from '../../answer/boxed.ts';
import { countedIn, measuredIn, unitsDiffer } from '../../answer/unit.ts';

const BASE = /(?<=[\dA-F]\)?)_\s?(?:\{\s?\(?(\d{1,3})\)?\s?\}|(\d))/g;
const QUANTIFIER = /\\(?:forall|exists)[^,:$]{0,80}/g;
const CONDITION = /[<>=≠≤≥]|\\(?:ge|le|gt|lt|ne)q?(?![a-zA-Z])/;
const HAN_UNIT = /(?<=\d)\s?([\u3400-\u9fff]{1,6})(?=\s*[.。]?\s*(?:\}|\$|$))/g;
/** No answer is longer. */
const END = 400;

/** The part of a response that holds its answer: from the last box on, the last formula, or the last line. */
function answerOf(response: string): string {
  const end = response.slice(-END).trimEnd();
  const box = end.lastIndexOf('\\boxed');
  if (box >= 0) return end.slice(box);
  const formula = end.lastIndexOf('$', end.lastIndexOf('$') - 1);
  return end.slice(formula >= 0 ? formula : end.lastIndexOf('\n') + 1);
}

function basesOf(text: string): readonly string[] {
  return text.includes('_') ? [...text.matchAll(BASE)].map((match) => match[1] ?? String(match[2])) : [];
}

function conditionsOf(text: string): readonly string[] {
  if (!/\\(?:forall|exists)/.test(text)) return [];
  return (text.match(QUANTIFIER) ?? []).filter((prefix) => CONDITION.test(prefix)).map((prefix) => prefix.replace(/\s/g, ''));
}

function unitsOf(text: string): readonly string[] {
  return /[\u3400-\u9fff]/.test(text) ? [...text.matchAll(HAN_UNIT)].map((match) => String(match[1])) : [];
}

/** What an answer says, without the box and the dollars around it. */
export function bareAnswer(text: string): string {
  const content = (lastBoxed(text) ?? text).slice(-END);
  return content
    .trim()
    .replace(/^\$+([^$]*)\$+$/, '$1')
    .replace(/^(?:.*[^\\])?\$([^$]*)\$\s*[.。]?\s*$/, '$1');
}

const TEXT_START = /^\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox)\s?\{/;

/** What is in an answer that is one text as a whole, `\text{\frac{1}{2}}` for example; undefined for others, and for texts without braces of their own. */
export function insideText(answer: string): string | undefined {
  const text = answer.trim();
  const start = TEXT_START.exec(text)?.[0].length;
  if (start === undefined || !text.endsWith('}')) return undefined;
  const inner = text.slice(start, -1);
  let depth = 0;
  for (const character of inner.replace(/\\[{}]/g, '')) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) return undefined;
  }
  return depth === 0 && inner.includes('{') ? inner : undefined;
}

/** `5 m` for `5 cm`, "5 dogs" for "5 cats". */
function otherUnit(groundTruth: string, answer: string): boolean {
  const [wanted, given] = [measuredIn(groundTruth), measuredIn(answer)];
  if (wanted !== undefined && given !== undefined) return unitsDiffer(wanted.unit, given.unit);
  const [thing, other] = [wanted ?? countedIn(groundTruth), given ?? countedIn(answer)];
  return thing !== undefined && other !== undefined && thing.unit !== other.unit;
}

/** Whether the inequalities of an answer are joined by "and" or "or"; undefined where it has no such word. */
export function joinedBy(groundTruth: string, response: string): 'and' | 'or' | undefined {
  const text = `${groundTruth.slice(-END)} ${answerOf(response)}`;
  if (!/[<>≤≥]|\\(?:[lg]eq?|[lg]t)(?![a-zA-Z])/.test(text)) return undefined;
  const word = JOINING.exec(text)?.[0];
  return word === undefined ? undefined : /and|land|wedge|∧/.test(word) ? 'and' : 'or';
}

const JOINING = /\b(?:and|or)\b|\\(?:land|wedge|lor|vee)(?![a-zA-Z])|[∧∨]/;

function isUnequal(text: string): boolean {
  return /^(?:\\neq?(?![a-zA-Z])|≠|!=)/.test(text);
}

/** True where both answers have bases or units, but none in common, or where one has a condition or a `\ne` that the other lacks. */
export function contradicts(groundTruth: string, response: string): boolean {
  const end = answerOf(response);
  return (
    disjoint(basesOf(groundTruth), basesOf(end)) ||
    disjoint(unitsOf(groundTruth), unitsOf(end)) ||
    otherUnit(bareAnswer(groundTruth), bareAnswer(end)) ||
    isUnequal(bareAnswer(groundTruth)) !== isUnequal(bareAnswer(end)) ||
    conditionsOf(groundTruth).join(';') !== conditionsOf(end).join(';')
  );
}

function disjoint(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((item) => b.includes(item));
}

/** A text without the Chinese unit after a number at the end of its answer: `5平方厘米` is 5. */
export function withoutHanUnit(text: string): string {
  return /[\u3400-\u9fff]/.test(text) ? text.replace(HAN_UNIT, '') : text;
}
