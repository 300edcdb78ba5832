import { describe, expect, it } from 'vitest';
import { locateBoxes, readBoxes } from './boxes.ts';

const CAT = '{"bbox_2d": [1, 2, 30, 40], "label": "Cat"}';
const cat = { box: [1, 2, 30, 40], label: 'cat' };
const bare = { box: [1, 2, 30, 40], label: undefined };

describe('readBoxes', () => {
  it.each([
    [`[${CAT}]`, [cat]],
    [`[[${CAT}]]`, [cat]],
    [`\`\`\`json\n[${CAT}]\n\`\`\``, [cat]],
    [`I see [it]: [${CAT}], done.`, [cat]],
    [`${CAT}\n${CAT}`, [cat, cat]],
    [`first [{"bbox_2d": [0, 0, 1, 1]}] no, [${CAT}]`, [cat]],
    ["[{'bbox_2d': (1, 2, 30, 40), 'label': 'Cat'},]", [cat]],
    [`[{"bbox": [1, 2, 30, 40], "label": "it's \\"Cat\\""}]`, [{ box: [1, 2, 30, 40], label: 'it\'s "cat"' }]],
    ['[1, 2, 30, 40]', [bare]],
    ['[[1, 2, 30, 40]]', [bare]],
    ['(1,2),(30,40)', [bare]],
    ['[]', []],
  ])('of %s', (text, items) => {
    expect(readBoxes(text)).toMatchObject({ items, malformed: 0, complete: true });
  });

  it('keeps the whole items of a list that was cut off, and counts what is no box', () => {
    expect(readBoxes(`[${CAT}, {"bbox_2d": [1, 2`)).toMatchObject({ items: [cat], complete: false });
    expect(readBoxes(`[${CAT}, {"bbox_2d": [9, 9, 1, 1]}, {"bbox_2d": [1, 2, 3]}, 5]`)).toMatchObject({ items: [cat], malformed: 3 });
    expect(readBoxes('[{"bbox_2d": [0, 0, 1e300, 1e300]}]')).toMatchObject({ items: [], malformed: 1 });
  });

  it.each(['', 'no boxes', '[1, 2, 3]', '{"a": 1}', '1 2 3 4', '[', '[[[[', '"[1,2,3'])('finds none in %s', (text) => {
    expect(readBoxes(text)).toBeUndefined();
  });
});

describe('locateBoxes', () => {
  it('takes the asked place only', () => {
    const tagged = `<answer>[${CAT}]</answer>`;
    expect(locateBoxes(tagged, 'answer_tag')?.items).toEqual([cat]);
    expect(locateBoxes(`[${CAT}]`, 'answer_tag')).toBeUndefined();
    expect(locateBoxes(tagged + tagged, 'answer_tag')).toBeUndefined();
    expect(locateBoxes(`<think>hm</think>\n[${CAT}]\n`, 'json')?.items).toEqual([cat]);
    expect(locateBoxes(`Here: [${CAT}]`, 'json')).toBeUndefined();
    expect(locateBoxes(`<think>[${CAT}]</think>`)).toBeUndefined();
  });
});
