import type { Converter } from './converter.ts';
import { answerSample } from './make-sample.ts';
import { fieldOf, imagesField, optionalText, textField, wrong } from './row-fields.ts';

/** OCRBench: one or several right texts; case does not count, as in its own measure. A formula is a text to read like any other. */
export const ocrbench: Converter = {
  name: 'ocrbench',
  rowFormat: '{ image | image_path, question, answers | answer, type?, dataset_name? }',
  convert: (row, context) => {
    const { location, index } = context;
    const value = fieldOf(row, ['answers', 'answer'], location);
    const given: unknown[] = Array.isArray(value) ? value : [value];
    const answers = given.flatMap((answer) => (typeof answer === 'string' ? [answer.trim()] : []));
    const [first] = answers;
    if (first === undefined || answers.length < given.length)
      throw wrong(['answers'], value, { allowed: 'a text or a list of texts', location });
    const kind = optionalText(row, ['type', 'question_type'], location);
    const set = optionalText(row, ['dataset_name', 'dataset'], location);
    const number = optionalText(row, ['id'], location) ?? String(index);
    return [
      answerSample({
        name: 'ocrbench',
        id: ['ocrbench', set, number].filter((part) => part !== undefined).join('-'),
        images: imagesField(row, ['image', 'image_path'], location),
        question: textField(row, ['question'], location),
        answer: first,
        truth: answers.length === 1 ? first : answers,
        ability: 'ocr',
        verifier: 'text',
        context,
        facts: kind === undefined ? {} : { kind },
      }),
    ];
  },
};
