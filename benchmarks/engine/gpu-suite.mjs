// Every operator case of the tests on the GPU against plain JavaScript: which differ by more than the tests allow, and by how much; which
// differ from themselves when they are repeated. Then AdamW on the device against PyTorch's goldens. Prints one line of JSON. Needs Node.js 22.18 or later, which runs TypeScript.
import * as tf from '@tensorflow/tfjs-core';

const SOURCES = '../../packages/trainer';
const { OP_CASES } = await import(`${SOURCES}/test/op-cases.ts`);
const { compute, TOLERANCE, worstError } = await import(`${SOURCES}/test/op-comparison.ts`);
const { followGolden, GOLDEN_RUNS } = await import(`${SOURCES}/test/fixtures/optimizer/golden.ts`);
const { deviceOptimizer } = await import(`${SOURCES}/src/optimizer/device-optimizer.ts`);
const { selectBackend } = await import(`${SOURCES}/src/backend/select-backend.ts`);
const [backend = 'tfjs-node-gpu'] = process.argv.slice(2);

await selectBackend({ prefer: ['cpu'] });
const report = await selectBackend({ prefer: [backend] });
const tensorsBefore = tf.memory().numTensors;
const failed = [];
const unsteady = [];
const largest = { name: '', error: 0 };
const began = performance.now();
for (const op of OP_CASES) {
  try {
    const [expected, actual, again] = [compute('cpu', op), compute(report.tfjsName, op), compute(report.tfjsName, op)];
    const errors = [
      worstError(actual.forward, expected.forward),
      ...actual.gradients.map((one, at) => worstError(one, expected.gradients[at])),
    ];
    const error = Math.max(...errors);
    const same = actual.shape.join() === expected.shape.join() && actual.dtype === expected.dtype;
    if (!same || !(error < TOLERANCE))
      failed.push({ name: op.name, errors: errors.map((one) => Number(one.toPrecision(3))), shape: actual.shape, dtype: actual.dtype });
    if (error > largest.error) Object.assign(largest, { name: op.name, error });
    if (![actual.forward, ...actual.gradients].every((one, at) => equal(one, [again.forward, ...again.gradients][at])))
      unsteady.push(op.name);
  } catch (error) {
    failed.push({ name: op.name, thrown: String(error.message).slice(0, 300) });
  }
}
const optimizer = GOLDEN_RUNS.map((run) => ({ name: run.name, ...followGolden(deviceOptimizer, run) }));
const result = {
  backend: report.name,
  gpu: report.gpu,
  cases: OP_CASES.length,
  failed,
  largest,
  unsteady,
  optimizer,
  tensorsLeft: tf.memory().numTensors - tensorsBefore,
  seconds: (performance.now() - began) / 1000,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

function equal(one, other) {
  return Buffer.compare(Buffer.from(one.buffer), Buffer.from(other.buffer)) === 0;
}
