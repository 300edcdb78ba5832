// A picture of many scenes at double size with their first question, its answer and its boxes: the way to judge the suite by eye.
import { COLORS, wrapText, writeSheet, type Cell } from '../picture/picture.ts';
import { SCENE_SIZE, type Question, type Scene } from './contract.ts';

const SIDE = 2 * SCENE_SIZE;

/** Writes a PNG with one cell a scene, rows of `columns`. */
export async function renderContactSheet(scenes: readonly Scene[], path: string, options: { columns: number }): Promise<void> {
  await writeSheet(scenes.map(sceneCell), path, { columns: options.columns, side: SIDE });
}

function sceneCell({ width, height, pixels, questions }: Scene): Cell {
  const [question] = questions;
  const image = { width, height, data: pixels };
  if (question === undefined) return { image, boxes: [], captions: [] };
  const boxes = (question.boxes ?? []).map(({ box, label }) => ({ box, label, color: COLORS.answer }));
  return { image, boxes, captions: captionsOf(question) };
}

function captionsOf(question: Question): Cell['captions'] {
  return [
    { text: question.source, color: COLORS.faint },
    ...wrapText(question.text, SIDE, 2).map((text) => ({ text })),
    ...wrapText(answerOf(question), SIDE, 2).map((text) => ({ text, color: COLORS.truth, bold: true })),
  ];
}

function answerOf({ boxes, answer }: Question): string {
  return boxes === undefined ? answer : boxes.map(({ label, box }) => `${label} ${box.join(' ')}`).join('; ');
}
