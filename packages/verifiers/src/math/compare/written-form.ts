// What the engine drops when it reads an answer, but what makes another answer of it: the base of a number (`4343_7`), a quantifier with a
// condition (`\forall x>0`), and a Chinese unit (`3年`). These are compared as they are written.

const BASE = /(?<=\d)_\s?(?:\{\s?(\d{1,3})\s?\}|(\d))/g;
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

/** True where both answers have bases or units, but none in common, or where one has a condition that the other lacks. */
export function contradicts(groundTruth: string, response: string): boolean {
  const end = answerOf(response);
  return (
    disjoint(basesOf(groundTruth), basesOf(end)) ||
    disjoint(unitsOf(groundTruth), unitsOf(end)) ||
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
