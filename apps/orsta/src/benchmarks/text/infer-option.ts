/**
 * How VLMEvalKit finds a chosen option without a judge (`can_infer` of its `matching_util.py` at cb1b9076 of May 2025): the one option letter among the words,
 * or the text of exactly one option. Later versions want the letter near the end and the answer short.
 */
const REFUSALS = [
  "Sorry, I can't help with images of people yet.",
  "I can't process this file.",
  "I'm sorry, but without the image provided",
  'Cannot determine the answer',
];
const SIGNS = /[.()[\],:;!*#{}]/g;

/** The letter of the option, `Z` for a refusal, undefined where it cannot be told. Options by letter. */
export function inferOption(answer: string, options: Readonly<Record<string, string>>): string | undefined {
  return byLetter(answer, Object.keys(options)) ?? byText(answer, options);
}

function byLetter(answer: string, letters: readonly string[]): string | undefined {
  if (answer.includes('Failed to obtain answer via API')) return undefined;
  if (REFUSALS.some((refusal) => answer.includes(refusal))) return 'Z';
  const found = answer
    .replace(SIGNS, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const present = letters.filter((letter) => found.includes(letter));
  const [only] = present;
  if (present.length === 1) return only;
  return present.length === 0 && found.includes('Z') ? 'Z' : undefined;
}

function byText(answer: string, options: Readonly<Record<string, string>>): string | undefined {
  const lower = answer.toLowerCase();
  const named = Object.entries(options).filter(([, text]) => lower.includes(text.toLowerCase()));
  return named.length === 1 ? named[0]?.[0] : undefined;
}
