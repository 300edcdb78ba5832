/**
 * `ocr`: a text read from an image, compared with one or several right readings: equality, edit similarity, ANLS, and what character and
 * word error rates leave of 1. Left out: layout, and reading orders other than the one given.
 */
import { Type, type Static } from 'typebox';
import { editDistance, wordDistance } from '../answer/edit-distance.ts';
import { AnswerFormat } from '../answer/place.ts';
import { inPlace } from '../answer/render.ts';
import { textReadings } from '../answer/text-readings.ts';
import { readTexts } from '../answer/truth.ts';
import { defineVerifier } from '../define-verifier.ts';

const OcrParameters = Type.Object(
  {
    answer_format: Type.Optional(AnswerFormat),
    metric: Type.Optional(
      Type.Union([Type.Literal('exact'), Type.Literal('edit'), Type.Literal('anls'), Type.Literal('cer'), Type.Literal('wer')], {
        description:
          'what is paid: equality (when absent), 1 - edit distance / longer length, the same but 0 below 0.5 (ANLS), 1 - character or word error rate',
      }),
    ),
    case_sensitive: Type.Optional(Type.Boolean({ description: 'true when absent' })),
  },
  { additionalProperties: false },
);
type OcrParameters = Static<typeof OcrParameters>;

interface Reading {
  readonly exact: number;
  readonly edit: number;
  readonly anls: number;
  readonly cer: number;
  readonly wer: number;
}

const ANLS_BOUND = 0.5;

/** Text read from an image, against one or several right readings; the best counts. White space runs are one space. */
export const ocr = defineVerifier({
  name: 'ocr',
  description: 'Text read from an image: equality, edit similarity, ANLS, character or word error rate.',
  parameters: OcrParameters,
  metrics: ['answered', 'exact', 'edit_similarity', 'anls', 'character_error_rate', 'word_error_rate'],
  groundTruth: (raw) => readTexts(raw, 'ocr'),
  verify: ({ response, groundTruth, parameters }) => {
    const answers = textReadings(response, parameters.answer_format);
    const metric = parameters.metric ?? 'exact';
    const fold = (text: string): string => foldText(text, parameters.case_sensitive ?? true);
    const folded = answers.length === 0 ? [''] : answers.map(fold);
    const readings = groundTruth.flatMap((truth) => folded.map((answer) => compare(answer, fold(truth))));
    const best = readings.reduce((most, reading) => (reading[metric] > most[metric] ? reading : most));
    return {
      accuracy: answers.length === 0 ? 0 : best[metric],
      format: answers.length === 0 ? 0 : 1,
      metrics: {
        answered: answers.length === 0 ? 0 : 1,
        exact: best.exact,
        edit_similarity: best.edit,
        anls: best.anls,
        character_error_rate: 1 - best.cer,
        word_error_rate: 1 - best.wer,
      },
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(groundTruth[0], parameters.answer_format),
});

/** Longer answers are right or wrong as a whole. */
const MAX_FOLDED = 50_000;

function foldText(text: string, caseSensitive: boolean): string {
  if (text.length > MAX_FOLDED) return text;
  const folded = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return caseSensitive ? folded : folded.toLowerCase();
}

// Error rates are distances over the length of the right reading, at most 1; here as what is left of 1.
function compare(answer: string, truth: string): Reading {
  if (answer.length > MAX_FOLDED) {
    const exact = answer === truth ? 1 : 0;
    return { exact, edit: exact, anls: exact, cer: exact, wer: exact };
  }
  const { distance, longer } = editDistance(answer, truth);
  const edit = longer === 0 ? 1 : 1 - distance / longer;
  const words = truth.split(' ');
  return {
    exact: answer === truth ? 1 : 0,
    edit,
    anls: edit > ANLS_BOUND ? edit : 0,
    cer: 1 - Math.min(1, distance / [...truth].length),
    wer: 1 - Math.min(1, wordDistance(answer === '' ? [] : answer.split(' '), words) / words.length),
  };
}
