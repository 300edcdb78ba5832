import { afterThinking, locateAnswers, stripMarkup, type AnswerFormat } from './place.ts';

/**
 * The texts that the stated answer of a response may be read as; empty where there is none. "The answer is U.S." states `U.S.` or, if
 * the last full stop belongs to the sentence, `U.S`. Where no place is asked for, a response of several lines that names no answer may
 * also be the answer itself.
 */
export function textReadings(response: string, format: AnswerFormat = 'any'): readonly string[] {
  const located = locateAnswers(response, format);
  const [first] = located;
  if (first === undefined) return [];
  // A sentence in the tag may state the answer: `<answer>The answer is cat</answer>`.
  const stated = first.place === 'answer_tag' ? located.map(({ text }) => text) : [first.text];
  const readings = stated.flatMap((text) => (/[.。]$/.test(text) ? [text, stripMarkup(text.slice(0, -1))] : [text]));
  const whole = format === 'any' && first.place === 'last_line' && !first.announced ? [stripMarkup(afterThinking(response))] : [];
  return [...new Set([...readings, ...whole])].filter((text) => text !== '');
}
