// The fused kernels for the native library: parts of a transformer block as a few operations of it in a row. Each of them costs a call of the
// library and nothing else; as operations of TensorFlow.js they would cost as much again in JavaScript, and the backward pass needs more of them.
// A GPU that is faster than JavaScript can start its work waits for exactly this. The values are those of the plain operations.
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { FUSED } from '../fused-kernels.ts';
import { SOFTMAX_GRADIENT_KERNEL } from '../gradients/shape-rules.ts';

/** A tensor of the library, by its number. */
type Id = number;

/** What the library says of a tensor that it made. */
interface Made {
  readonly id: Id;
  readonly shape: number[];
  readonly dtype: number;
}

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean;
}

/** The part of tfjs-node's backend that is used here. */
interface CallingBackend {
  readonly binding: {
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_BOOL: number;
    createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): Id;
    deleteTensor(id: Id): void;
    executeOp(name: string, attributes: readonly Attribute[], inputs: readonly Id[], outputs: number): Made[];
  };
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): Id[];
  createOutputTensor(made: Made): tf.Tensor;
}

/** The library as kernels see it. What they make and do not give back is freed. */
interface Library {
  /** An elementwise operation of float32. */
  each(name: string, ...inputs: Id[]): Id;
  /** `Sum` or `Mean` over one axis, which stays with length 1 where it is the last. */
  reduce(name: 'Sum' | 'Mean', x: Id, axis: 0 | -1): Id;
  /** Both halves of the last axis. */
  halves(x: Id): [Id, Id];
  /** One after the other along the last axis. */
  join(first: Id, second: Id): Id;
  number(value: number): Id;
}

type Inputs = Readonly<Record<string, Id>>;
type Work = (library: Library, inputs: Inputs, attrs: Readonly<Record<string, unknown>>) => Id[];

const KERNELS: Readonly<Record<string, Work>> = {
  [FUSED.gatedSilu]: ({ each }, inputs) => {
    const [gate, up] = [input(inputs, 'gate'), input(inputs, 'up')];
    return [each('Mul', each('Mul', gate, each('Sigmoid', gate)), up)];
  },
  [FUSED.gatedSiluGradient]: ({ each }, inputs) => {
    const [dy, gate, up] = [input(inputs, 'dy'), input(inputs, 'gate'), input(inputs, 'up')];
    const sigmoid = each('Sigmoid', gate);
    const outer = each('Mul', dy, up);
    const inner = each('SigmoidGrad', sigmoid, each('Mul', outer, gate));
    return [each('Add', each('Mul', outer, sigmoid), inner), each('Mul', dy, each('Mul', gate, sigmoid))];
  },
  [FUSED.rmsNorm]: (library, inputs, attrs) => {
    const x = input(inputs, 'x');
    return [library.each('Mul', library.each('Mul', x, inverseRoot(library, x, attrs)), input(inputs, 'weight'))];
  },
  // With `s = rsqrt(mean(x^2) + epsilon)`: `dx = s (dy w - x s mean(dy w x s))`, `dw = sum(dy x s)`.
  [FUSED.rmsNormGradient]: (library, inputs, attrs) => {
    const { each, reduce } = library;
    const [dy, x] = [input(inputs, 'dy'), input(inputs, 'x')];
    const scale = inverseRoot(library, x, attrs);
    const normed = each('Mul', x, scale);
    const outer = each('Mul', dy, input(inputs, 'weight'));
    const along = reduce('Mean', each('Mul', outer, normed), -1);
    return [each('Mul', scale, each('Sub', outer, each('Mul', normed, along))), reduce('Sum', each('Mul', dy, normed), 0)];
  },
  // `x cos + turn(x) sin` with `turn([a, b]) = [-b, a]`; backward `dy cos + back(dy sin)` with `back([a, b]) = [b, -a]`.
  [FUSED.rotate]: ({ each, halves, join }, inputs, attrs) => {
    const [x, sin] = [input(inputs, 'x'), input(inputs, 'sin')];
    const straight = each('Mul', x, input(inputs, 'cos'));
    if (attrs['backward'] === true) {
      const [first, second] = halves(each('Mul', x, sin));
      return [each('Add', straight, join(second, each('Neg', first)))];
    }
    const [first, second] = halves(x);
    return [each('Add', straight, each('Mul', join(each('Neg', second), first), sin))];
  },
  [SOFTMAX_GRADIENT_KERNEL]: ({ each, reduce }, inputs) => {
    const [dy, y] = [input(inputs, 'dy'), input(inputs, 'y')];
    return [each('Mul', each('Sub', dy, reduce('Sum', each('Mul', dy, y), -1)), y)];
  },
};

/** Registers the fused kernels for the native backend; does nothing where they are registered. */
export function registerFusedOperations(): void {
  for (const [kernelName, work] of Object.entries(KERNELS)) {
    if (tf.getKernel(kernelName, 'tensorflow') !== undefined) continue;
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) =>
      run(backend as CallingBackend, inputs, (library, ids) => work(library, ids, attrs ?? {}));
    tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
  }
}

function inverseRoot({ each, reduce, number }: Library, x: Id, attrs: Readonly<Record<string, unknown>>): Id {
  return each('Rsqrt', each('Add', reduce('Mean', each('Square', x), -1), number(attrs['epsilon'] as number)));
}

function input(inputs: Inputs, name: string): Id {
  const id = inputs[name];
  if (id === undefined) throw new RangeError(`The kernel was called without its input '${name}'.`);
  return id;
}

function run(
  backend: CallingBackend,
  inputs: tf.NamedTensorInfoMap,
  work: (library: Library, ids: Inputs) => Id[],
): tf.Tensor | tf.Tensor[] {
  const { binding } = backend;
  const names = Object.keys(inputs);
  const ids = backend.getInputTensorIds(names.map((name) => inputs[name] as tf.TensorInfo));
  const made = new Map<Id, Made | undefined>();
  let results: Id[] = [];
  try {
    results = work(libraryOf(backend, made), Object.fromEntries(names.map((name, index) => [name, at(ids, index)])));
  } finally {
    for (const id of made.keys()) if (!results.includes(id)) binding.deleteTensor(id);
  }
  const [first, ...others] = results.map((id) => backend.createOutputTensor(made.get(id) as Made));
  return others.length === 0 ? (first as tf.Tensor) : [first as tf.Tensor, ...others];
}

/** Operations that record what they make. */
function libraryOf({ binding }: CallingBackend, made: Map<Id, Made | undefined>): Library {
  const type = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value });
  const float = type('T', binding.TF_FLOAT);
  const index = type('Tidx', binding.TF_INT32);
  const call = (name: string, attributes: readonly Attribute[], inputs: readonly Id[], outputs: number): Id[] => {
    const all = binding.executeOp(name, attributes, inputs, outputs);
    for (const one of all) made.set(one.id, one);
    return all.map(({ id }) => id);
  };
  const constant = (shape: readonly number[], valueType: number, values: Float32Array | Int32Array): Id => {
    const id = binding.createTensor(shape, valueType, values);
    made.set(id, undefined);
    return id;
  };
  const integer = (value: number): Id => constant([], binding.TF_INT32, Int32Array.of(value));
  return {
    each: (name, ...inputs) => at(call(name, [float], inputs, 1), 0),
    reduce: (name, x, axis) => {
      const keep = { name: 'keep_dims', type: binding.TF_ATTR_BOOL, value: axis === -1 };
      return at(call(name, [keep, float, index], [x, constant([1], binding.TF_INT32, Int32Array.of(axis))], 1), 0);
    },
    halves: (x) => {
      const two = { name: 'num_split', type: binding.TF_ATTR_INT, value: 2 };
      const [first, second] = call('Split', [two, float], [integer(-1), x], 2);
      return [first as Id, second as Id];
    },
    join: (first, second) => {
      const two = { name: 'N', type: binding.TF_ATTR_INT, value: 2 };
      return at(call('ConcatV2', [two, float, index], [first, second, integer(-1)], 1), 0);
    },
    number: (value) => constant([], binding.TF_FLOAT, Float32Array.of(value)),
  };
}
