import { describe, expect, it } from 'vitest';
import type { Question, Scene, SceneObject } from '../contract.ts';
import { colorAt, middleOf, questionsOf, scenesOf } from '../test-scenes.ts';

function empty(scene: Scene): number {
  return scene.objects.findIndex(({ label }) => label === 'empty cell');
}
function part(object: SceneObject | undefined, what: 'colour' | 'shape'): string {
  return object?.label.split(' ')[what === 'colour' ? 0 : 1] ?? '';
}

// All values of the asked attribute that some repetition of two or three cells allows for the gap.
function completions(scene: Scene, asked: 'colour' | 'shape'): Set<string> {
  const gap = empty(scene);
  const fits = [2, 3].filter((period) =>
    scene.objects.every(
      (object, index) =>
        index === gap ||
        scene.objects.every((other, place) => place === gap || place % period !== index % period || other.label === object.label),
    ),
  );
  return new Set(
    fits.flatMap((period) =>
      scene.objects.filter((_, index) => index !== gap && index % period === gap % period).map((object) => part(object, asked)),
    ),
  );
}

function inGrid(scene: Scene, asked: 'colour' | 'shape'): string {
  const gap = empty(scene);
  const along = scene.objects.filter(
    (_, index) => index !== gap && (asked === 'colour' ? Math.floor(index / 3) === Math.floor(gap / 3) : index % 3 === gap % 3),
  );
  expect(new Set(along.map((object) => part(object, asked))).size).toBe(1);
  return part(along[0], asked);
}

function inSet(scene: Scene, asked: 'colour' | 'shape'): string {
  const gap = empty(scene);
  const all = new Set(scene.objects.filter((_, index) => index !== gap).map((object) => part(object, asked)));
  scene.objects.forEach(
    (object, index) => index !== gap && Math.floor(index / 3) === Math.floor(gap / 3) && all.delete(part(object, asked)),
  );
  expect(all.size).toBe(1);
  return [...all][0] ?? '';
}

function solve(scene: Scene, { source, text }: Question): string {
  const asked = text.includes('colour') ? 'colour' : 'shape';
  if (source === 'nano_puzzle_grid') return inGrid(scene, asked);
  if (source === 'nano_puzzle_set') return inSet(scene, asked);
  if (source === 'nano_puzzle_repeat') {
    const found = completions(scene, asked);
    expect(found.size).toBe(1);
    return [...found][0] ?? '';
  }
  const values = scene.objects.map(({ label }) => Number(label));
  const [first = 0, second = 0, third = 0] = values;
  return String([2 * second - third, (first + third) / 2, 2 * second - first][empty(scene)]);
}

const PLACES = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
const CORNERS = [
  'top left',
  'top middle',
  'top right',
  'middle left',
  'middle middle',
  'middle right',
  'bottom left',
  'bottom middle',
  'bottom right',
];

function readPart(scene: Scene, text: string): string {
  const shown = scene.objects.filter(({ label }) => label !== 'empty cell');
  const numbers = scene.objects.map(({ label }) => Number(label));
  const attribute = text.includes('colour') ? 'colour' : 'shape';
  const corner = / at the (.+)\?$/.exec(text);
  if (corner) return part(scene.objects[CORNERS.indexOf(corner[1] ?? '')], attribute);
  if (text === 'Which cell is empty?') return PLACES[empty(scene)] ?? '';
  if (text.startsWith('Which row')) return ['top', 'middle', 'bottom'][Math.floor(empty(scene) / 3)] ?? '';
  if (text.startsWith('Which column')) return ['left', 'middle', 'right'][empty(scene) % 3] ?? '';
  if (text.includes('is first')) return part(scene.objects[0], attribute);
  if (text.includes('is last')) return part(scene.objects.at(-1), attribute);
  if (text.includes('rise or fall')) {
    const [low = 0, high = 0] = numbers.filter((value) => !Number.isNaN(value));
    return low < high ? 'rise' : 'fall';
  }
  const cell = /dots has the (\w+) cell/.exec(text);
  if (cell) return String(numbers[PLACES.indexOf(cell[1] ?? '')]);
  if (text === 'How many dots are there?')
    return String(numbers.filter((value) => !Number.isNaN(value)).reduce((sum, value) => sum + value, 0));
  const words = text.replace(/[?.]/g, '').split(' ');
  return String(shown.filter(({ label }) => label.split(' ').some((word) => words.includes(word))).length);
}

describe('puzzle', () => {
  it('has exactly one answer, which its own rule gives', async () => {
    for (const { scene, question } of questionsOf(await scenesOf('puzzle', 240))) {
      const expected = question.source === 'nano_puzzle_part' ? readPart(scene, question.text) : solve(scene, question);
      expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${expected}`);
    }
  });

  it('reads whole lines of the picture in its steps, the one with the gap last', async () => {
    const main = (await scenesOf('puzzle', 120)).filter(({ questions }) => questions[0]?.source !== 'nano_puzzle_dice');
    for (const scene of main) {
      const [question] = scene.questions;
      const asked = question?.text.includes('colour') ? 'colour' : 'shape';
      const valueAt = (index: number): string => (index === empty(scene) ? '?' : part(scene.objects[index], asked));
      const lines =
        question?.source === 'nano_puzzle_repeat'
          ? [[0, 1, 2, 3, 4, 5]]
          : [0, 1, 2].flatMap((at) => [
              [3 * at, 3 * at + 1, 3 * at + 2],
              [at, at + 3, at + 6],
            ]);
      const read = (question?.steps ?? '').replace(/\.$/, '').split(', ');
      expect(lines.map((line) => line.map(valueAt).join(' '))).toEqual(expect.arrayContaining(read));
      expect(read.at(-1)).toContain('?');
    }
  });

  it('draws each shape in its color', async () => {
    for (const scene of (await scenesOf('puzzle', 120)).filter(({ questions }) => questions[0]?.source !== 'nano_puzzle_dice')) {
      for (const object of scene.objects.filter(({ label }) => label !== 'empty cell')) {
        const { x, y } = middleOf(object);
        expect(colorAt(scene, x, y)).toBe(part(object, 'colour'));
      }
    }
  });

  it('draws as many dots as a die says', async () => {
    for (const scene of (await scenesOf('puzzle', 120)).filter(({ questions }) => questions[0]?.source === 'nano_puzzle_dice')) {
      for (const object of scene.objects.filter(({ label }) => label !== 'empty cell')) {
        const { x, y } = middleOf(object);
        const spots = [-7.5, 0, 7.5].flatMap((dx) => [-7.5, 0, 7.5].map((dy) => colorAt(scene, x + dx, y + dy)));
        expect(spots.filter(Boolean).length).toBe(Number(object.label));
      }
    }
  });
});
