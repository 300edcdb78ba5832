/**
 * The answer that a text states in words: "The answer is B because ...", "**Final answer:** 7", "答案是 5". What follows the words
 * is the answer; whether it can be read is for the verifier to say. The words are looked for in one line at a time.
 */

/** A statement and whether words such as "answer is" announced it. */
export interface Statement {
  readonly text: string;
  readonly announced: boolean;
}

const NAME = String.raw`(?:(?:(?:final|correct|right|best)[*_]{0,3}\s+){0,2}answers?(?:\s+(?:option|choice))?|(?:correct|right|best)\s+(?:option|choice))`;
const EMPHASIS = '[*_`]{0,3}';
const LINK = String.raw`(?:\s+(?:is|are|should be|would be)(?![a-z])|\s*(?::|：|=|→|->|⇒)|\s+[-–—](?=\s))`;
const ENGLISH = String.raw`(?<![a-zA-Z])${NAME}${EMPHASIS}${LINK}${EMPHASIS}\s?:?\s?`;
const CHINESE = String.raw`(?:答案?|結果|结果)\s?(?:应该|應該|应|應)?\s?${EMPHASIS}(?:是|为|為|选|選|:|：)${EMPHASIS}\s?[:：]?\s?`;
const ANNOUNCED = new RegExp(`${ENGLISH}|${CHINESE}`, 'gi');
/** A label at the start of a line: `**Answer:** cat`, `### Final answer: 7`, `答案：B`. */
const LABELED = new RegExp(
  String.raw`^[\s#>*_-]{0,8}(?:the\s+)?(?:${NAME}${EMPHASIS}\s?(?:is\b|[:：])|答案?\s?${EMPHASIS}[:：是]|故选|故選)`,
  'i',
);
/** What an answer in running prose begins with; "the answer is clear" states none. */
const VALUE = /^(?:[-+]?[\d.√π∞]|[$\\([{*]|[A-Za-z](?![\w'’]))/;

/** No answer is as long; more would only be searched. */
const MAX_LINE = 16_000;
/** Lines above the last that are looked at for a label. */
const MAX_LINES = 12;

/** What the last announcement in a text is followed by, up to the end of the line; `undefined` when there is none. */
export function statementIn(text: string): string | undefined {
  const start = announcementEnd(text);
  if (start < 0) return undefined;
  const end = text.indexOf('\n', start);
  return balanced(text.slice(start, end < 0 ? undefined : end));
}

function announcementEnd(text: string): number {
  let start = -1;
  // An iterator over the matches would make a copy of the pattern for each line.
  ANNOUNCED.lastIndex = 0;
  while (ANNOUNCED.test(text)) start = ANNOUNCED.lastIndex;
  return start;
}

/** Emphasis that was opened before the label is closed after the answer: of `**Answer: 7**` the rest is `7**`. */
function balanced(rest: string): string {
  const text = rest.trim();
  for (const mark of ['**', '__', '*', '_', '`']) {
    const count = text.split(mark).length - 1;
    if (count % 2 === 0) continue;
    if (text.endsWith(mark)) return text.slice(0, -mark.length);
    if (text.endsWith(`${mark}.`)) return `${text.slice(0, -mark.length - 1)}.`;
  }
  return text;
}

function isBare(line: string): boolean {
  return line.split(/\s+/).length <= 2 && !line.endsWith('!') && !/^[-*_=\s]*$/.test(line);
}

/**
 * What the last line that is not empty states: what follows its announcement, or the line itself. Where it announces nothing, a
 * line with a label above it counts if only sentences follow: `Answer: B`, then "Hope this helps!".
 */
export function lastLineStatement(text: string): Statement {
  const trimmed = text.trimEnd();
  const from = Math.max(trimmed.lastIndexOf('\n') + 1, trimmed.length - MAX_LINE);
  const line = trimmed.slice(from);
  const stated = statementIn(line);
  if (stated !== undefined && stated !== '') return { text: stated, announced: true };
  if (from === 0 || isBare(line.trim())) return { text: line, announced: false };
  const labeled = labeledAbove(trimmed.slice(Math.max(0, from - MAX_LINE), from));
  return labeled === undefined ? { text: line, announced: false } : { text: labeled, announced: true };
}

function labeledAbove(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.slice(-MAX_LINES).reverse()) {
    if (LABELED.test(line)) return statementIn(line) || undefined;
    if (isBare(line.trim())) return undefined;
  }
  return undefined;
}

/** The answer that a text states after its last box, if it does: "First \boxed{3}. ... Final answer: 7" states 7. */
export function statementAfterBox(text: string): string | undefined {
  const box = Math.max(text.lastIndexOf('\\boxed'), text.lastIndexOf('\\fbox'));
  if (box < 0) return undefined;
  const rest = text.slice(Math.max(box, text.length - MAX_LINE));
  const start = announcementEnd(rest);
  if (start < 0) return undefined;
  const stated = statementIn(rest);
  if (stated === undefined || stated === '' || stated.length > 200) return undefined;
  const line = rest.slice(rest.lastIndexOf('\n', start) + 1, start);
  const labeled = LABELED.test(line) && (!/\bis\s*$/i.test(line) || /final answer is\s*$/i.test(line));
  return labeled || VALUE.test(stated) ? stated : undefined;
}
