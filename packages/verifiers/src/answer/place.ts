/**
 * Where a short answer stands in a response. The asked place is a parameter of every verifier that reads one, because a
 * right answer in the wrong place is what alignment training is to change: it scores 0, and is no failure.
 */
import { Type, type Static } from 'typebox';
import { lastBoxed } from './boxed.ts';

/**
 * Where the answer must stand:
 *
 * - `boxed`: in the last `\boxed{...}`;
 * - `answer_tag`: in the last `<answer>...</answer>`, a `\boxed` in it unwrapped;
 * - `last_line`: the last line that is not empty, up to "answer is" or "answer:" cut off; of a longer line the last 16,000 characters;
 * - `any` (the default everywhere): the first of `answer_tag`, `boxed`, `last_line` that is there.
 */
export const AnswerFormat = Type.Union(
  [Type.Literal('boxed'), Type.Literal('answer_tag'), Type.Literal('last_line'), Type.Literal('any')],
  {
    description: 'where the answer must stand; any when absent',
  },
);
export type AnswerFormat = Static<typeof AnswerFormat>;

/** An answer and the place it was found in; never empty. */
export interface LocatedAnswer {
  readonly text: string;
  readonly place: Exclude<AnswerFormat, 'any'>;
}

/** What follows the reasoning: the text after the last `</think>`, nothing inside an unclosed `<think>`, else all of it. */
export function afterThinking(response: string): string {
  const end = response.lastIndexOf('</think>');
  if (end >= 0) return response.slice(end + '</think>'.length);
  const start = response.indexOf('<think>');
  return start >= 0 ? response.slice(0, start) : response;
}

/** The trimmed content of the last complete `<answer>` tag, or `undefined`. */
export function answerTag(text: string): string | undefined {
  const end = text.lastIndexOf('</answer>');
  const start = end < 0 ? -1 : text.lastIndexOf('<answer>', end);
  return start < 0 ? undefined : text.slice(start + '<answer>'.length, end).trim();
}

/** The answer in the asked place, stripped of markup; `undefined` when it is not there or empty. */
export function locateAnswer(response: string, format: AnswerFormat = 'any'): LocatedAnswer | undefined {
  const located = locateContent(response, format);
  if (located === undefined) return undefined;
  const text = stripMarkup(located.text);
  return text === '' ? undefined : { text, place: located.place };
}

/** As `locateAnswer`, but with the markup left on, for readers of LaTeX. */
export function locateContent(response: string, format: AnswerFormat = 'any'): LocatedAnswer | undefined {
  const found = format === 'any' ? firstThere(afterThinking(response)) : contentIn(format, afterThinking(response));
  return found === undefined || found.text === '' ? undefined : found;
}

function firstThere(text: string): LocatedAnswer | undefined {
  return contentIn('answer_tag', text) ?? contentIn('boxed', text) ?? contentIn('last_line', text);
}

function contentIn(place: LocatedAnswer['place'], text: string): LocatedAnswer | undefined {
  const content = FINDERS[place](text);
  return content === undefined ? undefined : { text: content.trim(), place };
}

const FINDERS: Readonly<Record<LocatedAnswer['place'], (text: string) => string | undefined>> = {
  boxed: lastBoxed,
  answer_tag: (text) => {
    const content = answerTag(text);
    return content === undefined ? undefined : (lastBoxed(content) ?? content);
  },
  last_line: lastLine,
};

const ANNOUNCED = /\banswer(?: is|:| =)(?: ?:)? ?/gi;

/** No answer is as long; more would only be searched. */
const MAX_LINE = 16_000;

function lastLine(text: string): string | undefined {
  const trimmed = text.trimEnd();
  const line = trimmed.slice(Math.max(trimmed.lastIndexOf('\n') + 1, trimmed.length - MAX_LINE));
  let start = 0;
  // An iterator over the matches would make a copy of the pattern for each line.
  ANNOUNCED.lastIndex = 0;
  while (ANNOUNCED.test(line)) start = ANNOUNCED.lastIndex;
  return line.slice(start);
}

const WRAPPERS: readonly RegExp[] = [
  /^\\(?:text|textbf|mathrm|mathbf|textit|mbox|texttt)\s?\{([^{}]*)\}$/,
  /^\$\$?([^$]*)\$\$?$/,
  /^\\\(([^\\]*)\\\)$/,
  /^\*\*([^*]*)\*\*$/,
  /^`([^`]*)`$/,
];

/** Takes off what only dresses an answer: `\text{}`, `$ $`, `** **`, back quotes, and the backslash of escaped signs. */
export function stripMarkup(text: string): string {
  let bare = text.trim();
  for (let round = 0; round < 4; round++) {
    const inner = WRAPPERS.map((wrapper) => wrapper.exec(bare)?.[1]).find((content) => content !== undefined);
    if (inner === undefined) break;
    bare = inner.trim();
  }
  return bare.replace(/\\([%$&#_{} ])/g, '$1').trim();
}
