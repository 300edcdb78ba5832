// Questions that every instrument with a scale of ten steps can answer.
import type { Question } from '../../contract.ts';
import type { Random } from '../../random.ts';
import { askerFor, subtracted } from '../compose.ts';

const SOURCE = 'nano_science_part';

/** What lies before and after the reading, on which half it lies, and how far it is to the end of the scale. */
export function scaleExtras(random: Random, reading: { steps: number; unit: number }): Question[] {
  const ask = askerFor('science', random);
  const { steps, unit } = reading;
  const [value, end] = [steps * unit, 10 * unit];
  const half = steps === 5 ? 'middle' : steps > 5 ? 'upper half' : 'lower half';
  return [
    ask(SOURCE, ['What is the end of the scale?', 'What is the largest number on the scale?'], end),
    ask(SOURCE, ['Which part of the scale is the reading in?'], half),
    ask(SOURCE, ['How much is missing to the end?'], subtracted(end, value)),
  ];
}
