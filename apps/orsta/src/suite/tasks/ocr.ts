// OCR: read a row of two to four handwritten digits; the answer has a space between digits.
import { at } from '@vtriune/format/at';
import type { Question, SuiteTask } from '../contract.ts';
import { writingPaper } from '../draw/background.ts';
import type { Random } from '../random.ts';
import { askerFor, composeScene, withExtras } from './compose.ts';
import { pickInk, writeDigits } from './handwriting.ts';

const PITCH = 23;

function extraQuestions(digits: readonly number[], random: Random): Question[] {
  const ask = askerFor('ocr', random);
  const source = 'nano_ocr_part';
  const ordinals = ['first', 'second', 'third', 'fourth'];
  const place = random.int(0, digits.length - 1);
  return [
    ask(source, ['How many digits?', 'Count the digits.'], digits.length),
    ask(source, ['What is the last digit?', 'Read the last digit.'], at(digits, digits.length - 1)),
    ask(source, ['What is the first digit?', 'Read the first digit.'], at(digits, 0)),
    ask(source, [`What is the ${ordinals[place]} digit?`, `Read the ${ordinals[place]} digit.`], at(digits, place)),
    ask(source, ['Read the digits from right to left.'], [...digits].reverse().join(' ')),
  ];
}

/** OCR: a handwritten string of digits. */
export const ocr: SuiteTask = {
  name: 'ocr',
  sources: ['nano_ocr_two', 'nano_ocr_three', 'nano_ocr_four'],
  generate(random, assets, split) {
    const count = random.int(2, 4);
    const digits = Array.from({ length: count }, () => random.int(0, 9));
    const start = random.int(13, 13 + PITCH * (4 - count));
    const centers = digits.map((_, index) => start + PITCH * index);
    const canvas = writingPaper(random);
    const writing = { digits, centers, y: random.int(26, 70), sides: [20, 23] as const, ink: pickInk(random) };
    const objects = writeDigits(canvas, writing, { random, assets, split });
    const wordings = ['Read the digits.', 'What digits are written?', 'Read the number.'];
    const source = ocr.sources[count - 2] ?? 'nano_ocr_two';
    const main = askerFor('ocr', random)(source, wordings, digits.join(' '));
    return composeScene(canvas, objects, withExtras(random, main, { extras: extraQuestions(digits, random), count: 4 }));
  },
};
