import { afterThinking, locateAnswers, stripMarkup, type AnswerFormat } from './place.ts';

const QUOTED = /^(["'“‘])([^"'“”‘’]+)["'”’]$/;
const SPOKEN = /^it(?:'s|’s| is)\s+(\S.*)$/i;

/**
 * The texts that the stated answer of a response may be read as; empty where there is none. "The answer is U.S." states `U.S.` or, if
 * the last full stop belongs to the sentence, `U.S`. Quotes and "It is" may be around the answer. Where no place is asked for, the
 * whole response may also be the answer itself.
 */
export function textReadings(response: string, format: AnswerFormat = 'any'): readonly string[] {
  const located = locateAnswers(response, format);
  const [first] = located;
  if (first === undefined) return [];
  // A sentence in the tag may state the answer: `<answer>The answer is cat</answer>`.
  const stated = first.place === 'answer_tag' ? located.map(({ text }) => text) : [first.text];
  const readings = stated.flatMap((text) => (/[.。]$/.test(text) ? [text, stripMarkup(text.slice(0, -1))] : [text]));
  const inner = readings.flatMap((text) => QUOTED.exec(text)?.[2] ?? SPOKEN.exec(text)?.[1] ?? []);
  const whole = format === 'any' && first.place === 'last_line' ? [stripMarkup(afterThinking(response))] : [];
  return [...new Set([...readings, ...inner, ...whole])].filter((text) => text !== '');
}
