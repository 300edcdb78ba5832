import type { Converter, DataRow } from './converter.ts';
import { answerSample } from './make-sample.ts';
import { fieldOf, imagesField, optionalText, textField, wrong } from './row-fields.ts';

/** ChartQA's own measure allows a number to be off by 5 percent. */
const RELAXED = { relative_tolerance: 0.05 };

/** ChartQA: numbers within 5 percent, other answers as text. */
export const chartqa: Converter = {
  name: 'chartqa',
  rowFormat: '{ image | imgname, query | question, label | answer }',
  convert: (row, context) => {
    const { location, index } = context;
    const answer = answerOf(row, location);
    const numeric = /^-?[\d,]*\.?\d+%?$/.test(answer);
    const kind = optionalText(row, ['human_or_machine', 'type'], location);
    return [
      answerSample({
        name: 'chartqa',
        id: optionalText(row, ['id'], location) ?? `chartqa-${String(index)}`,
        images: imagesField(row, ['image', 'imgname'], location),
        question: textField(row, ['query', 'question'], location),
        answer,
        ability: 'chart',
        verifier: numeric ? 'numeric' : 'text',
        ...(numeric ? { parameters: RELAXED } : {}),
        context,
        facts: kind === undefined ? {} : { kind },
      }),
    ];
  },
};

function answerOf(row: DataRow, location: string): string {
  const value = fieldOf(row, ['label', 'answer'], location);
  const [only, ...others] = Array.isArray(value) ? (value as unknown[]) : [value];
  if (others.length === 0 && (typeof only === 'string' || typeof only === 'number')) return String(only);
  throw wrong(['label'], value, { allowed: 'one answer, in a list or not', location });
}
