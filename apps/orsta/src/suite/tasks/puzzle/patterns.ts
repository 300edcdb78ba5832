// Patterns of colored shapes as data: the cells, which is empty, and which attribute the pattern determines.
import type { ColorName } from '../../draw/palette.ts';
import { COLOR_NAMES } from '../../draw/palette.ts';
import type { Figure } from '../../draw/shapes.ts';
import { FIGURES } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';

/** A colored shape. */
export interface Cell {
  color: ColorName;
  figure: Figure;
}

/** A pattern; `cells[empty]` is what belongs into the empty cell. */
export interface Pattern {
  cells: Cell[];
  empty: number;
  asks: 'colour' | 'shape';
  /** Cells that determine the missing attribute, line by line in reading order; the last line has the empty cell. */
  lines: number[][];
}

function rowOf(index: number): number[] {
  return [0, 1, 2].map((column) => 3 * Math.floor(index / 3) + column);
}
function columnOf(index: number): number[] {
  return [0, 1, 2].map((row) => 3 * row + (index % 3));
}

function at<T>(items: readonly T[], index: number, fallback: T): T {
  return items[index % items.length] ?? fallback;
}

/** Six cells in a row that repeat after two or three. */
export function pickRepeat(random: Random): Pattern {
  const colors = random.shuffle(COLOR_NAMES);
  const figures = random.shuffle(FIGURES);
  // The unit as places in the lists above: A B, A B C, A A B, A B B.
  const unit = random.pick([
    [0, 1],
    [0, 1, 2],
    [0, 0, 1],
    [0, 1, 1],
  ]);
  const cells = Array.from({ length: 6 }, (_, index) => {
    const kind = at(unit, index, 0);
    return { color: at(colors, kind, 'red' as const), figure: at(figures, kind, 'circle' as const) };
  });
  return { cells, empty: random.int(0, 5), asks: random.pick(['colour', 'shape'] as const), lines: [[0, 1, 2, 3, 4, 5]] };
}

/** Nine cells: a color a row and a shape a column. */
export function pickGrid(random: Random): Pattern {
  const colors = random.shuffle(COLOR_NAMES);
  const figures = random.shuffle(FIGURES);
  const cells = Array.from({ length: 9 }, (_, index) => ({
    color: at(colors, Math.floor(index / 3), 'red' as const),
    figure: at(figures, index % 3, 'circle' as const),
  }));
  const empty = random.int(0, 8);
  const asks = random.pick(['colour', 'shape'] as const);
  return { cells, empty, asks, lines: [asks === 'colour' ? rowOf(empty) : columnOf(empty)] };
}

/** Nine cells: every row and column has each of three colors (or shapes) once, the other attribute is the same everywhere. */
export function pickSet(random: Random): Pattern {
  const colors = random.shuffle(COLOR_NAMES);
  const figures = random.shuffle(FIGURES);
  const asks = random.pick(['colour', 'shape'] as const);
  const turn = random.pick([1, 2]);
  const cells = Array.from({ length: 9 }, (_, index) => {
    const kind = ((index % 3) + turn * Math.floor(index / 3)) % 3;
    return {
      color: at(colors, asks === 'colour' ? kind : 0, 'red' as const),
      figure: at(figures, asks === 'shape' ? kind : 0, 'circle' as const),
    };
  });
  const empty = random.int(0, 8);
  return { cells, empty, asks, lines: [rowOf((empty + 3) % 9), rowOf(empty)] };
}
