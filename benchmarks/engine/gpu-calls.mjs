// Where a step of a decoder spends its time on a native backend: `node gpu-calls.mjs BACKEND WIDTH [STEPS] [OPTIMIZER]`, where the optimizer is
// `auto` or `host`. Counts what crosses the binding of tfjs-node and takes the time of it: operations that are started, tensors that are made from
// arrays, and reads, each of which waits until the device has done all before it. A read ends a stretch; stretches show which part of an update or
// a rollout takes how long, device and JavaScript together. Prints one line of JSON; `--table` prints it for people too. Runs on a machine without
// a GPU as well: the counts are the same.
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { createLocalEngine, nativeEnvironment, selectBackend } from '@vtriune/trainer';
import { configOf, madeUpWeights, median, stepOf } from './decoder-work.mjs';

const [backend = 'tfjs-node', width = '128', steps = '7', optimizer = 'auto'] = process.argv
  .slice(2)
  .filter((word) => !word.startsWith('--'));
const asTable = process.argv.includes('--table');
Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks: 1, cores: availableParallelism() }));
const report = await selectBackend({ prefer: [backend] });
const calls = watchCalls();
const single = callsAlone();

const config = configOf(Number(width));
const model = {
  config,
  parameters: madeUpWeights(config),
  frozen: ['vit', 'connector'],
  paddingTokenId: 0,
  tokensPerMicroBatch: 4096,
  optimizer,
};
const engine = createLocalEngine(model);
const { prompts, update, sampling } = stepOf(config);
const rounds = { rollout: [], update: [] };
for (let step = 0; step < Number(steps); step++)
  for (const [name, work] of [
    ['rollout', () => engine.generate(prompts, sampling)],
    ['update', () => engine.update(update)],
  ]) {
    calls.start();
    await work();
    rounds[name].push(calls.take());
  }
// Of all rounds but the first two, the one that took the median time.
const parts = Object.fromEntries(
  Object.entries(rounds).map(([name, all]) => {
    const sorted = all.slice(Math.min(2, all.length - 1)).sort((a, b) => a.seconds - b.seconds);
    return [name, { ...sorted[Math.floor(sorted.length / 2)], all: all.map(({ seconds }) => seconds) }];
  }),
);
await engine.close();
process.stdout.write(`${JSON.stringify({ backend, gpu: report.gpu, width: Number(width), optimizer, single, ...parts })}\n`);
if (asTable) for (const [name, part] of Object.entries(parts)) print(name, part);
process.exit(0);

/** Puts a counter between tfjs-node and its binding. */
function watchCalls() {
  const native = tf.backend();
  const { binding } = native;
  let began;
  let last;
  let stretch;
  let stretches;
  let operations;
  let uploads;
  const timed = (work, record) => {
    const before = performance.now();
    const result = work();
    record((performance.now() - before) / 1000);
    return result;
  };
  const empty = () => ({ operations: 0, starting: 0, uploads: 0, reading: 0, seconds: 0 });
  const endStretch = () => {
    const now = performance.now();
    stretch.seconds = (now - last) / 1000;
    last = now;
    stretches.push(stretch);
    stretch = empty();
  };
  const start = () => {
    [stretch, stretches, operations, uploads] = [empty(), [], {}, {}];
    began = last = performance.now();
  };
  const add = (table, key, values) => {
    const row = (table[key] ??= { count: 0 });
    row.count++;
    for (const [name, value] of Object.entries(values)) row[name] = (row[name] ?? 0) + value;
  };
  const executeOp = (name, attributes, inputs, outputs) =>
    timed(
      () => binding.executeOp(name, attributes, inputs, outputs),
      (seconds) => {
        stretch.operations++;
        stretch.starting += seconds;
        add(operations, name, { seconds });
      },
    );
  let newest = -1;
  const createTensor = (shape, type, values) => {
    const id = binding.createTensor(shape, type, values);
    // Ids count up; an older one is that of a number that was there before.
    if (id <= newest) return id;
    newest = id;
    stretch.uploads++;
    const kind = type === binding.TF_FLOAT ? 'float' : type === binding.TF_INT32 ? 'int' : 'other';
    add(uploads, values.length === 1 ? `${kind} scalar` : `${kind} array`, { bytes: values.byteLength ?? 0 });
    return id;
  };
  const tensorDataSync = (id) =>
    timed(
      () => binding.tensorDataSync(id),
      (seconds) => {
        stretch.reading = seconds;
        endStretch();
      },
    );
  native.binding = Object.create(
    binding,
    Object.fromEntries(Object.entries({ executeOp, createTensor, tensorDataSync }).map(([name, value]) => [name, { value }])),
  );
  start();
  return {
    start,
    take: () => {
      endStretch();
      const sum = (field) => stretches.reduce((total, one) => total + one[field], 0);
      return {
        seconds: (performance.now() - began) / 1000,
        operations: sum('operations'),
        starting: sum('starting'),
        reads: stretches.length - 1,
        reading: sum('reading'),
        uploads,
        byName: Object.fromEntries(Object.entries(operations).sort(([, a], [, b]) => b.seconds - a.seconds)),
        stretches,
      };
    },
  };
}

/** Median microseconds of single calls while the device has nothing else to do, and of a call after which it is waited for. */
function callsAlone() {
  const [x, y] = [tf.randomNormal([64, 64]), tf.randomNormal([64, 64])];
  const kept = tf.scalar(0.5);
  const times = (work, rounds = 300) => {
    const all = [];
    for (let round = 0; round < rounds; round++) {
      const before = performance.now();
      work();
      all.push((performance.now() - before) * 1000);
    }
    return Math.round(median(all) * 10) / 10;
  };
  const read = (tensor) => {
    tensor.dataSync();
    tensor.dispose();
  };
  const result = {
    add: times(() => tf.add(x, y).dispose()),
    product: times(() => tf.matMul(x, y).dispose()),
    'times a kept scalar': times(() => tf.mul(x, kept).dispose()),
    'times a number': times(() => tf.tidy(() => void tf.mul(x, 0.5))),
    'times a new array': times(() => tf.tidy(() => void tf.mul(x, tf.tensor1d([0.5])))),
    'rows by a new index': times(() => tf.tidy(() => void tf.gather(x, [1, 2]))),
    'reshape (no kernel)': times(() => tf.reshape(x, [4096]).dispose()),
    'add and read': times(() => read(tf.add(x, y))),
  };
  tf.dispose([x, y, kept]);
  return result;
}

function print(name, part) {
  const ms = (seconds) => (seconds * 1000).toFixed(1);
  console.log(
    `${name}: ${ms(part.seconds)} ms; ${part.operations} operations, ${ms(part.starting)} ms to start them; ${part.reads} reads, ${ms(part.reading)} ms`,
  );
  for (const [kind, { count, bytes }] of Object.entries(part.uploads)) console.log(`  ${kind}: ${count} made, ${bytes} bytes`);
  for (const one of part.stretches.slice(0, 12))
    console.log(
      `  stretch: ${ms(one.seconds)} ms, ${one.operations} operations (${ms(one.starting)} ms), ${one.uploads} uploads, read ${ms(one.reading)} ms`,
    );
  for (const [operation, { count, seconds }] of Object.entries(part.byName).slice(0, 30))
    console.log(`  ${operation}: ${count}, ${ms(seconds)} ms`);
}
