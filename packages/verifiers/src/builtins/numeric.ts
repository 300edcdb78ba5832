/**
 * `numeric`: a measured or computed number, right within a tolerance, or scored by mean relative accuracy (the share of the
 * thresholds 0.5, 0.55, ... 0.95 whose complement the relative error stays below; "Thinking in Space", arXiv 2412.14171).
 */
import { Type, type Static } from 'typebox';
import { showValue } from '@vtriune/format/show-value';
import { onlyNumberIn, parseNumber, type WrittenNumber } from '../answer/number.ts';
import { AnswerFormat, locateAnswer, type LocatedAnswer } from '../answer/place.ts';
import { inPlace } from '../answer/render.ts';
import { measuredIn, unitsDiffer } from '../answer/unit.ts';
import { defineVerifier } from '../define-verifier.ts';
import { VerifierError } from '../errors.ts';

function Tolerance(what: string) {
  return Type.Optional(Type.Number({ minimum: 0, description: what }));
}

const NumericParameters = Type.Object(
  {
    answer_format: Type.Optional(AnswerFormat),
    absolute_tolerance: Tolerance('largest error that is right; 0 when absent'),
    relative_tolerance: Tolerance('largest error that is right, as a share of the ground truth; 0 when absent'),
    metric: Type.Optional(
      Type.Union([Type.Literal('tolerance'), Type.Literal('mean_relative_accuracy')], {
        description: 'what is paid; tolerance when absent',
      }),
    ),
  },
  { additionalProperties: false },
);
type NumericParameters = Static<typeof NumericParameters>;

// Decimals such as 0.1 + 0.2 are not exact in binary.
const ROUNDING = 1e-9;
const ACCURACY_THRESHOLDS: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/** A number within a tolerance. "12%" equals 0.12, and also 12, since questions ask for "the percentage" both ways. */
export const numeric = defineVerifier({
  name: 'numeric',
  description: 'A number: within an absolute or relative tolerance, or by mean relative accuracy.',
  parameters: NumericParameters,
  metrics: ['answered', 'within_tolerance', 'mean_relative_accuracy', 'relative_error'],
  groundTruth: readNumber,
  verify: ({ response, groundTruth, parameters }) => {
    const located = locateAnswer(response, parameters.answer_format);
    const number = located === undefined ? undefined : numberIn(located);
    if (located === undefined || number === undefined) return nothing;
    if (unitsDiffer(groundTruth.unit, measuredIn(located.text)?.unit)) return otherUnit;
    const truths = readings(groundTruth);
    const errors = readings(number).flatMap((value) => truths.map((truth) => ({ error: Math.abs(value - truth), truth })));
    const within = errors.some((pair) => isWithin(pair, parameters)) ? 1 : 0;
    const relative = Math.min(...errors.map(relativeError));
    const meanAccuracy =
      relative <= ROUNDING
        ? 1
        : ACCURACY_THRESHOLDS.filter((threshold) => relative < 1 - threshold - ROUNDING).length / ACCURACY_THRESHOLDS.length;
    return {
      accuracy: parameters.metric === 'mean_relative_accuracy' ? meanAccuracy : within,
      format: 1,
      metrics: { answered: 1, within_tolerance: within, mean_relative_accuracy: meanAccuracy, relative_error: Math.min(1, relative) },
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(`${groundTruth.value}${groundTruth.percent ? '%' : ''}`, parameters.answer_format),
});

/** The right number of another unit: `50 m` for `50 cm`. */
const otherUnit = {
  accuracy: 0,
  format: 1,
  metrics: { answered: 1, within_tolerance: 0, mean_relative_accuracy: 0, relative_error: 1 },
} as const;

const nothing = {
  accuracy: 0,
  format: 0,
  metrics: { answered: 0, within_tolerance: 0, mean_relative_accuracy: 0, relative_error: 1 },
} as const;

/** A number and its unit, where a known one follows it. */
interface NumericTruth extends WrittenNumber {
  readonly unit: string | undefined;
}

function readNumber(raw: unknown): NumericTruth {
  if (typeof raw === 'number' && Number.isFinite(raw)) return { value: raw, percent: false, unit: undefined };
  const located = typeof raw === 'string' ? locateAnswer(raw) : undefined;
  const number = located === undefined ? undefined : numberIn(located);
  if (located !== undefined && number !== undefined) return { ...number, unit: measuredIn(located.text)?.unit };
  const message = `Ground truth of "numeric" is ${showValue(raw, 120)}. It must be one number, such as 3.5, "1,250", "3/4" or "12%".`;
  throw new VerifierError('invalid_ground_truth', message);
}

const MAX_WITH_UNIT = 64;

function numberIn({ text, place }: LocatedAnswer): WrittenNumber | undefined {
  // A unit may follow in a box or tag too, but no sentence.
  if (place !== 'last_line' && text.length > MAX_WITH_UNIT) return undefined;
  const measured = measuredIn(text);
  return onlyNumberIn(text) ?? (measured === undefined ? undefined : parseNumber(measured.value));
}

function readings({ value, percent }: WrittenNumber): readonly number[] {
  return percent ? [value, value / 100] : [value];
}

function isWithin({ error, truth }: { error: number; truth: number }, parameters: NumericParameters): boolean {
  const allowed = Math.max(parameters.absolute_tolerance ?? 0, (parameters.relative_tolerance ?? 0) * Math.abs(truth));
  return error <= allowed + ROUNDING * Math.max(Math.abs(truth), allowed);
}

function relativeError({ error, truth }: { error: number; truth: number }): number {
  return error === 0 ? 0 : error / Math.abs(truth);
}
