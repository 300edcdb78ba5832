import { Type } from 'typebox';
import { normalizeText } from '../answer/normalize.ts';
import { AnswerFormat } from '../answer/place.ts';
import { textReadings } from '../answer/text-readings.ts';
import { inPlace } from '../answer/render.ts';
import { readTexts } from '../answer/truth.ts';
import { defineVerifier } from '../define-verifier.ts';

const TextParameters = Type.Object(
  {
    answer_format: Type.Optional(AnswerFormat),
    match: Type.Optional(
      Type.Union([Type.Literal('exact'), Type.Literal('normalized')], {
        description: 'normalized (when absent) ignores case, white space, surrounding quotes and final punctuation',
      }),
    ),
  },
  { additionalProperties: false },
);

/** A short text, against one or several right ones; any counts. Never by substring. */
export const text = defineVerifier({
  name: 'text',
  description: 'A short text: equal to one of the right answers, exactly or up to case and punctuation.',
  parameters: TextParameters,
  metrics: ['answered', 'exact', 'normalized'],
  groundTruth: (raw) => readTexts(raw, 'text'),
  verify: ({ response, groundTruth, parameters }) => {
    const readings = textReadings(response, parameters.answer_format);
    const exact = groundTruth.some((truth) => readings.includes(truth.trim())) ? 1 : 0;
    const folded = readings.map(normalizeText).filter((reading) => reading !== '');
    const equal = groundTruth.some((truth) => folded.includes(normalizeText(truth)));
    const normalized = Math.max(exact, equal ? 1 : 0);
    const answered = readings.length === 0 ? 0 : 1;
    return { accuracy: parameters.match === 'exact' ? exact : normalized, format: answered, metrics: { answered, exact, normalized } };
  },
  gold: ({ groundTruth, parameters }) => inPlace(groundTruth[0].trim(), parameters.answer_format),
});
