import { isRecord } from '../is-record.ts';
import type { Converter } from './converter.ts';
import { messagesOf } from './chat.ts';
import { fieldOf, imagesField, optionalText, wrong } from './row-fields.ts';
import { trainerSample } from './trainer-sample.ts';

/** verl: Parquet with `reward_model.ground_truth`. The verifier is that of the label's envelope, or the context's. */
export const verl: Converter = {
  name: 'verl',
  rowFormat: '{ data_source, prompt: [{ role, content }], images?, ability?, reward_model: { ground_truth }, extra_info? }',
  convert: (row, context) => {
    const { location } = context;
    const model = row['reward_model'];
    if (!isRecord(model)) throw wrong(['reward_model'], model, { allowed: '{ style, ground_truth }', location });
    const extra = isRecord(row['extra_info']) ? row['extra_info'] : {};
    const question = trainerSample({
      name: 'verl',
      context,
      messages: messagesOf(fieldOf(row, ['prompt'], location), '/prompt', location),
      images: imagesField(row, ['images'], location),
      label: fieldOf(model, ['ground_truth'], location),
      dataSource: optionalText(row, ['data_source'], location),
      ability: optionalText(row, ['ability'], location),
      id: optionalText(extra, ['id'], location),
    });
    const { index: _index, ...facts } = extra;
    return [{ ...question, extra_info: { ...facts, ...question.extra_info } }];
  },
};
