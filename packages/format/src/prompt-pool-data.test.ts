import { describe, expect, it } from 'vitest';
import { IMAGE_MARK } from './sample.ts';
import { ASKED_POOL, PERCEPTION_POOL, REASONING_POOL } from './prompt-pool-data.ts';

describe.each([
  ['reasoning', REASONING_POOL, '\\boxed{'],
  ['perception', PERCEPTION_POOL, 'bbox_2d'],
])('the %s pool', (_, pool, notation) => {
  it('has ten different instructions of each sort', () => {
    expect(new Set(pool.think).size).toBe(10);
    expect(new Set(pool.answer).size).toBe(10);
  });

  it('names both tags of each part in every instruction, and no other part', () => {
    for (const text of pool.think) expect(text.match(/<\/?\w+>/g)).toEqual(['<think>', '</think>']);
    for (const text of pool.answer) expect(text.match(/<\/?\w+>/g)).toEqual(['<answer>', '</answer>']);
  });

  // What the format reward of the reference counts, each exactly once.
  it.each(['<think>\n', '\n</think>\n', '\n<answer>\n', '\n</answer>'])('shows a layout with one %j', (tag) => {
    expect(pool.layout.split(tag)).toHaveLength(2);
  });

  it('shows the notation of the answer, and adds no image mark', () => {
    expect(pool.layout).toContain(notation);
    expect([...pool.think, ...pool.answer, pool.layout].join(' ')).not.toContain(IMAGE_MARK);
  });
});

describe.each([
  ['boxes', /JSON/],
  ['boxed', /\\boxed\{(\.\.\.)?\}/],
  ['answer_tag', /<answer>.*<\/answer>/],
  ['last_line', /last line|final line|line of its own|one line|own line/],
] as const)('the asked pool for %s', (place, format) => {
  it('has ten different instructions that name the format, and none that asks for thinking', () => {
    expect(new Set(ASKED_POOL[place]).size).toBe(10);
    for (const text of ASKED_POOL[place]) expect(text).toMatch(format);
    expect(ASKED_POOL[place].join(' ')).not.toMatch(/think|reason|<image>/);
  });
});
