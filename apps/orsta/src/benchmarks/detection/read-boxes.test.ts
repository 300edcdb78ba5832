import { describe, expect, it } from 'vitest';
import { readBoxes } from './read-boxes.ts';

const cat = { box: [1, 2, 3, 4], label: 'cat' };

describe('readBoxes', () => {
  it.each([
    ['a list in JSON', '[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]'],
    ['a list in Python', "[{'bbox_2d': [1, 2, 3, 4], 'label': 'cat'},]"],
    ['objects in a sentence', 'Here: {"bbox_2d": [1, 2, 3, 4], "label": "cat"}.'],
    ['objects inside of others', '[{"answer": {"bbox_2d": [1, 2, 3, 4], "label": "cat"}}]'],
    ['lists inside of others', '[{"objects": [{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]}]'],
    ['a list that repeats a box', '[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}, {"bbox_2d": [1, 2, 3, 4], "label": "cat"}]'],
  ])('reads %s', (_what, response) => {
    expect(readBoxes(response)).toMatchObject([cat]);
    expect(readBoxes(response)).toHaveLength(1);
  });
});
