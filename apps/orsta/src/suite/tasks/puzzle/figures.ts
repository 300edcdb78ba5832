// Draws patterns of colored shapes and asks about them.
import { at } from '@vtriune/format/at';
import type { Question, SceneObject } from '../../contract.ts';
import { SCENE_SIZE } from '../../contract.ts';
import type { Canvas } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import { COLOR_NAMES, GRID, INK, shade } from '../../draw/palette.ts';
import { FIGURES, drawFigure, rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor } from '../compose.ts';
import type { Cell, Pattern } from './patterns.ts';

/** Lays cells out in rows of `columns` from `top`, each with a frame; the empty one has a question mark. */
export function drawCells(
  canvas: Canvas,
  cells: readonly Cell[],
  layout: { random: Random; columns: number; empty: number; top: number },
): SceneObject[] {
  const pitch = SCENE_SIZE / layout.columns;
  const radius = pitch * (layout.columns > 3 ? 0.39 : 0.34);
  const shades = new Map(COLOR_NAMES.map((name) => [name, shade(layout.random, name)]));
  return cells.map(({ color, figure }, index) => {
    const left = (index % layout.columns) * pitch;
    const top = layout.top + Math.floor(index / layout.columns) * pitch;
    const center = [left + pitch / 2, top + pitch / 2] as const;
    fill(canvas, rectangle([left, top, left + pitch, top + pitch]), GRID);
    fill(canvas, rectangle([left + 1, top + 1, left + pitch - 1, top + pitch - 1]), [252, 252, 252]);
    if (index !== layout.empty)
      return { label: `${color} ${figure}`, box: drawFigure(canvas, { name: figure, center, radius }, shades.get(color) ?? INK) };
    const box = drawText(canvas, { value: '?', center, scale: layout.columns > 3 ? 1 : 2 }, INK);
    return { label: 'empty cell', box };
  });
}

/** The question for the attribute that the pattern determines; worked out by reading the lines that determine it. */
export function askMissing(random: Random, pattern: Pattern, source: string): Question {
  const { cells, empty, asks, lines } = pattern;
  const valueAt = (index: number): string => (asks === 'colour' ? cells[index]?.color : cells[index]?.figure) ?? '';
  const read = (line: readonly number[]): string => line.map((index) => (index === empty ? '?' : valueAt(index))).join(' ');
  return askerFor('puzzle', random)(source, [`Which ${asks} is missing?`, `Which ${asks} completes the pattern?`], {
    answer: valueAt(empty),
    steps: `${lines.map(read).join(', ')}.`,
  });
}

const source = 'nano_puzzle_part';

function visible({ cells, empty }: Pattern): Cell[] {
  return cells.filter((_, index) => index !== empty);
}

/** Questions that any pattern of shapes can answer. */
export function figureExtras(random: Random, pattern: Pattern): Question[] {
  const ask = askerFor('puzzle', random);
  const shown = visible(pattern);
  const { color } = random.pick(shown);
  const figure = random.pick(FIGURES);
  return [
    ask(source, [`How many ${color} shapes are there?`, `Count the ${color} shapes.`], shown.filter((cell) => cell.color === color).length),
    ask(source, [`How many cells have a ${figure}?`], shown.filter((cell) => cell.figure === figure).length),
  ];
}

/** Questions about places in a grid of three by three. */
export function gridExtras(random: Random, { cells, empty }: Pattern): Question[] {
  const ask = askerFor('puzzle', random);
  const rows = ['top', 'middle', 'bottom'];
  const columns = ['left', 'middle', 'right'];
  const corner = random.pick([0, 2, 6, 8].filter((index) => index !== empty));
  const place = `${rows[Math.floor(corner / 3)]} ${columns[corner % 3]}`;
  const attribute = random.pick(['colour', 'shape'] as const);
  return [
    ask(source, ['Which row has the empty cell?'], at(rows, Math.floor(empty / 3))),
    ask(source, ['Which column has the empty cell?'], at(columns, empty % 3)),
    ask(source, [`Which ${attribute} is at the ${place}?`], (attribute === 'colour' ? cells[corner]?.color : cells[corner]?.figure) ?? ''),
  ];
}

/** Questions about places in a row. */
export function rowExtras(random: Random, { cells, empty }: Pattern): Question[] {
  const ask = askerFor('puzzle', random);
  const attribute = random.pick(['colour', 'shape'] as const);
  const ends = [
    { name: 'first', index: 0 },
    { name: 'last', index: 5 },
  ].filter(({ index }) => index !== empty);
  const valueAt = (index: number): string => (attribute === 'colour' ? cells[index]?.color : cells[index]?.figure) ?? '';
  return [
    ...ends.map(({ name, index }) => ask(source, [`Which ${attribute} is ${name}?`], valueAt(index))),
    ask(source, ['Which cell is empty?'], at(['first', 'second', 'third', 'fourth', 'fifth', 'sixth'], empty)),
  ];
}
