// Some trainers hand a reward function one string (OpenRLHF and slime `label`, EasyR1 `answer`). The envelope is that string:
// a JSON object with the reward request's own fields, so that per-sample verifiers and weights survive the trip.
import { Type, type Static } from 'typebox';
import { FormatError } from './errors.ts';
import { RewardTerm } from './reward-term.ts';
import { CoordinateSpace, RewardModel, type Sample } from './sample.ts';
import { schemaCheck } from './schema-check.ts';

const { answer, ground_truth, accuracy_ratio, format_ratio, verifier, verifier_parm } = RewardModel.properties;

/** What an envelope carries: a reward request without its response. One of `verifier` and `rewards` is needed. */
export const Envelope = Type.Object({
  id: Type.Optional(Type.String()),
  data_source: Type.String({ minLength: 1 }),
  verifier: Type.Optional(verifier),
  verifier_parm: Type.Optional(verifier_parm),
  rewards: Type.Optional(Type.Array(RewardTerm, { minItems: 1 })),
  ground_truth,
  answer: Type.Optional(answer),
  accuracy_ratio: Type.Optional(accuracy_ratio),
  format_ratio: Type.Optional(format_ratio),
  coordinate_space: Type.Optional(CoordinateSpace),
  split: Type.Optional(Type.String()),
});
/** What an envelope carries: a reward request without its response. */
export type Envelope = Static<typeof Envelope>;

const findProblem = schemaCheck(Envelope);

/** The label of one sample for a trainer that passes one string. Throws FormatError where the fields are not an envelope. */
export function writeEnvelope(fields: Envelope): string {
  return JSON.stringify(checkEnvelope(fields));
}

/** The envelope of a sample: its reward model, source, id and split. */
export function envelopeOf(sample: Sample): Envelope {
  const { style: _style, ...rewardModel } = sample.reward_model;
  const { id, split } = sample.extra_info;
  return { id, data_source: sample.data_source, ...rewardModel, ...(split === undefined ? {} : { split }) };
}

/**
 * Reads a label. Returns undefined for a bare one (plain text, or JSON that is not an envelope, such as a list of boxes): the
 * caller decides what a bare ground truth means. An object that has `ground_truth` with `verifier`, `rewards` or `data_source` is meant as an
 * envelope, and throws FormatError where it is not a valid one. Trainers that parse JSON labels may pass the object itself.
 */
export function readEnvelope(label: unknown): Envelope | undefined {
  const value = typeof label === 'string' ? parseObject(label) : label;
  if (typeof value !== 'object' || value === null || !('ground_truth' in value)) return undefined;
  if (!('verifier' in value || 'rewards' in value || 'data_source' in value)) return undefined;
  return checkEnvelope(value);
}

function checkEnvelope(value: unknown): Envelope {
  const problem = findProblem(value);
  if (problem !== undefined) throw new FormatError('invalid_envelope', `envelope: ${problem.message}`, { pointer: problem.pointer });
  const envelope = value as Envelope;
  if (envelope.verifier === undefined && envelope.rewards === undefined) {
    throw new FormatError('invalid_envelope', 'envelope: names no verifier; allowed: "verifier", or "rewards" with a list; add one', {
      pointer: '/verifier',
    });
  }
  return envelope;
}

function parseObject(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A bare ground truth may well start with a brace (LaTeX sets): it is text, not a broken envelope.
    return undefined;
  }
}
