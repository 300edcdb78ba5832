import { describe, expect, it } from 'vitest';
import type { Question, Scene } from '../contract.ts';
import { colorAt, colorIn, middleOf, objectsNamed, questionsOf, scenesOf } from '../test-scenes.ts';

function at(scene: Scene, x: number, y: number): [number, number, number] {
  const offset = (Math.floor(y) * 96 + Math.floor(x)) * 3;
  return [scene.pixels[offset] ?? 0, scene.pixels[offset + 1] ?? 0, scene.pixels[offset + 2] ?? 0];
}
function middle(scene: Scene, word: string): { x: number; y: number } {
  return middleOf(objectsNamed(scene, word)[0] ?? { label: '', box: [0, 0, 0, 0] });
}

// The direction (in `count` parts of a turn range) in which a pixel at a radius satisfies a test best.
function pointing(
  scene: Scene,
  ray: { center: { x: number; y: number }; radius: number; turns: number[] },
  weight: (pixel: [number, number, number]) => number,
): number {
  const strength = ray.turns.map((turn) =>
    weight(at(scene, ray.center.x + ray.radius * Math.sin(turn * 2 * Math.PI), ray.center.y - ray.radius * Math.cos(turn * 2 * Math.PI))),
  );
  return strength.indexOf(Math.max(...strength));
}
function saturation([red, green, blue]: [number, number, number]): number {
  return Math.max(red, green, blue) - Math.min(red, green, blue);
}
const eleven = Array.from({ length: 11 }, (_, step) => ((step - 5) / 10) * (2 / 3));

const steps: Record<string, (scene: Scene) => number> = {
  nano_science_gauge: (scene) => pointing(scene, { center: middle(scene, 'gauge'), radius: 20, turns: eleven }, saturation),
  nano_science_thermometer: (scene) => Math.round((72 - (objectsNamed(scene, 'column')[0]?.box[1] ?? 0)) / 6.4),
};

describe.each(Object.keys(steps))('%s', (source) => {
  it('answers what its pointer shows, on one scale a scene', async () => {
    const units = new Set<number>();
    for (const scene of (await scenesOf('science', 240)).filter(({ questions }) => questions[0]?.source === source)) {
      const answer = scene.questions[0]?.answer;
      const shown = steps[source]?.(scene) ?? NaN;
      if (shown === 0) expect(answer).toBe('0');
      else units.add(Number(answer) / shown);
    }
    expect([...units].sort()).toEqual([1, 5]);
  });
});

describe('nano_science_clock', () => {
  it('answers what its hands show', async () => {
    for (const { scene, question } of questionsOf(await scenesOf('science', 240), 'nano_science_clock')) {
      const center = middle(scene, 'clock');
      const quarter = pointing(scene, { center, radius: 26, turns: [0, 1 / 4, 2 / 4, 3 / 4] }, ([red, green]) => red - green);
      const turns = Array.from({ length: 12 }, (_, hour) => (hour + quarter / 4) / 12);
      const hour = pointing(scene, { center, radius: 14, turns }, ([red, , blue]) => blue - 2 * red) || 12;
      expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${question.text.includes('minutes') ? quarter * 15 : hour}`);
    }
  });
});

describe('nano_science_ruler', () => {
  const edges = (scene: Scene, color: string): [number, number] => {
    const box = scene.objects.find(({ label }) => label === `${color} bar`)?.box ?? [0, 0, 0, 0];
    return [(box[0] - 8) / 8, (box[2] - 8) / 8];
  };
  const measure = (scene: Scene, text: string): string => {
    if (text === 'Which bar is longer?') {
      const [first, second] = objectsNamed(scene, 'bar').map(({ label }) => ({
        color: label.split(' ')[0] ?? '',
        span: edges(scene, label.split(' ')[0] ?? ''),
      }));
      const gap = (first ? first.span[1] - first.span[0] : 0) - (second ? second.span[1] - second.span[0] : 0);
      return gap === 0 ? 'neither' : ((gap > 0 ? first?.color : second?.color) ?? '');
    }
    const [start, end] = edges(scene, colorIn(text) ?? '');
    return String(text.includes('start') ? start : text.includes(' end') ? end : end - start);
  };
  it('answers what it measures', async () => {
    for (const scene of (await scenesOf('science', 240)).filter(({ questions }) => questions[0]?.source === 'nano_science_ruler')) {
      for (const { text, answer } of scene.questions) expect(`${text} ${answer}`).toBe(`${text} ${measure(scene, text)}`);
    }
  });
});

describe('nano_science_lever', () => {
  const weigh = (scene: Scene, text: string): string => {
    const [left, right] = objectsNamed(scene, 'blocks').map((object) => ({
      blocks: Math.round((object.box[3] - object.box[1]) / 12),
      distance: Math.round(Math.abs(middleOf(object).x - 48) / 14),
    }));
    if (!left || !right) throw new Error('no blocks');
    const turn = left.blocks * left.distance - right.blocks * right.distance;
    if (text.includes('goes down')) return turn === 0 ? 'neither' : turn > 0 ? 'left' : 'right';
    if (text.includes('How far')) return String(text.includes('left') ? left.distance : right.distance);
    if (text.includes('on the')) return String(text.includes('left') ? left.blocks : right.blocks);
    return String(left.blocks + right.blocks);
  };
  it('answers what its blocks weigh', async () => {
    for (const scene of (await scenesOf('science', 240)).filter(({ questions }) => questions[0]?.source === 'nano_science_lever')) {
      for (const { text, answer } of scene.questions) expect(`${text} ${answer}`).toBe(`${text} ${weigh(scene, text)}`);
    }
  });
});

describe('nano_science_circuit', () => {
  const branchesOf = (scene: Scene) =>
    objectsNamed(scene, 'lamp').map((lamp) => {
      const { y } = middleOf(lamp);
      return { color: colorAt(scene, 71, y), closed: Math.max(...at(scene, 44, y)) < 150 };
    });
  const follow = (scene: Scene, { text }: Question): string => {
    const branches = branchesOf(scene);
    const place = ['top', 'middle', 'bottom'].findIndex((word) => text.includes(word));
    if (text.includes('open or closed')) return branches[place]?.closed ? 'closed' : 'open';
    if (place >= 0) return branches[place]?.color ?? '';
    if (text.includes('switches are open')) return String(branches.filter(({ closed }) => !closed).length);
    if (text.includes('How many lamps')) return String(branches.filter(({ closed }) => closed).length);
    if (text.startsWith('Is the')) return branches.find(({ color }) => color === colorIn(text))?.closed ? 'yes' : 'no';
    return branches.find(({ closed }) => closed)?.color ?? '';
  };
  it('answers what its switches say', async () => {
    for (const scene of (await scenesOf('science', 240)).filter(({ questions }) => questions[0]?.source === 'nano_science_circuit')) {
      for (const question of scene.questions)
        expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${follow(scene, question)}`);
    }
  });
});
