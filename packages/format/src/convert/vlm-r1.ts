import type { RewardModel } from '../sample.ts';
import { isRecord } from '../is-record.ts';
import { messagesOf } from './chat.ts';
import type { Converter, DataRow } from './converter.ts';
import { fieldOf, imagesField, optionalText, wrong } from './row-fields.ts';
import { trainerSample } from './trainer-sample.ts';

const BOXES = { answer_format: 'json', response_space: 'pixel_resized' };
const DETECTION = { ...BOXES, iou_threshold: 0.5 };

/** What pays for each `accu_reward_method`; the context's verifier where a row names none. */
const METHODS: Readonly<Record<string, Partial<RewardModel>>> = {
  mcq: { verifier: 'choice' },
  yes_no: { verifier: 'text' },
  all_match: { verifier: 'text' },
  math: { verifier: 'mathverify' },
  map: { verifier: 'detection', verifier_parm: { ...DETECTION, det_reward_ratio: { map: 1 } } },
  od_ap: { verifier: 'detection', verifier_parm: { ...DETECTION, det_reward_ratio: { map: 1 } } },
  od_ap50: { verifier: 'detection', verifier_parm: { ...DETECTION, det_reward_ratio: { map50: 1 } } },
  odLength: { verifier: 'detection', verifier_parm: { ...DETECTION, det_reward_ratio: { map: 1 } } },
};

/** VLM-R1: `conversations` of `{ from, value }`; the answer is the last value, a box in pixels of the file for referring expressions. */
export const vlmR1: Converter = {
  name: 'vlm-r1',
  rowFormat: '{ id, image, conversations: [{ from: human, value }, { from: gpt, value }], accu_reward_method? }',
  convert: (row, context) => {
    const { location } = context;
    const turns = fieldOf(row, ['conversations'], location);
    const answer: unknown = Array.isArray(turns) ? turns.at(-1) : undefined;
    if (!Array.isArray(turns) || turns.length < 2 || !isRecord(answer))
      throw wrong(['conversations'], turns, { allowed: 'a question of human and an answer of gpt', location });
    const label = answer['value'];
    return [
      trainerSample({
        name: 'vlm-r1',
        context,
        messages: messagesOf(turns.slice(0, -1), '/conversations', location),
        images: imagesField(row, ['image', 'images'], location),
        label: isBox(label) ? JSON.stringify([{ bbox_2d: label }]) : label,
        id: optionalText(row, ['id'], location),
        rewardModel: rewardOf(row, label, location),
      }),
    ];
  },
};

function rewardOf(row: DataRow, label: unknown, location: string): Partial<RewardModel> | undefined {
  if (isBox(label)) return { verifier: 'grounding', verifier_parm: { ...BOXES, iou_threshold: 0.5 }, coordinate_space: 'pixel_original' };
  const method = optionalText(row, ['accu_reward_method'], location);
  if (method === undefined || method === 'default') return undefined;
  const reward = METHODS[method];
  if (reward === undefined)
    throw wrong(['accu_reward_method'], method, { allowed: `default, ${Object.keys(METHODS).join(', ')}`, location });
  return reward.verifier === 'detection' ? { ...reward, coordinate_space: 'pixel_original' } : reward;
}

function isBox(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === 4 && value.every((side) => typeof side === 'number');
}
