/**
 * Where a short answer is in a response. The asked place is a parameter of every verifier that reads one, because a right
 * answer in the wrong place is what alignment training is to change: it scores 0, and is no failure.
 */
import { Type, type Static } from 'typebox';
import { lastBoxed } from './boxed.ts';
import { lastLineStatement, statementAfterBox, statementIn } from './statement.ts';

/**
 * Where the answer must be:
 *
 * - `boxed`: in the last `\boxed{...}`;
 * - `answer_tag`: in the last `<answer>...</answer>`, a `\boxed` in it unwrapped;
 * - `last_line`: the last line that is not empty, without "The answer is" or "**Answer:**"; of a longer line the last 16,000 characters;
 * - `any` (the default everywhere): the tag; else the box, unless a later line states an answer ("Final answer: 7"); else what the
 *   last line, or a labeled line before closing words, states. A draft box in the tag gives way to a later statement there, too.
 */
export const AnswerFormat = Type.Union(
  [Type.Literal('boxed'), Type.Literal('answer_tag'), Type.Literal('last_line'), Type.Literal('any')],
  {
    description: 'where the answer must be; any when absent',
  },
);
export type AnswerFormat = Static<typeof AnswerFormat>;

/** An answer and the place it was found in; never empty. */
export interface LocatedAnswer {
  readonly text: string;
  readonly place: Exclude<AnswerFormat, 'any'>;
  /** Whether words such as "The answer is" came before it. */
  readonly announced: boolean;
}

const END_TOKENS =
  /(?:\s*(?:<\|(?:im_end|im_start|endoftext|eot_id|eom_id|end|end_of_text|return|eos|pad)\|>|<\/s>|<end_of_turn>|<eos>|<pad>|<\uff5cend\u2581of\u2581sentence\uff5c>|\[\/?EOS\]))+\s*$/;

/** The longest run of end tokens that is taken off; more is no answer. */
const MAX_TOKENS = 400;

function withoutEndTokens(text: string): string {
  const last = text.trimEnd().at(-1);
  if (last !== '>' && last !== ']') return text;
  const from = Math.max(0, text.length - MAX_TOKENS);
  return text.slice(0, from) + text.slice(from).replace(END_TOKENS, '');
}

/**
 * What follows the reasoning: the text after the last `</think>`, nothing inside an unclosed `<think>`, else all of it. End tokens
 * of chat templates, such as `<|im_end|>`, are taken off.
 */
export function afterThinking(response: string): string {
  const end = response.lastIndexOf('</think>');
  if (end >= 0) return withoutEndTokens(response.slice(end + '</think>'.length));
  const start = response.indexOf('<think>');
  return withoutEndTokens(start >= 0 ? response.slice(0, start) : response);
}

/** The trimmed content of the last complete `<answer>` tag, or `undefined`. */
export function answerTag(text: string): string | undefined {
  const end = text.lastIndexOf('</answer>');
  const start = end < 0 ? -1 : text.lastIndexOf('<answer>', end);
  return start < 0 ? undefined : text.slice(start + '<answer>'.length, end).trim();
}

/** The answer in the asked place, stripped of markup; `undefined` when it is not there or empty. */
export function locateAnswer(response: string, format: AnswerFormat = 'any'): LocatedAnswer | undefined {
  return locateAnswers(response, format)[0];
}

/** The answers in the asked place, the one that counts first; the others are for readers that cannot read the first, such as `choice`. */
export function locateAnswers(response: string, format: AnswerFormat = 'any'): readonly LocatedAnswer[] {
  return contentsOf(response, format).flatMap((found) => {
    const text = stripMarkup(found.text);
    return text === '' ? [] : [{ ...found, text }];
  });
}

/** As `locateAnswer`, but with the markup left on, for readers of LaTeX. */
export function locateContent(response: string, format: AnswerFormat = 'any'): LocatedAnswer | undefined {
  return contentsOf(response, format)[0];
}

function contentsOf(response: string, format: AnswerFormat): readonly LocatedAnswer[] {
  const text = afterThinking(response);
  const found = format === 'any' ? candidatesIn(text) : [FINDERS[format](text)];
  return found.filter((one) => one !== undefined && one.text !== '') as readonly LocatedAnswer[];
}

function candidatesIn(response: string): readonly (LocatedAnswer | undefined)[] {
  const tagged = FINDERS.answer_tag(response);
  if (tagged !== undefined) return tagged.announced ? [tagged] : [tagged, statedIn(tagged)];
  const boxed = FINDERS.boxed(response);
  const text = withoutFence(response);
  const statement = lastLineStatement(text);
  const stated = { text: statement.text.trim(), place: 'last_line', announced: statement.announced } as const;
  if (boxed === undefined) return [stated, firstLine(text)];
  const later = statementAfterBox(text);
  const rest = /\\f?box/.test(stated.text) ? undefined : stated;
  return [later === undefined ? undefined : { text: later.trim(), place: 'last_line', announced: true }, boxed, rest];
}

/** A short first line with an explanation below it: "B", then "The leaf is green." */
function firstLine(text: string): LocatedAnswer | undefined {
  const [line, ...more] = text.trim().slice(0, 400).split('\n', 2);
  const short = line !== undefined && more.length > 0 && /^\S{1,12}(?: \S{1,12})?$/.test(line.trim());
  return short ? { text: line.trim(), place: 'last_line', announced: false } : undefined;
}

/** An answer of one line in a code fence at the end counts as that line. */
function withoutFence(text: string): string {
  return text.trimEnd().endsWith('```') ? text.replace(/```[a-z]{0,12}[ \t]*\n([^\n`]{1,2000})\n[ \t]*```\s*$/, '$1') : text;
}

function statedIn({ text, place }: LocatedAnswer): LocatedAnswer | undefined {
  const stated = statementIn(text);
  return stated === undefined ? undefined : { text: stated.trim(), place, announced: true };
}

const FINDERS: Readonly<Record<LocatedAnswer['place'], (text: string) => LocatedAnswer | undefined>> = {
  boxed: (text) => {
    const content = lastBoxed(text);
    return content === undefined ? undefined : { text: content.trim(), place: 'boxed', announced: false };
  },
  answer_tag: (text) => {
    const content = answerTag(text);
    if (content === undefined) return undefined;
    const later = statementAfterBox(content);
    return { text: (later ?? lastBoxed(content) ?? content).trim(), place: 'answer_tag', announced: later !== undefined };
  },
  last_line: (text) => {
    const trimmed = text.trimEnd();
    const { text: line, announced } = lastLineStatement(trimmed.slice(trimmed.lastIndexOf('\n') + 1));
    return { text: line.trim(), place: 'last_line', announced };
  },
};

const WRAPPERS: readonly RegExp[] = [
  /^\\(?:text|textbf|mathrm|mathbf|textit|mbox|texttt)\s?\{([^{}]*)\}$/,
  /^\$\$?([^$]*)\$\$?$/,
  /^\\\(([^\\]*)\\\)$/,
  /^\\\[([^\\]*)\\\]$/,
  /^\*\*([^*]*)\*\*[.。]?$/,
  /^__([^_]*)__[.。]?$/,
  /^\*([^*]*)\*[.。]?$/,
  /^`([^`]*)`[.。]?$/,
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
