// ms-swift: messages with `<image>`, and grounding rows whose `objects` hold names and boxes for the tags `<ref-object>` and `<bbox>`.
// The turn of the assistant at the end is what training with GRPO discards; it is the answer where there is no `solution`.
import { at } from '../at.ts';
import { isRecord } from '../is-record.ts';
import type { PromptMessage, RewardModel } from '../sample.ts';
import { messagesOf } from './chat.ts';
import type { Converter, DataRow } from './converter.ts';
import { fieldOf, fourNumbers, has, imagesField, optionalText, textList, wrong } from './row-fields.ts';
import { trainerSample } from './trainer-sample.ts';

/** ms-swift: JSON lines with `messages`, `images`, `solution`, and `objects` for grounding. */
export const msSwift: Converter = {
  name: 'ms-swift',
  rowFormat: '{ messages, images?, solution?, objects?: { ref, bbox, bbox_type? } }',
  convert: (row, context) => {
    const { location } = context;
    const messages = withNames(messagesOf(fieldOf(row, ['messages'], location), '/messages', location), row);
    const last = messages.at(-1);
    const prompt = last?.role === 'assistant' ? messages.slice(0, -1) : messages;
    const boxes = last?.content.includes('<bbox>') === true ? boxTruth(row, location) : undefined;
    const label = has(row, 'solution') ? row['solution'] : (boxes?.ground_truth ?? (last?.role === 'assistant' ? last.content : undefined));
    if (label === undefined) throw wrong(['solution'], null, { allowed: 'the answer, or a last message of the assistant', location });
    return [
      trainerSample({
        name: 'ms-swift',
        context,
        messages: prompt,
        images: imagesField(row, ['images', 'image'], location),
        label,
        dataSource: optionalText(row, ['data_source'], location),
        id: optionalText(row, ['id'], location),
        rewardModel: has(row, 'solution') ? undefined : boxes,
      }),
    ];
  },
};

/** `<ref-object>` as the names in order. */
function withNames(messages: readonly PromptMessage[], row: DataRow): PromptMessage[] {
  const objects = row['objects'];
  const names: unknown[] = isRecord(objects) && Array.isArray(objects['ref']) ? [...(objects['ref'] as unknown[])] : [];
  return messages.map((message) => ({
    ...message,
    content: message.content.replaceAll('<ref-object>', () => String(names.length > 0 ? names.shift() : '<ref-object>')),
  }));
}

function boxTruth(row: DataRow, location: string): Partial<RewardModel> & { ground_truth: string } {
  const objects = row['objects'];
  if (!isRecord(objects) || !Array.isArray(objects['bbox']))
    throw wrong(['objects'], objects, { allowed: '{ ref: [...], bbox: [[x1, y1, x2, y2], ...] }', location });
  const names = has(objects, 'ref') ? textList(objects, ['ref'], location) : ['object'];
  const boxes = objects['bbox'].map((box: unknown, index) => ({
    bbox_2d: fourNumbers(box, `/objects/bbox/${String(index)}`, location),
    // One name for several boxes is the usual way to write a detection row.
    label: names[index] ?? at(names, 0),
  }));
  const truth = JSON.stringify(boxes);
  const single = boxes.length === 1;
  return {
    answer: truth,
    ground_truth: truth,
    verifier: single ? 'grounding' : 'detection',
    verifier_parm: {
      iou_threshold: 0.5,
      answer_format: 'json',
      response_space: 'pixel_resized',
      ...(single ? {} : { det_reward_ratio: { iou_max_label_first: 1 } }),
    },
    coordinate_space: objects['bbox_type'] === 'norm1' ? 'norm_1' : 'pixel_original',
  };
}
