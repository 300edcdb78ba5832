// Filters of questions with short answers: what a rule can check, and what cannot be guessed. Samples that ask for boxes pass.
import { truthText } from '../truth-text.ts';
import { verifiersOf } from '../stats.ts';
import type { Sample } from '../sample.ts';
import { asksForBoxes } from './boxes-of.ts';
import type { Filter } from './filter.ts';

const YES_OR_NO = /^(true|false|yes|no)$/i;
const LETTER = /^\(?[A-H]\)?\.?$/;
/** At least two options, each on a line of its own or in a row: "A. red", "(B) blue", "C) green". */
const OPTIONS = /(?:^|[\s(])A[.):][\s\S]*(?:^|[\s(])B[.):]/m;

/** Takes out multiple choice and true or false, which a guess gets right too often. */
export function noChoices(): Filter {
  return {
    name: 'noChoices',
    reason: ({ sample }) => {
      const answer = answerOf(sample);
      if (verifiersOf(sample).includes('choice')) return 'multiple choice';
      if (LETTER.test(answer) && OPTIONS.test(queryOf(sample))) return 'multiple choice';
      return YES_OR_NO.test(answer) ? 'true or false' : undefined;
    },
  };
}

/** Takes out answers with one of these symbols, which are equations, intervals or lists and hard to check by rule. */
export function plainAnswers({ symbols }: { readonly symbols: string }): Filter {
  return {
    name: 'plainAnswers',
    reason: ({ sample }) => {
      if (asksForBoxes(sample)) return undefined;
      const answer = answerOf(sample);
      const found = [...symbols].find((symbol) => answer.includes(symbol));
      return found === undefined ? undefined : `the answer has ${found}`;
    },
  };
}

/** Takes out answers that are longer. */
export function shortAnswers({ maxCharacters }: { readonly maxCharacters: number }): Filter {
  return {
    name: 'shortAnswers',
    reason: ({ sample }) =>
      !asksForBoxes(sample) && answerOf(sample).length > maxCharacters ? `an answer over ${maxCharacters} characters` : undefined,
  };
}

/** Takes out questions that are longer. */
export function shortQueries({ maxCharacters }: { readonly maxCharacters: number }): Filter {
  return {
    name: 'shortQueries',
    reason: ({ sample }) => (queryOf(sample).length > maxCharacters ? `a question over ${maxCharacters} characters` : undefined),
  };
}

/** Takes out samples whose own gold answer does not score 1, of the named abilities only. */
export function goldAnswer({ abilities }: { readonly abilities: readonly string[] }): Filter {
  return {
    name: 'goldAnswer',
    reason: ({ sample, goldReward }) =>
      abilities.includes(sample.ability) && goldReward !== undefined && goldReward < 1 - 1e-9
        ? 'its gold answer does not score 1'
        : undefined,
  };
}

function answerOf({ reward_model: { answer, ground_truth } }: Sample): string {
  return truthText(answer === undefined ? ground_truth : answer).trim();
}

function queryOf({ prompt }: Sample): string {
  return prompt.map(({ content }) => content).join('\n');
}
