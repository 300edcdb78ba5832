import type { Converter } from './converter.ts';
import { choiceSample, letterOf } from './make-sample.ts';
import { fieldOf, imagesField, optionalText, textField, textList, wrong } from './row-fields.ts';

/** ScienceQA: multiple choice whose `answer` is the number of the option, from 0. Rows without an image stay, as questions in text. */
export const scienceqa: Converter = {
  name: 'scienceqa',
  rowFormat: '{ image?, question, choices, answer: number of the choice, hint?, subject? }',
  convert: (row, context) => {
    const { location, index } = context;
    const options = textList(row, ['choices'], location);
    const answer = Number(fieldOf(row, ['answer'], location));
    if (!Number.isInteger(answer) || answer < 0 || answer >= options.length)
      throw wrong(['answer'], row['answer'], { allowed: `0 to ${String(options.length - 1)}, the number of a choice`, location });
    const hint = optionalText(row, ['hint'], location);
    const subject = optionalText(row, ['subject'], location);
    return [
      choiceSample({
        name: 'scienceqa',
        id: optionalText(row, ['id', 'pid'], location) ?? `scienceqa-${String(index)}`,
        images: imagesField(row, ['image'], location),
        question: `${hint === undefined ? '' : `${hint}\n`}${textField(row, ['question'], location)}`,
        answer: letterOf(answer),
        options,
        ability: 'science',
        context,
        facts: subject === undefined ? {} : { subject },
      }),
    ];
  },
};
