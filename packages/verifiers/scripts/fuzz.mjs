// Fuzzes the built package: nonsense and mutated right answers over all built-in verifiers.
// Usage: node scripts/fuzz.mjs --count 1000000 [--seed 1]
import { parseArgs } from 'node:util';
import { builtins } from '../dist/index.js';
import { fuzzVerifiers } from '../dist/testing.js';

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } });
const count = Number(values.count);
const seed = Number(values.seed);

const progress = { step: 5, total_steps: 100 };
const images = [{ width: 200, height: 100, resized_width: 400, resized_height: 200 }];
const cat = { bbox_2d: [10, 10, 50, 60], label: 'cat' };
const dog = { bbox_2d: [100, 20, 150, 80], label: 'dog' };
const boxes = JSON.stringify([cat, dog]);
function sample(ground_truth, verifier_parm) {
  return { ground_truth, verifier_parm, progress, images };
}

const samples = {
  mathverify: [
    '42',
    '\\frac{1}{2}',
    'x^2+1',
    '\\{1,2,3\\}',
    '(1,2)',
    'x<5',
    '50\\%',
    '\\sqrt{2}',
    '\\text{north}',
    '\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}',
  ].flatMap((truth) => [
    sample(`$${truth}$`),
    sample(`$${truth}$`, { compat: 'v-triune' }),
    sample(`$${truth}$`, { answer_format: 'boxed' }),
  ]),
  detection: [
    sample(boxes),
    sample(boxes, { compat: 'v-triune', iou_threshold: 'average' }),
    sample([cat], { det_verifier_normalized: true, answer_format: 'answer_tag', det_reward_ratio: { map: 1, iou_max_iou_first: 1 } }),
  ],
  grounding: [
    sample([10, 10, 50, 60], { iou_threshold: 0 }),
    sample(boxes, { overlap: 'giou', iou_threshold: 'average' }),
    sample(boxes, { coordinate_space: 'pixel_original', response_space: 'norm_1' }),
  ],
  click: [sample([10, 10, 50, 60]), sample(boxes, { answer_format: 'answer_tag' })],
  counting: [sample('7'), sample(7, { off_by: 3, answer_format: 'boxed' })],
  ocr: ['exact', 'edit', 'anls', 'cer', 'wer'].map((metric) => sample('Hello world 12', { metric })),
  choice: [sample('B'), sample('b', { options: ['a cat', 'a dog', 'a cat and a dog'] })],
  text: [sample(['New York', 'NYC']), sample('7', { match: 'exact', answer_format: 'boxed' })],
  numeric: [sample('12.5', { relative_tolerance: 0.1 }), sample('40%', { metric: 'mean_relative_accuracy' })],
  json: [
    sample({ name: 'Ann', size: 3, tags: ['x'] }),
    sample({ a: { b: 1 } }, { schema: { type: 'object', required: ['a'] }, answer_format: 'json' }),
  ],
  format: [sample(''), sample('', { strict: true })],
};

const targets = builtins.map((verifier) => ({ verifier, samples: samples[verifier.name] ?? [] }));
const unknown = targets.filter((target) => target.samples.length === 0).map((target) => target.verifier.name);
if (unknown.length > 0) throw new Error(`No samples for ${unknown.join(', ')}. Add them to scripts/fuzz.mjs.`);

const started = performance.now();
const part = 50_000;
for (let done = 0; done < count; done += part) {
  await fuzzVerifiers(targets, { count: Math.min(part, count - done), seed: seed + done });
  console.log(`${Math.min(count, done + part)} of ${count} responses, ${Math.round((performance.now() - started) / 1000)} s`);
}
console.log(`nothing thrown, everything in [0, 1], over ${builtins.length} verifiers, seed ${seed}`);
