/**
 * The answer that a text states in words: "The answer is B because ...", "**Final answer:** 7", "答案是 5", "#### 7". What follows
 * the words is the answer; whether it can be read is for the verifier to say. The words are looked for in one line at a time.
 */

/** A statement and whether words such as "answer is" announced it. */
export interface Statement {
  readonly text: string;
  readonly announced: boolean;
}

const KIND = 'final|correct|right|best|my';
const QUESTION = String.raw`(?:\s+to\s+(?:the|this|that|your)\s+(?:question|problem))?(?:\s+here)?`;
const NAME = String.raw`(?:(?:(?:${KIND})[*_]{0,3}\s+){0,2}(?:answers?|ans)(?![a-z])(?:\s+(?:option|choice))?${QUESTION}|(?:correct|right|best)\s+(?:option|choice)s?)`;
const EMPHASIS = '[*_`]{0,3}';
const LINK = String.raw`(?:\s+(?:is|are|(?:should|would|must|has to|seems to|appears to) be)(?![a-z])|\s*(?:\\?:|：|=|→|->|⇒)|\s+[-–—](?=\s))`;
const ENGLISH = String.raw`(?<![a-zA-Z])${NAME}${EMPHASIS}${LINK}[*_\`}]{0,3}\s?:?\s?`;
const CHINESE = String.raw`(?:答案?|結果|结果)\s?(?:应该|應該|应|應)?\s?${EMPHASIS}(?:是|为|為|选|選|:|：)${EMPHASIS}\s?[:：]?\s?`;
const ANNOUNCED = new RegExp(`${ENGLISH}|${CHINESE}`, 'gi');
/** A label at the start of a line: `**Answer:** cat`, `### Final answer: 7`, `答案：B`. */
const LABELED = new RegExp(
  String.raw`^[\s#>*_-]{0,8}(?:the\s+)?(?:${NAME}${EMPHASIS}\s?(?:is\b|[:：])|答案?\s?${EMPHASIS}[:：是]|故选|故選)`,
  'i',
);
/** Labels that may also begin a line of the calculation; they count in the last line only. */
const WEAK_LABEL =
  /^[\s#>*_-]{0,8}(?:result|output|final|solution|conclusion|prediction|selection|(?:selected |chosen )?(?:option|choice)|label)[*_`]{0,3}\s?[:：][*_`]{0,3}\s?(\S.*)$/i;
/** GSM8K's last line. */
const HASHES = /^####\s+(\S.*)$/;
/** A heading with the answer in the next line. */
const HEADING = /^[\s#>*_-]{0,8}(?:the\s+)?(?:(?:final|correct)\s+)?answer[\s*_:：]{0,8}$/i;
/** The end of a sentence's beginning: "... \boxed{3}. So the final answer is". */
const FINAL_LABEL = new RegExp(
  String.raw`(?:^|[.!?}]\s+)[#>*_-]{0,8}(?:(?:so|thus|hence|therefore),?\s+)?(?:the\s+)?(?:final|correct)\s+answers?${EMPHASIS}\s*(?:is|are|:|：)\s*${EMPHASIS}\s*$`,
  'i',
);
/** What an answer in running prose begins with; "the answer is clear" states none. */
const VALUE = /^(?:[-+]?[\d.√π∞]|[$\\([{*]|[A-Za-z](?![\w'’]))/;
/** "The final answer is in the box" points back. */
const POINTS_BACK = /^(?:in|above|given|shown|boxed|as|the one|stated|therefore|thus|clear|correct)\b/i;
const CHECK_MARK = /[✅✔✓]\ufe0f?$/u;

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

/** "Answer: 7 ✅" answers 7. A pattern with the spaces in it would look at each run of spaces from each of its places. */
function withoutCheckMark(text: string): string {
  const trimmed = text.trimEnd();
  const bare = trimmed.replace(CHECK_MARK, '');
  return bare.length < trimmed.length ? bare.trimEnd() : text;
}

/** Emphasis that was opened before the label is closed after the answer: of `**Answer: 7**` the rest is `7**`. */
function balanced(rest: string): string {
  const text = withoutCheckMark(rest).trim();
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
  const line = withoutCheckMark(trimmed.slice(from));
  const above = trimmed.slice(Math.max(0, from - MAX_LINE), from);
  const stated = statementIn(line);
  if (stated !== undefined && stated !== '') return { text: stated, announced: true };
  const labeled = labelIn(line) ?? (isBare(line.trim()) ? underHeading(line, above) : from === 0 ? undefined : labeledAbove(above));
  return labeled === undefined ? { text: line, announced: false } : { text: labeled, announced: true };
}

/** `Result: 7`, `#### 7`. */
function labelIn(line: string): string | undefined {
  const labeled = HASHES.exec(line)?.[1] ?? WEAK_LABEL.exec(line)?.[1];
  return labeled === undefined ? undefined : balanced(labeled);
}

/** A short line below a heading: "## Final Answer", then "7". */
function underHeading(line: string, above: string): string | undefined {
  const before = above.trimEnd();
  return HEADING.test(before.slice(before.lastIndexOf('\n') + 1)) ? balanced(line) : undefined;
}

function labeledAbove(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (let row = lines.length - 1; row >= Math.max(0, lines.length - MAX_LINES); row--) {
    const line = lines[row]!;
    if (LABELED.test(line)) return statementIn(line) || undefined;
    if (HASHES.test(line)) return labelIn(line);
    if (isBare(line.trim())) return underHeading(line, lines.slice(0, row).join('\n'));
  }
  return undefined;
}

/** The answer that a text states after its last box, if it does: "First \boxed{3}. ... Final answer: 7" states 7. */
export function statementAfterBox(text: string): string | undefined {
  const box = Math.max(text.lastIndexOf('\\boxed'), text.lastIndexOf('\\fbox'));
  if (box < 0) return undefined;
  const rest = text.slice(Math.max(box, text.length - MAX_LINE));
  const start = announcementEnd(rest);
  const stated = start < 0 ? finalLine(rest) : statementIn(rest);
  if (stated === undefined || stated === '' || stated.length > 200 || POINTS_BACK.test(stated)) return undefined;
  if (start < 0) return stated;
  const line = rest.slice(rest.lastIndexOf('\n', start) + 1, start);
  const labeled = FINAL_LABEL.test(line) || (LABELED.test(line) && !/\bis\s*$/i.test(line));
  return labeled || VALUE.test(stated) ? stated : undefined;
}

/** The last line after a box, where it is labeled or below a heading. */
function finalLine(rest: string): string | undefined {
  const lines = rest.split('\n').filter((line) => line.trim() !== '');
  const line = lines.at(-1);
  if (line === undefined || lines.length < 2) return undefined;
  return HASHES.exec(line)?.[1] ?? underHeading(line, lines.slice(0, -1).join('\n'));
}
