// The three records of the monitor: one number of one metric (MetricRecord), one response with its score (RolloutRecord), and one alarm (AlarmRecord).
// The score has the shape of a RewardResult of @vtriune/verifiers; it is written out here, so that the monitor depends on nobody.
import { Ajv } from 'ajv';
import { Type, type Static } from 'typebox';
import { showValue } from '@vtriune/format/show-value';
import { MonitorError } from './errors.ts';

/** The source name of an aggregate over all sources. */
export const ALL_SOURCES = 'all';

/**
 * The metric that says when a step was recorded, in seconds since 1970. It makes the time axis of a run that does not tell how long its steps
 * took (`time/step`).
 */
export const TIME_OF_STEP = 'time/at';

const Step = Type.Integer({ minimum: 0, description: 'Training step; 0 is before the first update.' });
const Source = Type.String({ minLength: 1, description: 'Data source of the samples; "all" is the aggregate.' });
const Run = Type.String({ minLength: 1, description: 'Name of the run.' });
const Split = Type.String({ minLength: 1, description: 'train, test, ...' });

/** One number of one metric at one step. */
export const MetricRecord = Type.Object({
  run: Run,
  step: Step,
  source: Source,
  split: Split,
  name: Type.String({ minLength: 1, description: 'e.g. reward/accuracy, length/mean, policy/entropy' }),
  value: Type.Number(),
});
/** One number of one metric at one step; `value` is always finite. */
export type MetricRecord = Static<typeof MetricRecord>;

const Numbers = Type.Record(Type.String(), Type.Number());

/** A response that was scored. */
export const ScoredResult = Type.Object({
  id: Type.String(),
  data_source: Type.String(),
  verifier: Type.String(),
  status: Type.Literal('scored'),
  reward: Type.Number(),
  components: Numbers,
  metrics: Numbers,
  elapsed_ms: Type.Optional(Type.Number({ minimum: 0, description: 'Milliseconds that scoring took, where known.' })),
});
/** A response that was scored. */
export type ScoredResult = Static<typeof ScoredResult>;

/** A response that could not be scored; it has no reward, which is not a reward of 0. */
export const FailedResult = Type.Object({
  id: Type.String(),
  data_source: Type.String(),
  verifier: Type.String(),
  status: Type.Literal('failed'),
  error: Type.Object({ code: Type.String(), message: Type.String() }),
});
/** A response that could not be scored. */
export type FailedResult = Static<typeof FailedResult>;

/** A box for display, in the pixels of the image named by `image` (index into `images`, 0 if left out). */
export const RolloutBox = Type.Object({
  bbox_2d: Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: 'x1, y1, x2, y2' }),
  label: Type.Optional(Type.String()),
  kind: Type.Optional(Type.Unsafe<'predicted' | 'ground_truth'>(Type.Enum(['predicted', 'ground_truth']))),
  image: Type.Optional(Type.Integer({ minimum: 0 })),
});
/** A box for display. */
export type RolloutBox = Static<typeof RolloutBox>;

/** A turn of a response with tools: the policy's, or the answers of tools to it. */
export const RolloutTurn = Type.Object({
  role: Type.Unsafe<'assistant' | 'tool'>(Type.Enum(['assistant', 'tool'])),
  text: Type.String({ description: 'An image is <image>.' }),
  images: Type.Optional(Type.Array(Type.String(), { description: 'Image files of a tool, relative to the run folder.' })),
});
/** A turn of a response with tools. */
export type RolloutTurn = Static<typeof RolloutTurn>;

/** One response of the policy to one sample, with its score. */
export const RolloutRecord = Type.Object({
  run: Run,
  step: Step,
  source: Source,
  split: Type.Optional(Split),
  sample: Type.String({ minLength: 1, description: 'Id of the sample.' }),
  group: Type.Optional(
    Type.String({ description: 'Tells groups apart when one sample is drawn twice in a step; default: the sample id.' }),
  ),
  prompt: Type.String(),
  response: Type.String(),
  ground_truth: Type.Optional(Type.String({ description: 'What would have been right, as text; JSON where it is no text.' })),
  response_tokens: Type.Optional(Type.Integer({ minimum: 0 })),
  truncated: Type.Optional(Type.Boolean({ description: 'The response was cut at the length limit.' })),
  turns: Type.Optional(Type.Array(RolloutTurn, { description: 'All turns where the policy could call tools; the last is the response.' })),
  tool_calls: Type.Optional(Type.Integer({ minimum: 0, description: 'Calls of tools that were answered.' })),
  tool_errors: Type.Optional(Type.Integer({ minimum: 0, description: 'How many of them got an error.' })),
  images: Type.Optional(Type.Array(Type.String(), { description: 'Image files, relative to the run folder.' })),
  boxes: Type.Optional(Type.Array(RolloutBox)),
  advantage: Type.Optional(
    Type.Number({ description: 'What the update multiplied the log-probabilities of this response by, where known.' }),
  ),
  result: Type.Union([ScoredResult, FailedResult]),
});
/** One response of the policy to one sample, with its score; `split` left out means `train`. */
export type RolloutRecord = Static<typeof RolloutRecord>;

/** Something that needs a look, with the numbers that say so. */
export const AlarmRecord = Type.Object({
  run: Run,
  step: Step,
  source: Source,
  alarm: Type.String({ minLength: 1, description: 'Name of the rule, e.g. entropy_collapse.' }),
  severity: Type.Unsafe<'warning' | 'critical'>(Type.Enum(['warning', 'critical'])),
  message: Type.String({ minLength: 1, description: 'What was seen, with its numbers, and what to look at.' }),
  values: Type.Record(Type.String(), Type.Number(), { description: 'The numbers of the message by name.' }),
});
/** Something that needs a look; source `all` is the run as a whole. */
export type AlarmRecord = Static<typeof AlarmRecord>;

const ajv = new Ajv({ strict: true });
const validateMetric = ajv.compile(MetricRecord);
const validateAlarm = ajv.compile(AlarmRecord);
const validateRollout = ajv.compile(RolloutRecord);

/** Checks a metric record; throws MonitorError `invalid_record`, also for NaN and infinities. */
export function parseMetricRecord(value: unknown): MetricRecord {
  if (!validateMetric(value)) throw invalidRecord('metric record', validateMetric.errors, value);
  return value;
}

/** Checks an alarm record; throws MonitorError `invalid_record`. */
export function parseAlarmRecord(value: unknown): AlarmRecord {
  if (!validateAlarm(value)) throw invalidRecord('alarm record', validateAlarm.errors, value);
  return value;
}

/** Checks a rollout record; throws MonitorError `invalid_record`. A data source must not be called `all`. */
export function parseRolloutRecord(value: unknown): RolloutRecord {
  if (!validateRollout(value)) throw invalidRecord('rollout record', validateRollout.errors, value);
  const record = value as RolloutRecord;
  if (record.source === ALL_SOURCES) {
    throw new MonitorError(
      'invalid_record',
      `rollout record: /source is "${ALL_SOURCES}", the name of the aggregate; give the data source another name`,
    );
  }
  return record;
}

function invalidRecord(kind: string, errors: typeof validateMetric.errors, value: unknown): MonitorError {
  // In the union of results the branch that was not meant complains first; the deepest pointer is the useful one.
  const deepest = [...(errors ?? [])].sort((a, b) => b.instancePath.length - a.instancePath.length)[0];
  return new MonitorError(
    'invalid_record',
    `${kind}: ${deepest?.instancePath || '/'} ${deepest?.message ?? 'is not valid'}; the record is ${showValue(value, 160)}; correct the field`,
  );
}
