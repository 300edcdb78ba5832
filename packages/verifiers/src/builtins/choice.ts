/**
 * `choice`: one of several lettered options, or a set of them. An option is named by its letter ("B", "(B)", "B. a dog", "B because ..."), its
 * whole text, or its value (`0.5` for `\frac12`). Never by substring: "A or B" names no option, and a letter with the text of
 * another option is wrong.
 */
import { Type, type Static } from 'typebox';
import { showValue } from '@vtriune/format/show-value';
import { nameOption, optionName, type OptionNaming } from '../answer/option.ts';
import { afterThinking, AnswerFormat, locateAnswers } from '../answer/place.ts';
import { inPlace } from '../answer/render.ts';
import { readTexts } from '../answer/truth.ts';
import { defineVerifier } from '../define-verifier.ts';
import { VerifierError } from '../errors.ts';

const ChoiceParameters = Type.Object(
  {
    answer_format: Type.Optional(AnswerFormat),
    options: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { minItems: 2, maxItems: 26, description: 'the texts of options A, B, C, ... in order' }),
    ),
  },
  { additionalProperties: false },
);
type ChoiceParameters = Static<typeof ChoiceParameters>;

/** One lettered option, or a set of them that must be named completely: `["A", "C"]`, "A and C", "AC". */
export const choice = defineVerifier({
  name: 'choice',
  description: 'One of several options, by letter, whole text or value; or the set of all right options.',
  parameters: ChoiceParameters,
  metrics: ['answered', 'by_letter', 'by_text'],
  groundTruth: (raw, { options }) => readOptions(raw, options),
  verify: ({ response, groundTruth, parameters }) => {
    const several = groundTruth.length > 1;
    const stated = locateAnswers(response, parameters.answer_format).map(({ text }) => text);
    // Several options may be written one a line.
    const located = several && parameters.answer_format === undefined ? [...linesOf(response), ...stated] : stated;
    // A box that names no option, such as a step of the calculation, gives way to the next statement.
    const chosen = firstNamed(located, { options: parameters.options, several });
    const answered = chosen === undefined ? 0 : 1;
    return {
      accuracy: chosen?.letters === groundTruth ? 1 : 0,
      format: answered,
      metrics: { answered, by_letter: chosen?.by === 'letter' ? 1 : 0, by_text: chosen?.by === 'text' ? 1 : 0 },
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace([...groundTruth.toUpperCase()].join(', '), parameters.answer_format),
});

function linesOf(response: string): readonly string[] {
  const lines = afterThinking(response).trim().split('\n');
  return lines.length > 1 && lines.length <= 26 ? [lines.join(';')] : [];
}

interface Rules {
  readonly options: readonly string[] | undefined;
  readonly several: boolean;
}

function firstNamed(texts: readonly string[], rules: Rules): OptionNaming | undefined {
  for (const text of texts) {
    const named = nameOption(text, rules);
    if (named !== undefined) return named;
  }
  return undefined;
}

/** The letters of all right options, in order. */
function readOptions(raw: unknown, options: readonly string[] | undefined): string {
  const texts = readTexts(raw, 'choice');
  const letters = texts.map((text) => {
    const named = nameOption(text, { options, several: false }) ?? nameOption(text, { options, several: true });
    if (named !== undefined) return named.letters;
    const known =
      options === undefined ? 'a single letter' : `a letter up to ${optionName(options.length - 1)} or one of ${JSON.stringify(options)}`;
    throw new VerifierError(
      'invalid_ground_truth',
      `Ground truth of "choice" is ${showValue(text, 120)}. It must be ${known}, or several of them, all of which are right: ["A", "C"].`,
    );
  });
  return [...new Set([...letters.join('')])].sort().join('');
}
