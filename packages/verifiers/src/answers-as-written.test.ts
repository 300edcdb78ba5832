// What models write, by kind: the same answer in many places and forms, and beside each kind the near misses that must earn nothing.
import { describe, expect, it } from 'vitest';
import { score } from './score.ts';

/** Verifier, ground truth, response, accuracy. */
type Case = readonly [string, unknown, string, number];

async function accuracies(cases: readonly Case[]): Promise<Case[]> {
  const requests = cases.map(([verifier, truth, response], index) => ({
    id: String(index),
    data_source: 's',
    verifier,
    ground_truth: truth,
    response,
    ...(verifier === 'grounding' || verifier === 'detection' ? { verifier_parm: { iou_threshold: 0.5 } } : {}),
  }));
  const results = await score(requests);
  return cases.map(([verifier, truth, response], index) => {
    const result = results[index]!;
    return [verifier, truth, response, result.status === 'scored' ? result.components['accuracy']! : Number.NaN];
  });
}

/** One case for each response. */
function each(verifier: string, truth: unknown, responses: readonly string[], accuracy: number): Case[] {
  return responses.map((response) => [verifier, truth, response, accuracy]);
}

const VALUES = [
  ['text', 'cat'],
  ['counting', '5'],
  ['numeric', '5.5'],
  ['ocr', 'STOP'],
  ['choice', 'B'],
  ['mathverify', '10-2\\sqrt{5}'],
] as const;

const PLACES: readonly string[] = [
  'Answer: @',
  '**Answer:** @',
  '### Final answer: **@**',
  'Ans: @',
  '> Result: @',
  'Output: @',
  '#### @',
  'So 2 + 2 is done.\n#### @',
  '## Final Answer\n@',
  '**Answer**\n\n@\n\nHope this helps!',
  'My final answer is @.',
  'The answer to this question is @.',
  'The answer must be @',
  '\\textbf{Answer:} @',
  'Answer\\: @',
  'Answer: @ ✅',
  'It is @.',
  '```\n@\n```',
  '\\[@\\]',
  '答案：@',
  'The answer is @<|im_end|>\n<|im_start|>',
  'The answer is @<pad><pad>',
  'First \\boxed{77}. Final answer: @',
  '\\boxed{77}\n#### @',
  '\\boxed{77}\n\n## Final Answer\n\n@',
  '<answer>First \\boxed{77}. Final answer: @</answer>',
];

const OF_KINDS: Readonly<Record<string, readonly Case[]>> = {
  'an absolute value below a bound is two bounds': [
    ...each('mathverify', '$-2<x<2$', ['$|x|<2$', '\\boxed{|x| < 2}', '$2>|x|$', '$\\left|x\\right|<\\frac{4}{2}$', '$2>x>-2$'], 1),
    ...each('mathverify', '$|x|\\leq 3$', ['$-3\\leq x\\leq 3$', '$3 \\ge |x|$', '$x \\in [-3,3]$'], 1),
    ...each('mathverify', '$-2<x<2$', ['$|x|>2$', '$|x|\\leq 2$', '$|x|<3$', '$|y|<2$', '$x<2$', '$|x|<-2$', '$x^2<4$', '$|x-1|<2$'], 0),
  ],
  'a text around a formula changes nothing': [
    ...each(
      'mathverify',
      '\\frac{1}{2}',
      ['\\boxed{\\text{\\frac{1}{2}}}', '$\\mathrm{\\frac{1}{2}}$', '\\boxed{\\text{ \\frac{2}{4} }}'],
      1,
    ),
    ...each('mathverify', '\\text{\\sqrt{2}}', ['\\sqrt{2}', '\\boxed{\\sqrt{2}}', '\\boxed{\\text{\\sqrt{2}}}'], 1),
    ...each(
      'mathverify',
      '\\frac{1}{2}',
      ['\\boxed{\\text{\\frac{1}{3}}}', '\\boxed{\\text{half}}', '\\boxed{\\text{a}{\\frac{1}{2}}}', '\\boxed{\\text{{}'],
      0,
    ),
  ],
  'the stated answer wherever it is': PLACES.flatMap((place) =>
    VALUES.map(([verifier, truth]): Case => [verifier, truth, place.replace('@', () => truth), 1]),
  ),
  'a draft that the statement replaces': PLACES.filter((place) => place.includes('77')).flatMap((place) =>
    VALUES.map(([verifier, truth]): Case => [verifier, verifier === 'choice' ? 'A' : '77', place.replace('@', () => truth), 0]),
  ),
  'a statement that points back to the box': [
    ...each('mathverify', '3', ['\\boxed{3}\nThe final answer is in the box.', '\\boxed{3}\nThe answer is given above.'], 1),
    ...each('counting', '3', ['\\boxed{3}\nThe answer is clear.'], 1),
  ],
  'a number that is named and not the answer': [
    ...each('numeric', 5, ['not 5', 'The answer is not 5.', 'less than 5', 'more than 5', "It isn't 5", '5 or more', '5π', '>5'], 0),
    ...each('counting', 3, ['not three', 'There are not 3 cats.', 'fewer than 3 cats', '3 cats in 2 boxes', '第3个', '3D5'], 0),
    ...each('mathverify', '5', ['The answer is not 5.', 'more than 5', '\\boxed{\\ne 5}', '\\boxed{2} and \\boxed{5}'], 0),
    ...each('counting', 36, ['3 dozen', '3 dozen eggs'], 1),
    ...each('counting', 3, ['There are **3** cats.', '3 cats'], 1),
    ...each('numeric', 3e8, ['3*10**8', '3 × 10^8 m/s'], 1),
  ],
  'nothing, and no answer': [
    ...each(
      'counting',
      0,
      ['There are no cats.', "I don't see any cats.", "There aren't any cats.", 'Not a single cat.', '图中没有猫。'],
      1,
    ),
    ...each('counting', 0, ['No idea', 'There is no way to tell.', 'no answer', '无法确定', '没有狗，有三只猫。'], 0),
    ...each('counting', 0, ['There are no dogs but three cats.'], 0),
    ...each('grounding', '[]', ['{"objects": []}', 'I see no cats in this image.', 'Final answer: none', '图中没有猫', 'null'], 1),
    ...each('grounding', '[]', ['No idea', 'not sure', '', '{"objects": [[1, 2, 30, 40]]}'], 0),
  ],
  'an option in a sentence': [
    ...each('choice', 'B', ['Therefore, B is correct.', 'Among the options, B is the best answer.', 'A is wrong. B is correct.'], 1),
    ...each('choice', 'B', ['The answer is B, not A.', 'Not A, but B.', 'It is not A. It is B.', 'B rather than A'], 1),
    ...each(
      'choice',
      'B',
      ['So it must be B.', 'My choice is B.', '→ B', '{B}', '\\boxed{B \\text{ green}}', 'B\n\nThe leaf is green.'],
      1,
    ),
    ...each('choice', 'B', ['正确选项是B', 'B选项正确', '故选：B'], 1),
    ...each(
      'choice',
      'B',
      ['Option B is incorrect.', 'B is the wrong answer', 'The answer is A, not B.', 'A is correct, B is correct.'],
      0,
    ),
    ...each('choice', 'B', ['不选B', '选项B错误', 'It cannot be B.', 'B or C', 'Everything except B'], 0),
  ],
  'several options': [
    ...each(
      'choice',
      ['A', 'C'],
      ['The correct options are A and C.', 'Both A and C are correct.', '故选AC。', '选A、C', '{A, C}', 'A C'],
      1,
    ),
    ...each('choice', ['A', 'C'], ['A. red\nC. blue', 'Options A and C are correct.', '(A) and (C)', 'A, and C'], 1),
    ...each('choice', ['A', 'C'], ['A', 'A or C', 'A and not C', 'A, B, C', 'A. red\nB. green', 'A C D'], 0),
  ],
  'units and nouns': [
    ...['N', 'J', 'V', 'm/s', 'm/s^2', 'kg/m^3', '°C', 'dollars', 'cats', '\\Omega', '\\,\\mathrm{kPa}', 'kilograms'].flatMap(
      (unit): Case[] => [
        ['mathverify', '5', `\\boxed{5 ${unit}}`, 1],
        ['mathverify', `5 ${unit}`, '\\boxed{5}', 1],
        ['mathverify', `5 ${unit}`, `\\boxed{6 ${unit}}`, 0],
      ],
    ),
    ...each('mathverify', '5 cm', ['\\boxed{5 m}', '\\boxed{5\\text{ mm}}', '\\boxed{5\\text{ cm}^2}', 'The answer is 5 m.'], 0),
    ...each('mathverify', '5 cm', ['\\boxed{5 centimeters}', '\\boxed{5\\,\\mathrm{cm}}', 'The answer is 5 cm.'], 1),
    ...each('mathverify', '5 m/s', ['\\boxed{5 km/h}', '\\boxed{5\\text{ m}}'], 0),
    ...each('mathverify', '5 m/s', ['\\boxed{5\\,\\mathrm{m\\,s^{-1}}}', '\\boxed{5 meters per second}'], 1),
    ...each('mathverify', '9 am', ['\\boxed{9 pm}'], 0),
    ...each('mathverify', '5 apples', ['\\boxed{5 pears}'], 0),
    ...each('mathverify', '1.6e-19 C', ['\\boxed{1.6 \\times 10^{-19}}', '1.6e-19 C'], 1),
    ...each('numeric', '50 cm', ['50', '50cm', '50 centimeters'], 1),
    ...each('numeric', '50 cm', ['50 m', '50 mm', '<answer>50 inches</answer>'], 0),
  ],
  'mathematics as it is typed': [
    ...each('mathverify', '\\ln 2', ['ln 2', '\\boxed{ln(2)}'], 1),
    ...each('mathverify', '\\sin^2 x', ['\\boxed{sin^2(x)}', 'sin(x)**2'], 1),
    ...each('mathverify', '\\frac{2\\pi}{3}', ['2/3 pi', '2pi/3'], 1),
    ...each('mathverify', '|x|', ['abs(x)'], 1),
    ...each('mathverify', '25\\pi', ['25pi cm^2', '25*pi'], 1),
    ...each('mathverify', '\\frac{16}{5}', ['\\boxed{3\\,1/5}', '\\boxed{3{\\frac{1}{5}}}', '3 1/5'], 1),
    ...each('mathverify', '321_8', ['\\boxed{(321)_8}', '\\boxed{321_{(8)}}'], 1),
    ...each('mathverify', '321_8', ['\\boxed{(321)_9}'], 0),
    ...each('mathverify', '\\frac{1}{7000000}', ['\\boxed{1.42857 \\times 10^{-7}}'], 1),
    ...each('mathverify', '\\frac{1}{7000000}', ['\\boxed{1.42857 \\times 10^{-6}}', '\\boxed{1.44 \\times 10^{-7}}'], 0),
    ...each('mathverify', 'f(x)=x', ['\\boxed{f(x)=x \\quad \\forall x \\in \\mathbb{R}}'], 1),
    ...each('mathverify', '\\{x \\mid x>1\\}', ['\\boxed{x>1}', '\\boxed{(1,\\infty)}'], 1),
    ...each('mathverify', '\\{x \\mid x>1\\}', ['\\boxed{x \\ge 1}'], 0),
    ...each('mathverify', '(-\\infty,1) \\cup (2,\\infty)', ['\\boxed{x<1 \\text{ or } x>2}'], 1),
    ...each('mathverify', '(-\\infty,1) \\cup (2,\\infty)', ['\\boxed{x<1 \\text{ and } x>2}'], 0),
    ...each('mathverify', '2, 3', ['\\boxed{2} and \\boxed{3}', 'The values are 2, 3.'], 1),
    ...each('mathverify', '(1,2), (3,4)', ['The points are (1,2) and (3,4).'], 1),
    ...each('mathverify', '(1,2), (3,4)', ['The points are (1,2) and (4,3).'], 0),
  ],
  'boxes in other syntaxes': [
    ...['(334, 557, 468, 614)', '<box>334, 557, 468, 614</box>', '[334, 557, 468, 614]\n[[0, 0, 0, 0]]'].flatMap((response) =>
      each('grounding', '[334,557,468,614]', [response], 1),
    ),
    ...each(
      'detection',
      [{ bbox_2d: [334, 557, 468, 614], label: 'laptop' }],
      ['laptop<loc_334><loc_557><loc_468><loc_614>', '**laptop**: [334, 557, 468, 614]', 'laptop: (334, 557, 468, 614)'],
      1,
    ),
  ],
};

describe('answers as models write them', () => {
  it.each(Object.entries(OF_KINDS))('%s', async (_, cases) => {
    const got = await accuracies(cases);
    expect(got.filter(([, , , accuracy], index) => Math.abs(accuracy - cases[index]![3]) > 1e-9 || Number.isNaN(accuracy))).toEqual([]);
  });
});
