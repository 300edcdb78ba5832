import type { Converter } from './converter.ts';
import { answerSample } from './make-sample.ts';
import { has, imagesField, optionalText, textField, textList } from './row-fields.ts';

/** PuzzleVQA: numbers are checked as values, other answers as one of the options. */
export const puzzlevqa: Converter = {
  name: 'puzzlevqa',
  rowFormat: '{ image, question, answer, options? }',
  convert: (row, context) => {
    const { location, index } = context;
    const images = imagesField(row, ['image'], location);
    const answer = textField(row, ['answer'], location);
    const options = has(row, 'options') ? textList(row, ['options'], location) : [];
    const choice = options.length === 0 ? '' : ` Options: ${options.join(', ')}.`;
    return [
      answerSample({
        name: 'puzzlevqa',
        id: optionalText(row, ['id'], location) ?? images[0]?.path ?? `puzzlevqa-${String(index)}`,
        images,
        question: `${textField(row, ['question'], location)}${choice}`,
        answer,
        ability: 'puzzle',
        verifier: /^\d+$/.test(answer) ? 'mathverify' : 'text',
        context,
      }),
    ];
  },
};
