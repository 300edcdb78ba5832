import { describe, expect, it } from 'vitest';
import { SPRITE_CLASSES } from '../assets.ts';
import { boxesToJson, inReadingOrder } from '../box-text.ts';
import type { Scene, SceneObject, TaskName } from '../contract.ts';
import { middleOf, questionsOf, scenesOf } from '../test-scenes.ts';
import { regionOf } from './objects.ts';

function singular(word: string): string {
  return SPRITE_CLASSES.find(({ name, plural }) => word === plural || word === name)?.name ?? word;
}
function named(scene: Scene, name: string): SceneObject[] {
  return scene.objects.filter(({ label }) => label === name);
}
function area({ box }: SceneObject): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}

// Who is meant, by the geometry of all visible objects.
function resolve(scene: Scene, phrase: string): SceneObject[] {
  const relation = /^(\w+) (left of|right of|above|below) the (\w+)$/.exec(phrase);
  if (relation) {
    const [, name = '', word, anchorName = ''] = relation;
    const anchor = middleOf(named(scene, anchorName)[0] ?? { label: '', box: [0, 0, 0, 0] });
    return named(scene, name).filter((object) => {
      const { x, y } = middleOf(object);
      return word === 'left of' ? x < anchor.x : word === 'right of' ? x > anchor.x : word === 'above' ? y < anchor.y : y > anchor.y;
    });
  }
  const [adjective = '', name] = phrase.includes(' ') ? phrase.split(' ') : ['', phrase];
  const orders: Record<string, (object: SceneObject) => number> = {
    left: (object) => middleOf(object).x,
    right: (object) => -middleOf(object).x,
    top: (object) => middleOf(object).y,
    bottom: (object) => -middleOf(object).y,
    smallest: area,
    largest: (object) => -area(object),
  };
  const order = orders[adjective];
  const same = named(scene, name ?? '');
  return order ? [...same].sort((first, second) => order(first) - order(second)).slice(0, 1) : same;
}

function boxesAsked(scene: Scene, text: string): string {
  const all = /^(?:Find all|Detect every|Where are all) (\w+)[.?]$/.exec(text);
  const one = /^(?:Where is|Find|Locate) the (.+)[.?]$/.exec(text);
  return boxesToJson(inReadingOrder(all ? named(scene, singular(all[1] ?? '')) : resolve(scene, one?.[1] ?? '')));
}

function counted(scene: Scene, text: string): number {
  const what = /^(?:How many|Count(?: the| all)?) (.+?)(?: are there)?[.?]$/.exec(text)?.[1] ?? '';
  if (what === 'objects') return scene.objects.length;
  const words = what.split(' ').map((word) => singular(word));
  const figure = (words.at(-1) ?? '').replace(/sses$/, 'ss').replace(/([^s])s$/, '$1');
  const wanted = words.length === 1 ? [figure] : [words[0] ?? '', figure];
  return scene.objects.filter(({ label }) => wanted.every((word) => word === 'object' || label.split(' ').includes(word))).length;
}

function answerOf(scene: Scene, text: string): string {
  if (text.startsWith('How many') || text.startsWith('Count')) return String(counted(scene, text));
  const part = /^In which part is the (\w+)\?$/.exec(text);
  return part ? regionOf(named(scene, part[1] ?? '')[0]?.box ?? [0, 0, 0, 0]) : boxesAsked(scene, text);
}

const TASKS: TaskName[] = ['grounding', 'detection', 'counting'];

describe.each(TASKS)('%s', (name) => {
  it('answers what its objects say', async () => {
    for (const { scene, question } of questionsOf(await scenesOf(name, 200))) {
      expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${answerOf(scene, question.text)}`);
    }
  });

  it('asks for one box in grounding and keeps objects apart', async () => {
    for (const { scene, question } of questionsOf(await scenesOf(name, 40))) {
      if (question.task === 'grounding' && question.boxes) expect(question.boxes.length).toBe(1);
      scene.objects.forEach(({ box: [left, top, right, bottom] }, index) => {
        const free = scene.objects
          .slice(index + 1)
          .every(({ box }) => left >= box[2] || box[0] >= right || top >= box[3] || box[1] >= bottom);
        expect(free).toBe(true);
      });
    }
  });
});

describe('object boxes', () => {
  it('hold one to three targets of 18 to 34 pixels', async () => {
    const numbers = new Set<number>();
    for (const scene of await scenesOf('detection', 200)) {
      numbers.add(scene.questions[0]?.boxes?.length ?? 0);
      for (const { box } of scene.objects) {
        const side = Math.max(box[2] - box[0], box[3] - box[1]);
        if (side < 18 || side > 34) expect.fail(`side ${side}`);
      }
    }
    expect([...numbers].sort()).toEqual([1, 2, 3]);
  });
});

describe('regionOf', () => {
  it('names nine parts', () => {
    expect(regionOf([0, 0, 10, 10])).toBe('top left');
    expect(regionOf([40, 40, 60, 60])).toBe('centre');
    expect(regionOf([80, 40, 96, 60])).toBe('right');
    expect(regionOf([40, 80, 60, 96])).toBe('bottom');
  });
});
