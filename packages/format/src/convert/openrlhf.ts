import type { Converter } from './converter.ts';
import { messagesOf } from './chat.ts';
import { fieldOf, imagesField, optionalText } from './row-fields.ts';
import { trainerSample } from './trainer-sample.ts';

/** OpenRLHF: `prompt` or `input` as text or messages in parts, `images` as paths, `label`. */
export const openrlhf: Converter = {
  name: 'openrlhf',
  rowFormat: '{ prompt | input, images?, label | answer, datasource? }',
  convert: (row, context) => {
    const { location } = context;
    return [
      trainerSample({
        name: 'openrlhf',
        context,
        messages: messagesOf(fieldOf(row, ['prompt', 'input'], location), '/prompt', location),
        images: imagesField(row, ['images'], location),
        label: fieldOf(row, ['label', 'answer'], location),
        dataSource: optionalText(row, ['datasource'], location),
        id: optionalText(row, ['id'], location),
      }),
    ];
  },
};
