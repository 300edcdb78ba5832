/**
 * `format`: whether the response has the shape asked for, whatever it says. Four tags at 0.25 each, each exactly once (arXiv
 * 2505.18129, eq. 4); strict, all or nothing: reasoning, then answer, both filled, and nothing else. An empty answer tag
 * earns nothing either way, which eq. 4 does not say.
 */
import { Type, type Static } from 'typebox';
import { answerTag } from '../answer/place.ts';
import { defineVerifier } from '../define-verifier.ts';

const FormatParameters = Type.Object(
  {
    strict: Type.Optional(
      Type.Boolean({ description: 'all four tags in order, filled, with nothing around them, or 0; false when absent' }),
    ),
  },
  { additionalProperties: false },
);
type FormatParameters = Static<typeof FormatParameters>;

const TAGS: readonly string[] = ['<think>\n', '\n</think>\n', '\n<answer>\n', '\n</answer>'];

/** The share of the four tags of eq. 4 that occur exactly once, each with its line breaks: 0, 0.25, 0.5, 0.75 or 1. */
export function tagScore(response: string): number {
  let once = 0;
  for (const tag of TAGS) if (occursOnce(response, tag)) once += 1;
  return once / TAGS.length;
}

/** As `tagScore`, but an empty answer tag earns nothing. */
export function filledTagScore(response: string): number {
  return answerTag(response) === '' ? 0 : tagScore(response);
}

function occursOnce(text: string, part: string): boolean {
  const first = text.indexOf(part);
  return first >= 0 && text.indexOf(part, first + part.length) < 0;
}

/** The think and answer tags; the ground truth is not looked at. */
export const format = defineVerifier({
  name: 'format',
  description: 'The think and answer tags: 0.25 for each that occurs exactly once, or strictly all of them in order.',
  parameters: FormatParameters,
  metrics: ['tags', 'strict'],
  groundTruth: () => undefined,
  verify: ({ response, parameters }) => {
    const tags = filledTagScore(response);
    const strict = tags === 1 && isStrict(response.trim()) ? 1 : 0;
    const paid = parameters.strict === true ? strict : tags;
    return { accuracy: paid, format: paid, metrics: { tags, strict } };
  },
  gold: () => '<think>\nreasoning\n</think>\n\n<answer>\nanswer\n</answer>',
});

function isStrict(response: string): boolean {
  const parts = response.split(/<\/?(?:think|answer)>/);
  const [before, thought, between, answer, after] = parts.map((part) => part.trim());
  const inOrder = /^<think>/.test(response) && response.indexOf('</think>') < response.indexOf('<answer>');
  return inOrder && parts.length === 5 && before === '' && between === '' && after === '' && thought !== '' && answer !== '';
}
