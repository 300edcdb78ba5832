/**
 * How MEGA-Bench reads a response of one field: what follows the last `Answer:`, out of its code block, without explanations in later paragraphs and
 * without quotes around it. Answers with blanks that count (ASCII art, verbatim) keep them.
 */
import { literalEval } from '../python/literal.ts';
import { str, type PyValue } from '../python/value.ts';
import { codeBlock, verbatimBlock } from './code-block.ts';
import { findJson } from './find-json.ts';

const ANSWER = /\*\*?Answer:\s*(.*?)\*\*?|(?<![\p{L}\p{N}_])Answer:\s*(.*)/su;
const VERBATIM_ANSWER = /\*\*?Answer:(.*?)\*\*?|(?<![\p{L}\p{N}_])Answer:(.*)/su;
const STARTS_LIKE_ANSWER = /^(?:[a-zA-Z0-9_-]|\([a-zA-Z0-9_-]+\)$)/;
// Lines as Python has them: `^` and `$` of JavaScript also stop at a carriage return.
const BLANK_LINES = /(?<![^\n])\s*(?![^\n])(?:\n\s*(?![^\n]))+/g;
// Python's lines end at the separators of files, groups and records too.
const LINE_END = new RegExp(`\\r\\n|[\\n\\r\\v\\f\\u0085\\u2028\\u2029${String.fromCharCode(0x1c, 0x1d, 0x1e)}]`);

/** Which of the parsers for one field. */
export type AnswerParser = 'answer_string' | 'ascii_answer_string' | 'verbatim_answer_string';

/** The answer, always a text. `singleLine`: the right answer has no line break. */
export function parseAnswer(response: string, parser: AnswerParser, singleLine: boolean): string {
  const content =
    parser === 'answer_string' ? plainContent(response, singleLine) : verbatimContent(response, parser === 'ascii_answer_string');
  if (!content.startsWith('{') && !content.startsWith('[')) return unquote(content);
  const value = findJson(content);
  const empty = str(value);
  if ((empty === '{}' || empty === '[]') && !content.includes(empty)) return content;
  return empty;
}

/** A text written as a quoted text loses its quotes; everything else stays. */
export function unquote(text: string): string {
  const value = literalEval(text);
  return typeof value === 'string' ? value : text;
}

/** The same for a value of any kind. */
export function unquoteValue(value: PyValue): PyValue {
  return typeof value === 'string' ? unquote(value) : value;
}

function plainContent(response: string, singleLine: boolean): string {
  const answer = afterAnswer(response, ANSWER).trim();
  const { content, found } = codeBlock(answer, 'any');
  return !found && singleLine ? firstParagraph(content) : content;
}

function verbatimContent(response: string, trim: boolean): string {
  const answer = afterAnswer(response, VERBATIM_ANSWER).replace(BLANK_LINES, '');
  const ended = trim ? answer.trimEnd() : answer.replace(/\n\s*$/, '');
  const started = ended.replace(/^\s*\n/, '');
  return verbatimBlock(started.trim() === '' || [...started].length > 10_000 ? started.trimEnd() : started, trim).content;
}

/** What follows the last `Answer:`; the whole response where there is none. */
function afterAnswer(response: string, pattern: RegExp): string {
  const text = response.replaceAll('answer:', 'Answer:');
  const last = text.lastIndexOf('Answer:');
  const single = last < 0 ? text : text.slice(0, last).replaceAll('Answer:', '') + text.slice(last);
  const match = pattern.exec(single);
  if (match === null) return single;
  const [, bold, plain] = match;
  return bold !== undefined && bold !== '' ? bold : (plain ?? '');
}

/** The first paragraph, where it looks like an answer and the rest like an explanation. */
function firstParagraph(text: string): string {
  const [first = ''] = text.split('\n\n');
  const paragraph = first.trim();
  return STARTS_LIKE_ANSWER.test(paragraph) && !goesOnInNextLine(text) ? paragraph : text;
}

function goesOnInNextLine(text: string): boolean {
  const lines = text.split(LINE_END);
  if (lines.at(-1) === '') lines.pop();
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) return false;
  const next = lines[first + 1];
  return next === undefined || next.trim() !== '';
}
