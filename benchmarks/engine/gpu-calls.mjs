// Where a step of a decoder spends its time on a native backend: `node gpu-calls.mjs BACKEND WIDTH [STEPS] [OPTIMIZER]`, where the optimizer is
// `auto` or `host`. Counts what crosses the binding of tfjs-node and takes the time of it: operations that are started, tensors that are made from
// arrays, and reads, each of which waits until the device has done all before it. A read ends a stretch; stretches show which part of an update or
// a rollout takes how long, device and JavaScript together. Prints one line of JSON; `--table` prints it for people too. Runs on a machine without
// a GPU as well: the counts are the same.
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { createLocalEngine, nativeEnvironment, selectBackend } from '@vtriune/trainer';
import { configOf, median, modelOf, stepOf } from './decoder-work.mjs';

const [backend = 'tfjs-node', width = '128', steps = '7', optimizer = 'auto'] = process.argv
  .slice(2)
  .filter((word) => !word.startsWith('--'));
const asTable = process.argv.includes('--table');
Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks: 1, cores: availableParallelism() }));
const report = await selectBackend({ prefer: [backend] });
const calls = watchCalls();
const single = callsAlone();

const config = configOf(Number(width));
const model = { ...modelOf(config), optimizer };
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

/** Puts a counter between tfjs-node and its binding: `start` forgets what was counted, `take` gives it. */
function watchCalls() {
  const native = tf.backend();
  const { binding } = native;
  let record = newRecord();
  let newest = -1;
  const counted = {
    executeOp: (...call) => {
      const began = performance.now();
      const made = binding.executeOp(...call);
      record.operation(call[0], since(began));
      return made;
    },
    createTensor: (...call) => {
      const began = performance.now();
      const id = binding.createTensor(...call);
      // Ids count up; an older one is that of a number that was there before.
      if (id > newest) record.upload(kindOf(binding, call), { bytes: call[2].byteLength ?? 0, seconds: since(began) });
      newest = Math.max(newest, id);
      return id;
    },
    deleteTensor: (id) => {
      const began = performance.now();
      binding.deleteTensor(id);
      record.freed(since(began));
    },
    tensorDataSync: (id) => {
      const began = performance.now();
      const values = binding.tensorDataSync(id);
      record.read(since(began));
      return values;
    },
  };
  // The binding's own functions cannot be replaced; what is not found here is looked up there.
  native.binding = Object.create(binding, Object.fromEntries(Object.entries(counted).map(([name, value]) => [name, { value }])));
  return {
    start: () => {
      record = newRecord();
    },
    take: () => record.take(),
  };
}

function since(began) {
  return (performance.now() - began) / 1000;
}

function kindOf(binding, [, type, values]) {
  const name = type === binding.TF_FLOAT ? 'float' : type === binding.TF_INT32 ? 'int' : 'other';
  return `${name} ${values.length === 1 ? 'scalar' : 'array'}`;
}

/** What was counted so far. A read ends a stretch; times are seconds. */
function newRecord() {
  const empty = () => ({ operations: 0, starting: 0, uploads: 0, making: 0, freeing: 0, reading: 0, seconds: 0 });
  const [stretches, byName, uploads] = [[], {}, {}];
  const began = performance.now();
  let last = began;
  let stretch = empty();
  const count = (table, key, values) => {
    const row = (table[key] ??= { count: 0 });
    row.count++;
    for (const [name, value] of Object.entries(values)) row[name] = (row[name] ?? 0) + value;
  };
  const end = () => {
    stretches.push({ ...stretch, seconds: since(last) });
    last = performance.now();
    stretch = empty();
  };
  return {
    operation: (name, seconds) => {
      stretch.operations++;
      stretch.starting += seconds;
      count(byName, name, { seconds });
    },
    upload: (kind, { bytes, seconds }) => {
      stretch.uploads++;
      stretch.making += seconds;
      count(uploads, kind, { bytes });
    },
    freed: (seconds) => (stretch.freeing += seconds),
    read: (seconds) => {
      stretch.reading = seconds;
      end();
    },
    take: () => {
      end();
      const sums = Object.fromEntries(Object.keys(empty()).map((field) => [field, stretches.reduce((sum, one) => sum + one[field], 0)]));
      const sorted = Object.fromEntries(Object.entries(byName).sort(([, a], [, b]) => b.seconds - a.seconds));
      return { ...sums, seconds: since(began), reads: stretches.length - 1, uploads, byName: sorted, stretches };
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
