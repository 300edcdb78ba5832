import { isRecord } from '../is-record.ts';
import type { Converter } from './converter.ts';
import { answerSample } from './make-sample.ts';
import { imagesField, optionalText, textField, wrong } from './row-fields.ts';

/** CLEVR: counts as `counting`, other answers (yes, no, colors, shapes) as text. Also `{ image, problem, solution }`, as R1-V publishes it. */
export const clevr: Converter = {
  name: 'clevr',
  rowFormat: '{ questions: [{ image_filename, question, answer, split }] } or { image, problem, solution }',
  rows: (document, location) => {
    const questions = isRecord(document) ? document['questions'] : undefined;
    if (Array.isArray(questions) && questions.every(isRecord)) return questions;
    throw wrong(['questions'], questions, { allowed: 'a list of questions', location });
  },
  convert: (row, context) => {
    const { location, index } = context;
    const given = textField(row, ['answer', 'solution'], location);
    const answer = (/<answer>([\s\S]*)<\/answer>/.exec(given)?.[1] ?? given).trim();
    const counts = /^\d+$/.test(answer);
    return [
      answerSample({
        name: 'clevr',
        id: `clevr-${optionalText(row, ['question_index', 'id'], location) ?? String(index)}`,
        images: imagesField(row, ['image', 'image_filename'], location),
        question: textField(row, ['question', 'problem'], location),
        answer,
        ability: counts ? 'counting' : 'puzzle',
        verifier: counts ? 'counting' : 'text',
        context,
      }),
    ];
  },
};
