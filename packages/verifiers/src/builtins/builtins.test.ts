// Every built-in passes the suite that third-party verifiers must pass, and a fuzz over all of them.
import { describe, expect, it } from 'vitest';
import { fuzzVerifiers, testVerifier, type VerifierCase, type VerifierExamples } from '../testing.ts';
import { builtins } from './builtins.ts';

const boxes = [
  { bbox_2d: [10, 10, 50, 60], label: 'Cat' },
  { bbox_2d: [100, 20, 150, 80], label: 'dog' },
];
const boxText = JSON.stringify(boxes);
const progress = { step: 5, total_steps: 100 };
const images = [{ width: 200, height: 100, resized_width: 400, resized_height: 200 }];
function of(ground_truth: unknown, verifier_parm?: unknown) {
  return (response: string): VerifierCase => ({ ground_truth, verifier_parm, response, progress, images });
}

const detect = of(boxText);
const detectTagged = of(boxText, {
  compat: 'v-triune',
  iou_threshold: 'average',
  det_reward_ratio: { iou_max_label_first: 0.5, map: 0.5 },
});
const detectNormalized = of([{ bbox_2d: [100, 100, 500, 600], label: 'cat' }], { det_verifier_normalized: true });
const ground = of([10, 10, 50, 60], { iou_threshold: 0.5 });
const groundBoth = of(boxText, { overlap: 'giou', iou_threshold: 'average', answer_format: 'answer_tag' });
const clickAt = of('[10, 10, 50, 60]');
const count = of('7', { answer_format: 'boxed' });
const countNear = of(7, { off_by: 2 });
const read = of('Ab 12', { answer_format: 'boxed' });
const readLoose = of(['hello world', 'hullo world'], { metric: 'anls', case_sensitive: false });
const choose = of('B', { options: ['a cat', 'a dog', 'a'] });
const chooseLetter = of('(c)');
const say = of(['New York', 'NYC']);
const measure = of('12.5', { relative_tolerance: 0.02 });
const estimate = of('40%', { metric: 'mean_relative_accuracy', answer_format: 'last_line' });
const solve = of('$\\frac{1}{2}$');
const solveBoxed = of(42, { answer_format: 'boxed' });
const solveReference = of('$\\{1, 2\\}$', { compat: 'v-triune' });
const schema = { type: 'object', required: ['name', 'size'], properties: { size: { type: 'number' } } };
const fill = of({ name: 'Ann', size: 3, tags: ['x', 'y'] }, { schema, fields: { name: 1, size: 2 } });
const tags = of('anything');
const tagsStrict = of('anything', { strict: true });

const examples: Readonly<Record<string, VerifierExamples>> = {
  mathverify: {
    accepts: [
      solve('\\boxed{0.5}'),
      solve('<think>\\boxed{7}</think><answer>\\frac{2}{4}</answer>'),
      solve('<answer>$\\frac{1}{2}$</answer>'),
      solve('So it is $1/2$.'),
      solveBoxed('7, no: \\boxed{42}'),
      solveReference('<think>\nhm\n</think>\n\n<answer>\n\\boxed{\\{2, 1\\}}\n</answer>'),
    ],
    rejects: [
      solve('\\boxed{2}'),
      solve('<think>\\boxed{0.5}</think>'),
      solveBoxed('42'),
      solveBoxed('\\boxed{}'),
      solveReference('{1, 2}'),
    ],
  },
  detection: {
    accepts: [
      detect(boxText),
      detect(`Two animals.\n\`\`\`json\n${boxText}\n\`\`\``),
      detect(
        `<think>[1, 2, 3, 4]</think><answer>[{'bbox_2d': [100, 20, 150, 80], 'label': 'dog'}, {'bbox_2d': [10, 10, 50, 60], 'label': 'cat'}]</answer>`,
      ),
      detectTagged(`<think>\n\n</think>\n\n<answer>\n${boxText}\n</answer>`),
      detectNormalized('[{"bbox_2d": [40, 20, 200, 120], "label": "cat"}]'),
    ],
    rejects: [
      detect('There is a cat and a dog.'),
      detect('[]'),
      detect('[{"bbox_2d": [10, 10, 50, 60]}, {"bbox_2d": [100, 20, 150, 80]}]'),
      detect('[{"bbox_2d": [50, 60, 10, 10], "label": "cat"}]'),
      { ...detect(JSON.stringify([...boxes, ...boxes])), at_most: 0.6 ** 2 },
      { ...detect(JSON.stringify([boxes[0]])), at_most: 0.6 },
      detectNormalized('[{"bbox_2d": [100, 100, 500, 600], "label": "cat"}]'),
    ],
  },
  grounding: {
    accepts: [
      ground('[{"bbox_2d": [10, 10, 50, 60], "label": "whatever"}]'),
      ground('(10,10),(50,60)'),
      ground('The box is [10, 10, 50, 60].'),
      groundBoth(`<answer>${boxText}</answer>`),
    ],
    rejects: [
      ground('[60, 60, 90, 90]'),
      ground('10 10 50 60'),
      { ...ground('[[10, 10, 50, 60], [60, 60, 90, 90]]'), at_most: 0.6 },
      groundBoth(boxText),
    ],
  },
  click: {
    accepts: [
      clickAt('(30, 40)'),
      clickAt('<answer>{"point_2d": [10, 60]}</answer>'),
      clickAt('click [12.5, 13]'),
      clickAt('{"x": 11, "y": 11}'),
    ],
    rejects: [clickAt('(3, 4)'), clickAt('(30, 40) or (3, 4)'), clickAt('in the middle')],
  },
  counting: {
    accepts: [
      count('\\boxed{7}'),
      count('There are 5, no: \\boxed{\\text{seven}}'),
      countNear('There are 7 cats.'),
      countNear('<answer>7</answer>'),
    ],
    rejects: [
      count('7'),
      count('\\boxed{17}'),
      count('\\boxed{7 or 8}'),
      count('\\boxed{7%}'),
      countNear('Between 6 and 8'),
      { ...countNear('8'), at_most: 2 / 3 },
      countNear('10'),
    ],
  },
  ocr: {
    accepts: [read('\\boxed{Ab 12}'), read('\\boxed{\\text{Ab  12}}'), readLoose('HELLO world'), readLoose('<answer>hullo world</answer>')],
    rejects: [
      read('Ab 12'),
      read('\\boxed{ab 12}'),
      read('\\boxed{}'),
      readLoose('no idea'),
      { ...readLoose('hello word'), at_most: 0.95 },
    ],
  },
  choice: {
    accepts: [
      choose('B'),
      choose('(b)'),
      choose('The answer is B.'),
      choose('B. a dog'),
      choose('\\boxed{\\text{A dog}}'),
      choose('\\boxed{\\textbf{(B) } a dog}'),
      chooseLetter('Option C'),
    ],
    rejects: [
      choose('A'),
      choose('A or B'),
      choose('a dog and a cat'),
      choose('A. a dog'),
      choose('B. a cat'),
      choose('E'),
      chooseLetter('cat'),
    ],
  },
  text: {
    accepts: [say('new york.'), say('"NYC"'), say('<answer>New York</answer>')],
    rejects: [say('New York City'), say('York'), say('New York or NYC')],
  },
  numeric: {
    accepts: [
      measure('12.5'),
      measure('12.7'),
      measure('\\boxed{\\frac{25}{2}}'),
      measure('It is 12.4 cm.'),
      estimate('answer: 40'),
      estimate('0.4'),
    ],
    rejects: [measure('12'), measure('125'), measure('12.5 to 13.5'), { ...estimate('42'), at_most: 0.9 }, estimate('\\boxed{40}x')],
  },
  json: {
    accepts: [fill('{"name": "ann", "size": 3}'), fill('Here: {"name": "Ann.", "size": 3, "extra": 1}')],
    rejects: [
      fill('{"name": "Ann"}'),
      fill('{"name": "Ann", "size": "3"}'),
      { ...fill('{"name": "Ann", "size": 4}'), at_most: 1 / 3 },
      fill('Ann is 3'),
    ],
  },
  format: {
    accepts: [tags('<think>\na\n</think>\n\n<answer>\nb\n</answer>'), tagsStrict('<think>\na\n</think>\n\n<answer>\nb\n</answer>\n')],
    rejects: [
      { ...tags('<think>\na\n</think>\n'), at_most: 0.5 },
      { ...tags('<think>\na\n</think>\n\n<answer>\nb\n</answer>\n<answer>\nc\n</answer>'), at_most: 0.5 },
      tagsStrict('Well: <think>\na\n</think>\n\n<answer>\nb\n</answer>'),
      tagsStrict('<think>\na\n</think>\nso\n<answer>\nb\n</answer>'),
    ],
  },
};

describe('built-in verifiers', () => {
  it('all have examples', () => {
    expect(Object.keys(examples).sort()).toEqual(builtins.map(({ name }) => name).sort());
  });

  it.each(builtins.map((verifier) => [verifier.name, verifier] as const))(
    '%s passes the conformance suite',
    { timeout: 120_000 },
    async (name, verifier) => {
      await expect(testVerifier(verifier, examples[name] ?? { accepts: [], rejects: [] })).resolves.toBeUndefined();
    },
  );

  it('give a reward in [0, 1] and throw nothing on 20,000 mutated answers and nonsense texts', { timeout: 240_000 }, async () => {
    const targets = builtins.map((verifier) => ({ verifier, samples: examples[verifier.name]?.accepts ?? [] }));
    await expect(fuzzVerifiers(targets, { count: 20_000, seed: 2026 })).resolves.toBeUndefined();
  });
});
