import { isRecord } from '../is-record.ts';
import type { Converter } from './converter.ts';
import { answerSample, choiceSample } from './make-sample.ts';
import { has, imagesField, optionalText, textField, textList, wrong } from './row-fields.ts';

/** Geometry3K: the original `data.json` with lettered choices, or `{ images, problem, answer }` with the value itself. */
export const geometry3k: Converter = {
  name: 'geometry3k',
  rowFormat: '{ problem_text, choices, answer: letter, image } or { images, problem, answer: value }',
  // The original has a folder a problem, with the diagram beside its `data.json`.
  rows: (document, location) => {
    if (isRecord(document)) return [{ image: 'img_diagram.png', ...document }];
    throw wrong(['problem_text'], document, { allowed: 'one problem, or one a line', location });
  },
  convert: (row, context) => {
    const { location, index } = context;
    const id = optionalText(row, ['id'], location) ?? String(index);
    const shared = {
      name: 'geometry3k',
      id: `geometry3k-${id}`,
      images: imagesField(row, ['images', 'image'], location),
      ability: 'math',
      context,
    };
    const question = textField(row, ['problem_text', 'problem', 'question'], location);
    const answer = textField(row, ['answer'], location);
    if (!has(row, 'choices')) return [answerSample({ ...shared, question, answer, verifier: 'mathverify' })];
    return [choiceSample({ ...shared, question, answer, options: textList(row, ['choices'], location) })];
  },
};
