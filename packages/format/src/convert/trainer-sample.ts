import { isRecord } from '../is-record.ts';
import { readEnvelope } from '../envelope.ts';
import type { PromptMessage, RewardModel, Sample, SampleImage } from '../sample.ts';
import type { ConvertContext } from './converter.ts';
import { withMarks } from './chat.ts';

/** What a trainer's row says, in whatever columns. */
export interface TrainerQuestion {
  readonly name: string;
  readonly context: ConvertContext;
  readonly messages: readonly PromptMessage[];
  readonly images: readonly SampleImage[];
  /** What its reward function gets: a bare ground truth, or the envelope of a sample. */
  readonly label: unknown;
  readonly dataSource?: string | undefined;
  readonly ability?: string | undefined;
  readonly id?: string | undefined;
  /** What this trainer's own way to name a verifier comes to; the envelope wins, and the context's verifier is last. */
  readonly rewardModel?: Partial<RewardModel> | undefined;
}

/** A sample from a trainer's row. The label may be the envelope that this package wrote there, which brings the verifier back. */
export function trainerSample({ name, context, messages, images, label, ...row }: TrainerQuestion): Sample {
  const envelope = readEnvelope(label);
  const { id: envelopeId, data_source: envelopeSource, split: envelopeSplit, ...fromEnvelope } = envelope ?? {};
  const split = envelopeSplit ?? context.split;
  const rewardModel =
    envelope === undefined
      ? { ground_truth: label, answer: label, verifier: context.verifier ?? 'mathverify', ...row.rewardModel }
      : (fromEnvelope as RewardModel);
  return {
    data_source: context.source ?? envelopeSource ?? row.dataSource ?? name,
    images: [...images],
    prompt: withMarks(messages, images.length),
    ability: row.ability ?? verifierOf(rewardModel),
    reward_model: rewardModel,
    extra_info: { id: envelopeId ?? row.id ?? `${name}-${String(context.index)}`, ...(split === undefined ? {} : { split }) },
  };
}

function verifierOf({ verifier, rewards }: Partial<RewardModel>): string {
  return verifier ?? (isRecord(rewards?.[0]) ? rewards[0].verifier : 'unknown');
}
