// Puzzle: complete a visual pattern with one empty cell. Four patterns: a repeating row, a grid with a color a row and a shape a
// column, a grid where every row has each color (or shape) once, and dice whose dots rise or fall evenly.
import type { Scene, SuiteTask } from '../contract.ts';
import type { Canvas } from '../draw/canvas.ts';
import { cleanSheet } from '../draw/background.ts';
import type { Random } from '../random.ts';
import { composeScene, withExtras } from './compose.ts';
import { askDice, drawDice, pickDice } from './puzzle/dice.ts';
import { askMissing, drawCells, figureExtras, gridExtras, rowExtras } from './puzzle/figures.ts';
import { pickGrid, pickRepeat, pickSet } from './puzzle/patterns.ts';

function repeatScene(random: Random, canvas: Canvas): Scene {
  const pattern = pickRepeat(random);
  const objects = drawCells(canvas, pattern.cells, { random, columns: 6, empty: pattern.empty, top: random.int(24, 56) });
  const main = askMissing(random, pattern, 'nano_puzzle_repeat');
  const extras = [...rowExtras(random, pattern), ...figureExtras(random, pattern)];
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}

function gridScene(random: Random, canvas: Canvas, kind: 'grid' | 'set'): Scene {
  const pattern = kind === 'grid' ? pickGrid(random) : pickSet(random);
  const objects = drawCells(canvas, pattern.cells, { random, columns: 3, empty: pattern.empty, top: 0 });
  const main = askMissing(random, pattern, `nano_puzzle_${kind}`);
  const extras = [...gridExtras(random, pattern), ...figureExtras(random, pattern)];
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}

function diceScene(random: Random, canvas: Canvas): Scene {
  const dice = pickDice(random);
  const objects = drawDice(canvas, dice, random);
  const { main, extras } = askDice(random, dice);
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}

/** Puzzle: the color, shape or number that belongs into the empty cell. */
export const puzzle: SuiteTask = {
  name: 'puzzle',
  sources: ['nano_puzzle_repeat', 'nano_puzzle_grid', 'nano_puzzle_set', 'nano_puzzle_dice'],
  generate(random) {
    const canvas = cleanSheet(random);
    const kind = random.pick(['repeat', 'grid', 'set', 'dice'] as const);
    if (kind === 'repeat') return repeatScene(random, canvas);
    return kind === 'dice' ? diceScene(random, canvas) : gridScene(random, canvas, kind);
  },
};
