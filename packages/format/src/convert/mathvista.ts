import type { Sample } from '../sample.ts';
import type { Converter, DataRow, ConvertContext } from './converter.ts';
import { answerSample, choiceSample, letterOf } from './make-sample.ts';
import { has, imagesField, optionalText, textField, textList, wrong } from './row-fields.ts';

/** MathVista: multiple choice by option, whole and decimal numbers to the stated precision, texts as they are. Rows without an answer are left out. */
export const mathvista: Converter = {
  name: 'mathvista',
  rowFormat: '{ pid, image, question, choices?, unit?, precision?, answer, question_type, answer_type }',
  convert: (row, context) => ('answer' in row && !has(row, 'answer') ? [] : [sampleOf(row, context)]),
};

function sampleOf(row: DataRow, context: ConvertContext): Sample {
  const { location, index } = context;
  const unit = optionalText(row, ['unit'], location);
  const question = `${textField(row, ['question'], location)}${unit === undefined ? '' : ` (Unit: ${unit})`}`;
  const answer = textField(row, ['answer'], location);
  const shared = {
    name: 'mathvista',
    id: `mathvista-${optionalText(row, ['pid', 'id'], location) ?? String(index)}`,
    images: imagesField(row, ['decoded_image', 'image'], location),
    question,
    ability: 'math',
    context,
  };
  if (row['question_type'] === 'multi_choice') {
    const options = textList(row, ['choices'], location);
    const place = options.indexOf(answer);
    if (place < 0) throw wrong(['answer'], answer, { allowed: `one of the choices ${options.join(', ')}`, location });
    return choiceSample({ ...shared, answer: letterOf(place), options });
  }
  if (row['answer_type'] === 'text') return answerSample({ ...shared, answer, verifier: 'text' });
  if (row['answer_type'] === 'list') return answerSample({ ...shared, answer, verifier: 'mathverify' });
  const precision = optionalText(row, ['precision'], location);
  // Half of the last digit that is asked for; the answer itself is rounded to it.
  const tolerance = row['answer_type'] === 'float' && precision !== undefined ? { absolute_tolerance: 0.5 * 10 ** -Number(precision) } : {};
  return answerSample({ ...shared, answer, verifier: 'numeric', parameters: tolerance });
}
