import { describe, expect, it } from 'vitest';
import { locateBoxes, readBoxes, saysNoBoxes } from './boxes.ts';

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
    [`[${CAT}]\n\nReferences: []`, [cat]],
    [`[${CAT}]\n- [ ] verify later`, [cat]],
    [`[${CAT}] [0, 0, 0, 0]`, [cat]],
    [`{"objects": [${CAT}]}`, [cat]],
    [`{"count": 1, "result": {"items": [${CAT}]}}`, [cat]],
    [`{"answer": ${CAT}}`, [cat]],
    ['{"cat": [[1, 2, 30, 40]]}', [cat]],
    ['[{"BBox": [1, 2, 30, 40], "Category": "cat"}]', [cat]],
    ['[{"boundingBox": {"x1": 1, "y1": 2, "x2": 30, "y2": 40}, "class_name": "cat"}]', [cat]],
    ["[{'Position': [1, 2, 30, 40], 'Confidence': 0.9, 'name': 'cat'}]", [cat]],
    ["[{'bbox_2d': [1, 2, 30, 40], 'label': 'man's hat'}]", [{ box: [1, 2, 30, 40], label: "man's hat" }]],
    ['[(1, 2), (30, 40)]', [bare]],
    ['<|object_ref_start|>cat<|object_ref_end|><|box_start|>(1,2),(30,40)<|box_end|>', [cat]],
    ['<|object_ref_start|>cat<|object_ref_end|><|box_start|>(1,2),(30,40)<|box_end|><|box_start|>(1,2),(30,40)<|box_end|>', [cat, cat]],
    ['<ref>cat</ref><box>[[1, 2, 30, 40]]</box>', [cat]],
    ['<|ref|>cat<|/ref|><|det|>[[1, 2, 30, 40]]<|/det|>', [cat]],
    ['<|object_ref_start|>cat<|object_ref_end|><|box_start|><1><2><30><40><|box_end|>', [cat]],
    ['<loc0001><loc0002><loc0030><loc0040> cat', [cat]],
    ['cat: [1, 2, 30, 40]', [cat]],
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

describe('saysNoBoxes', () => {
  it.each(['[]', '<answer>[]</answer>', 'No objects', '<answer>None</answer>', 'There are no dogs.', '没有'])('%s says so', (response) => {
    expect(saysNoBoxes(response)).toBe(true);
  });

  it.each([`[${CAT}]`, 'I cannot see', '[{"bbox_2d": [9, 9, 1, 1]}]', 'Note the dog', '', 'No, [1, 2, 3, 4]'])(
    '%s does not',
    (response) => {
      expect(saysNoBoxes(response)).toBe(false);
    },
  );
});

describe('locateBoxes', () => {
  it('reads the keys it is told, and no others', () => {
    const response = '[{"where": [1, 2, 30, 40], "what": "Cat"}]';
    expect(locateBoxes(response, { keys: { box: ['where'], label: ['what'] } })?.items).toEqual([cat]);
    expect(locateBoxes(response)).toBeUndefined();
  });

  it('takes the asked place only', () => {
    const tagged = `<answer>[${CAT}]</answer>`;
    expect(locateBoxes(tagged, { format: 'answer_tag' })?.items).toEqual([cat]);
    expect(locateBoxes(`[${CAT}]`, { format: 'answer_tag' })).toBeUndefined();
    expect(locateBoxes(tagged + tagged, { format: 'answer_tag' })).toBeUndefined();
    expect(locateBoxes(`<think>hm</think>\n[${CAT}]\n`, { format: 'json' })?.items).toEqual([cat]);
    expect(locateBoxes(`Here: [${CAT}]`, { format: 'json' })).toBeUndefined();
    expect(locateBoxes(`<think>[${CAT}]</think>`)).toBeUndefined();
  });
});
