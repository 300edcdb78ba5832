/**
 * `choice`: one of several lettered options, answered by its letter ("B", "(B)", "B. a dog", "option B") or its whole text. Never
 * by substring: "A or B" names no option, and a letter with the text of another option is wrong.
 */
import { Type, type Static } from 'typebox';
import { normalizeText } from '../answer/normalize.ts';
import { AnswerFormat, locateAnswer } from '../answer/place.ts';
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

const TEXT_COMMAND = /\\(?:text|textbf|textit|mathrm|mathbf|mbox)\s?\{([^{}]*)\}/g;

// `\textbf{(B) } 5` reads like `(B) 5`.
function fold(text: string): string {
  return normalizeText(text.replace(TEXT_COMMAND, '$1 ').replace(/\\[ ,;]/g, ' '));
}

const LETTER = /^(?:option |choice )?(?:\(([a-z])\)|([a-z]))(?:$|([.:)]) ?(.*)$| (.*)$)/;
/** Another letter that may be an option; "a" in front of a word is an article. */
const OTHER_LETTER = /(?:^|[\s(])(?:[b-h]|a(?! \w))(?:$|[\s.,:;)])/;

/** One lettered option. */
export const choice = defineVerifier({
  name: 'choice',
  description: 'One of several options, by its letter or its whole text.',
  parameters: ChoiceParameters,
  metrics: ['answered', 'by_letter', 'by_text'],
  groundTruth: (raw, { options }) => readOption(readTexts(raw, 'choice')[0], options),
  verify: ({ response, groundTruth, parameters }) => {
    const located = locateAnswer(response, parameters.answer_format)?.text;
    const chosen = located === undefined ? undefined : parseChoice(located, parameters.options);
    const answered = chosen === undefined ? 0 : 1;
    return {
      accuracy: chosen?.letter === groundTruth ? 1 : 0,
      format: answered,
      metrics: { answered, by_letter: chosen?.by === 'letter' ? 1 : 0, by_text: chosen?.by === 'text' ? 1 : 0 },
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(groundTruth.toUpperCase(), parameters.answer_format),
});

function readOption(truth: string, options: readonly string[] | undefined): string {
  const letter = parseChoice(truth, options)?.letter;
  if (letter !== undefined) return letter;
  const known =
    options === undefined
      ? 'a single letter'
      : `a letter up to ${letterAt(options.length - 1).toUpperCase()} or one of ${JSON.stringify(options)}`;
  throw new VerifierError('invalid_ground_truth', `Ground truth of "choice" is ${JSON.stringify(truth)}. It must be ${known}.`);
}

function letterAt(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

interface Choice {
  readonly letter: string;
  readonly by: 'letter' | 'text';
}

function parseChoice(answer: string, options: readonly string[] | undefined): Choice | undefined {
  // "(B) and more" keeps its bracket, "B." loses its full stop.
  const folded = fold(answer);
  if (folded === '' || folded.length > 2000) return undefined;
  const texts = (options ?? []).map(fold);
  const same = texts.indexOf(folded);
  // An option that reads like a letter, such as "b" as option C, would be ambiguous: the letter wins.
  const lettered = LETTER.exec(folded);
  const letter = lettered?.[1] ?? lettered?.[2];
  const rest = lettered?.[4] ?? lettered?.[5] ?? '';
  const marked = lettered?.[1] !== undefined || lettered?.[3] !== undefined;
  const agrees = options === undefined && marked ? !OTHER_LETTER.test(rest) : restAgrees(rest, letter ?? '', texts);
  if (letter !== undefined && isOffered(letter, options) && agrees) return { letter, by: 'letter' };
  return same < 0 || texts.lastIndexOf(folded) !== same ? undefined : { letter: letterAt(same), by: 'text' };
}

function isOffered(letter: string, options: readonly string[] | undefined): boolean {
  return options === undefined || letter.charCodeAt(0) - 'a'.charCodeAt(0) < options.length;
}

// After the letter only the text of that option may follow, so that "a dog" is not option A and "B or C" is nothing.
function restAgrees(rest: string, letter: string, texts: readonly string[]): boolean {
  return rest === '' || rest === texts[letter.charCodeAt(0) - 'a'.charCodeAt(0)];
}
