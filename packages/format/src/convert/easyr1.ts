import type { Converter } from './converter.ts';
import { imagesField, fieldOf, optionalText, textField } from './row-fields.ts';
import { trainerSample } from './trainer-sample.ts';

/** EasyR1: `problem` with `<image>` marks, `images`, `answer`. */
export const easyr1: Converter = {
  name: 'easyr1',
  rowFormat: '{ problem, images?, answer }',
  convert: (row, context) => {
    const { location } = context;
    return [
      trainerSample({
        name: 'easyr1',
        context,
        messages: [{ role: 'user', content: textField(row, ['problem', 'prompt'], location) }],
        images: imagesField(row, ['images'], location),
        label: fieldOf(row, ['answer', 'ground_truth'], location),
        id: optionalText(row, ['id'], location),
      }),
    ];
  },
};
