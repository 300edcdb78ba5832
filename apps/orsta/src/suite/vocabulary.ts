// What the tokenizer of orsta-nano is trained on: texts of the generators themselves, so that no word can be missing.
import { stylesFor, renderAnswer } from './answer-styles.ts';
import type { DigitSet, SuiteAssets } from './assets.ts';
import { SPRITE_CLASSES } from './assets.ts';
import { createRandom } from './random.ts';
import { BOXED_INSTRUCTION, BOXES_INSTRUCTION, promptText } from './sample.ts';
import { suite } from './suite.ts';

/** Fixed text of the answer formats, each one token. */
export const ADDED_TOKENS: readonly string[] = [
  BOXED_INSTRUCTION,
  BOXES_INSTRUCTION,
  '[{"bbox_2d": [',
  '"}, {"bbox_2d": [',
  '], "label": "',
  '"}]',
  '\\boxed{',
  ', ',
];

/** Words and runs of punctuation with at most one space before them; numbers without one, so that a number is the same token wherever it stands. */
export const SPLIT_PATTERN = String.raw` ?\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]+|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** Scenes a task: every wording, name and value then occurs many times. */
const SCENES = 400;

// Texts do not depend on pixels, so blank digits and sprites do.
function blankAssets(): SuiteAssets {
  const blank: DigitSet = { pixels: new Uint8Array(28 * 28).fill(255), indices: Array.from({ length: 10 }, () => [0]) };
  const sprite = { width: 2, height: 2, pixels: new Uint8Array(16).fill(255) };
  return { digits: { train: blank, validation: blank, test: blank }, sprites: new Map(SPRITE_CLASSES.map(({ name }) => [name, sprite])) };
}

/** Prompts and answers in every format, and the numbers 0 to 99; the same texts at every call. */
export function* corpus(): Generator<string> {
  for (let number = 0; number < 100; number += 1) yield* [String(number), `(${number},${number})`];
  for (const { name, plural } of SPRITE_CLASSES) yield* [name, ` ${name}`, plural, ` ${plural}`];
  const assets = blankAssets();
  for (const task of suite) {
    for (let index = 0; index < SCENES; index += 1) {
      const random = createRandom(`vocabulary/${task.name}/${index}`);
      for (const question of task.generate(random, assets, 'train').questions) {
        yield promptText(question);
        for (const format of stylesFor(question)) yield renderAnswer(question, format, random);
      }
    }
  }
}
