import { describe, expect, it } from 'vitest';
import type { Scene } from '../contract.ts';
import { middleOf, questionsOf, scenesOf } from '../test-scenes.ts';

function inRow(scene: Scene): string[] {
  return [...scene.objects].sort((first, second) => middleOf(first).x - middleOf(second).x).map(({ label }) => label);
}

function compute(labels: readonly string[]): number {
  return labels.reduce((total, label, index) => {
    const value = Number(label);
    if (index === 0) return value;
    if (index % 2 === 1) return total;
    const operator = labels[index - 1];
    return operator === 'plus' ? total + value : operator === 'minus' ? total - value : total * value;
  }, 0);
}

function digitsOf(scene: Scene): number[] {
  return inRow(scene)
    .filter((label) => /^\d$/.test(label))
    .map(Number);
}

function readMath(scene: Scene, text: string): string {
  const digits = digitsOf(scene);
  if (text.includes('first digit')) return String(digits[0]);
  if (text.includes('last digit')) return String(digits.at(-1));
  if (text.includes('largest')) return String(Math.max(...digits));
  if (text.includes('all digits')) return String(digits.reduce((sum, digit) => sum + digit, 0));
  if (text === 'Read the expression.') return inRow(scene).join(' ');
  return text.includes('operator') ? (inRow(scene)[1] ?? '') : String(compute(inRow(scene)));
}

function readOcr(scene: Scene, text: string): string {
  const digits = digitsOf(scene);
  const place = ['first', 'second', 'third', 'fourth'].findIndex((word) => text.includes(word));
  if (place >= 0) return String(digits[place]);
  if (text.includes('last')) return String(digits.at(-1));
  if (text.includes('How many') || text.includes('Count')) return String(digits.length);
  return (text.includes('right to left') ? digits.reverse() : digits).join(' ');
}

describe('math', () => {
  it('answers what the row of digits and operators says', async () => {
    for (const { scene, question } of questionsOf(await scenesOf('math', 200))) {
      expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${readMath(scene, question.text)}`);
    }
  });

  it('keeps results between 0 and 81', async () => {
    for (const scene of await scenesOf('math', 200)) {
      const value = Number(scene.questions[0]?.answer);
      expect(value >= 0 && value <= 81).toBe(true);
    }
  });
});

describe('ocr', () => {
  it('answers what the row of digits says', async () => {
    for (const { scene, question } of questionsOf(await scenesOf('ocr', 200))) {
      expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${readOcr(scene, question.text)}`);
    }
  });
});

describe('handwriting', () => {
  it('has ink within its boxes, up to their edges, and nowhere else', async () => {
    for (const scene of await scenesOf('ocr', 60)) {
      const light = (x: number, y: number): number => scene.pixels[(y * 96 + x) * 3 + 1] ?? 255;
      const inBox = (x: number, y: number): boolean =>
        scene.objects.some(({ box }) => x >= box[0] && x < box[2] && y >= box[1] && y < box[3]);
      for (let y = 0; y < 96; y += 1)
        for (let x = 0; x < 96; x += 1) if (light(x, y) < 130 && !inBox(x, y)) expect.fail(`ink at ${x} ${y}`);
      for (const { box } of scene.objects) {
        const row = (y: number): number => Math.min(...Array.from({ length: box[2] - box[0] }, (_, index) => light(box[0] + index, y)));
        const column = (x: number): number => Math.min(...Array.from({ length: box[3] - box[1] }, (_, index) => light(x, box[1] + index)));
        expect(Math.max(row(box[1]), row(box[3] - 1), column(box[0]), column(box[2] - 1))).toBeLessThan(235);
      }
    }
  });
});
