import type { Converter } from './converter.ts';
import { messagesOf } from './chat.ts';
import { fieldOf, imagesField, optionalText } from './row-fields.ts';
import { trainerSample } from './trainer-sample.ts';

/** TRL: `prompt` as text or messages, `images` or one `image`; the answer is a column for the reward functions. */
export const trl: Converter = {
  name: 'trl',
  rowFormat: '{ prompt, images? | image?, ground_truth | solution | answer, data_source? }',
  convert: (row, context) => {
    const { location } = context;
    return [
      trainerSample({
        name: 'trl',
        context,
        messages: messagesOf(fieldOf(row, ['prompt', 'problem'], location), '/prompt', location),
        images: imagesField(row, ['images', 'image'], location),
        label: fieldOf(row, ['ground_truth', 'solution', 'answer'], location),
        dataSource: optionalText(row, ['data_source'], location),
        id: optionalText(row, ['id'], location),
      }),
    ];
  },
};
