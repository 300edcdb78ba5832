import { describe, expect, it } from 'vitest';
import type { Question, Scene } from '../contract.ts';
import { COLOR_NAMES } from '../draw/palette.ts';
import { colorAt, colorIn, middleOf, objectsNamed, questionsOf, scenesOf } from '../test-scenes.ts';

// Values as read from the picture: for each color a list of steps (bars and slices have one, lines four).
type Reading = Map<string, number[]>;

function readBars(scene: Scene): Reading {
  return new Map(objectsNamed(scene, 'bar').map(({ label, box }) => [label.split(' ')[0] ?? '', [Math.round((box[3] - box[1]) / 8)]]));
}

function readLines(scene: Scene): Reading {
  const reading: Reading = new Map();
  for (const object of objectsNamed(scene, 'point')) {
    const color = object.label.split(' ')[0] ?? '';
    const place = Math.round((middleOf(object).x - 26) / 20);
    const steps = reading.get(color) ?? [];
    steps[place] = Math.round((82 - middleOf(object).y) / 7.5);
    reading.set(color, steps);
  }
  return reading;
}

function readPie(scene: Scene): Reading {
  const counts = new Map<string, number>();
  for (let y = 0; y < 96; y += 1)
    for (let x = 0; x < 96; x += 1) {
      const color = colorAt(scene, x, y);
      if (color) counts.set(color, (counts.get(color) ?? 0) + 1);
    }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const tenths = [...counts].map(([color, count]) => [color, Math.round((count / total) * 10)] as const);
  return new Map(tenths.filter(([, part]) => part > 0).map(([color, part]) => [color, [part]]));
}

function reader(source: string): (scene: Scene) => Reading {
  return source === 'nano_chart_bar' ? readBars : source === 'nano_chart_line' ? readLines : readPie;
}

function colorsIn(text: string): string[] {
  return COLOR_NAMES.filter((name) => text.includes(name));
}

// The answer in steps of the axis, or a color or a place.
function answerFrom(reading: Reading, text: string): string | number {
  const value = (color: string, place = 0): number => reading.get(color)?.[place] ?? NaN;
  const [one = '', two = ''] = colorsIn(text);
  const place = Number(/at (\d)/.exec(text)?.[1] ?? 1) - 1;
  const extreme = /highest|largest|lowest|smallest/.exec(text)?.[0];
  const sign = extreme === 'highest' || extreme === 'largest' ? -1 : 1;
  if (text.startsWith('Where is')) {
    const steps = reading.get(one) ?? [];
    return String([0, 1, 2, 3].sort((first, second) => sign * ((steps[first] ?? 0) - (steps[second] ?? 0)))[0] ?? 0);
  }
  if (extreme) return [...reading.keys()].sort((first, second) => sign * (value(first) - value(second)))[0] ?? '';
  if (text.includes('is higher')) return [...reading.keys()].sort((first, second) => value(second, place) - value(first, place))[0] ?? '';
  if (text.includes('sum of')) return value(one) + value(two);
  if (text.includes('difference of')) return Math.abs(value(one) - value(two));
  return value(one, place);
}

function check(scene: Scene, question: Question, units: Set<number>): void {
  const expected = answerFrom(reader(question.source)(scene), question.text);
  if (typeof expected === 'number') {
    if (expected > 0) units.add(Number(question.answer) / expected);
    else expect(question.answer).toBe('0');
  } else if (question.text.startsWith('Where is')) expect(Number(question.answer) - 1).toBe(Number(expected));
  else expect(`${question.text} ${question.answer}`).toBe(`${question.text} ${expected}`);
}

describe.each(['nano_chart_bar', 'nano_chart_line', 'nano_chart_pie'])('%s', (source) => {
  it('answers what the picture shows, on one axis a scene', async () => {
    const seen = new Set<number>();
    for (const scene of (await scenesOf('chart', 180)).filter(({ questions }) => questions[0]?.source === source)) {
      const units = new Set<number>();
      for (const { question } of questionsOf([scene], source)) check(scene, question, units);
      expect(units.size).toBeLessThanOrEqual(1);
      for (const unit of units) seen.add(unit);
    }
    expect([...seen].sort((first, second) => first - second)).toEqual(source === 'nano_chart_pie' ? [10] : [1, 5]);
  });

  it('draws its colors', async () => {
    for (const scene of (await scenesOf('chart', 60)).filter(({ questions }) => questions[0]?.source === source)) {
      for (const object of scene.objects.filter(({ label }) => !label.endsWith('slice'))) {
        const { x, y } = middleOf(object);
        expect(colorAt(scene, x, y)).toBe(colorIn(object.label));
      }
    }
  });
});

describe('nano_chart_part', () => {
  it('counts bars and slices', async () => {
    for (const { scene, question } of questionsOf(await scenesOf('chart', 180), 'nano_chart_part'))
      expect(question.answer).toBe(String(scene.objects.length));
  });
});
