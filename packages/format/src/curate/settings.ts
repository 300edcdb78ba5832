// The filters of a set as settings: each is a group that is absent where the filter is off.
import { Type, type Static } from 'typebox';
import { settings, withDefault, type Settings } from '../settings.ts';

const strict = { additionalProperties: false };
const count = (minimum: number, description: string) => Type.Integer({ minimum, description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const distance = withDefault(count(0, 'Bits of 64 by which two fingerprints of the same picture may differ; at most 7.'), 3);

const Curation = Type.Object(
  {
    seed: withDefault(count(0, 'Seed of what is chosen where a group is too large.'), 1),
    noChoices: Type.Optional(Type.Object({}, { ...strict, description: 'Takes out multiple choice and true or false.' })),
    plainAnswers: Type.Optional(
      Type.Object(
        { symbols: withDefault(Type.String({ minLength: 1, description: 'Symbols that no answer may have.' }), '=[]();') },
        strict,
      ),
    ),
    shortAnswers: Type.Optional(Type.Object({ maxCharacters: withDefault(count(1, 'Longest answer.'), 20) }, strict)),
    shortQueries: Type.Optional(Type.Object({ maxCharacters: withDefault(count(1, 'Longest question.'), 1000) }, strict)),
    goldAnswer: Type.Optional(
      Type.Object(
        { abilities: withDefault(Type.Array(Type.String(), { description: 'Abilities whose gold answer must score 1.' }), ['ocr']) },
        strict,
      ),
    ),
    boxCount: Type.Optional(Type.Object({ maxPerCategory: withDefault(count(1, 'Most boxes of a category.'), 10) }, strict)),
    boxArea: Type.Optional(Type.Object({ maxShare: withDefault(share('Largest share of the image that a box may cover.'), 0.5) }, strict)),
    tail: Type.Optional(Type.Object({ minPerCategory: withDefault(count(1, 'Fewest samples of a category.'), 10) }, strict)),
    singleToMulti: Type.Optional(
      Type.Object(
        {
          single: withDefault(count(1, 'Parts with one box.'), 1),
          multi: withDefault(count(1, 'Parts with several boxes.'), 2),
        },
        strict,
      ),
    ),
    countingBalance: Type.Optional(
      Type.Object({ maxPerCount: Type.Optional(count(1, 'Most samples of an answer; the median of all answers where absent.')) }, strict),
    ),
    difficulty: Type.Optional(
      Type.Object(
        {
          passRate: withDefault(
            Type.Object(
              { from: withDefault(share('Least share of right responses.'), 0), below: withDefault(share('This share goes.'), 1) },
              strict,
            ),
            {},
          ),
          rewardSum: withDefault(
            Type.Object(
              {
                from: withDefault(Type.Number({ minimum: 0, description: 'Least sum of rewards.' }), 2),
                to: withDefault(Type.Number({ minimum: 0, description: 'Largest sum of rewards.' }), 10),
                of: withDefault(count(1, 'Responses that the sums are of; other numbers are scaled.'), 16),
              },
              strict,
            ),
            {},
          ),
        },
        { ...strict, description: 'Needs the rewards of a rollouts file.' },
      ),
    ),
    duplicates: Type.Optional(Type.Object({ distance }, strict)),
    overlap: Type.Optional(Type.Object({ distance }, { ...strict, description: 'Needs the files of the other set.' })),
  },
  { ...strict, title: 'V-Triune curation', description: 'Filters of a training set, applied in this order.' },
);
/** Which filters run, with their numbers. */
export type Curation = Static<typeof Curation>;

/** The settings of a curation as a kit: parse, defaults, help. */
export const curationSettings: Settings<typeof Curation> = settings(Curation);

/** The filters of the paper, section 5.1.1, but for difficulty and overlap, which need further files. */
export const PAPER_CURATION: Curation = curationSettings.parse({
  noChoices: {},
  plainAnswers: {},
  shortAnswers: {},
  shortQueries: {},
  goldAnswer: {},
  boxCount: {},
  boxArea: {},
  tail: {},
  singleToMulti: {},
  countingBalance: {},
});
