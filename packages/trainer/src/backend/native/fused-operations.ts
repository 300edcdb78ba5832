// The fused kernels of native backends: parts of a transformer block as operations of TensorFlow's library, called one after the other. Computed
// by operations of TensorFlow.js, they take as many calls of the library, more in the backward pass, and the bookkeeping of TensorFlow.js around
// each. A GPU waits for both: it is done with such an operation before JavaScript has started the next.
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { TrainerError } from '../../errors.ts';
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
  readonly value: number | boolean | string;
}

/** The part of tfjs-node's backend that is used here. */
interface CallingBackend {
  readonly binding: {
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_STRING: number;
    createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): Id;
    deleteTensor(id: Id): void;
    executeOp(name: string, attributes: readonly Attribute[], inputs: readonly Id[], outputs: number): Made[];
  };
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): Id[];
  createOutputTensor(made: Made): tf.Tensor;
}

/** The library as kernels see it. What they make and do not give back is freed. */
interface Library {
  /** An operation of float32 that gives one tensor and has no other attribute. */
  each(name: string, ...inputs: Id[]): Id;
  /** `Sum` or `Mean` over one axis, which stays with length 1 where it is the last. */
  reduce(name: 'Sum' | 'Mean', x: Id, axis: 0 | -1): Id;
  /** Products of the matrices in the last two axes; `transposed` multiplies by the transpose of `b`. */
  product(a: Id, b: Id, transposed?: boolean): Id;
  einsum(equation: string, a: Id, b: Id): Id;
  reshape(x: Id, shape: readonly number[]): Id;
  /** Two parts of these sizes along the last axis. */
  split(x: Id, sizes: readonly [number, number]): [Id, Id];
  /** One after the other along the last axis. */
  join(first: Id, second: Id): Id;
  number(value: number): Id;
}

/** What a kernel is called with. */
interface Call {
  id(name: string): Id;
  shape(name: string): readonly number[];
  readonly attrs: Readonly<Record<string, unknown>>;
}

type Work = (library: Library, call: Call) => Id[];

const KERNELS: Readonly<Record<string, Work>> = {
  [FUSED.gatedSilu]: ({ each }, { id }) => [each('Mul', each('Mul', id('gate'), each('Sigmoid', id('gate'))), id('up'))],
  [FUSED.gatedSiluGradient]: ({ each }, { id }) => {
    const [dy, gate] = [id('dy'), id('gate')];
    const sigmoid = each('Sigmoid', gate);
    const outer = each('Mul', dy, id('up'));
    const inner = each('SigmoidGrad', sigmoid, each('Mul', outer, gate));
    return [each('Add', each('Mul', outer, sigmoid), inner), each('Mul', dy, each('Mul', gate, sigmoid))];
  },
  [FUSED.rmsNorm]: (library, call) => {
    const { each } = library;
    return [each('Mul', each('Mul', call.id('x'), inverseRoot(library, call)), call.id('weight'))];
  },
  // With `s = rsqrt(mean(x^2) + epsilon)`: `dx = s (dy w - x s mean(dy w x s))`, `dw = sum(dy x s)`.
  [FUSED.rmsNormGradient]: (library, call) => {
    const { each, reduce } = library;
    const dy = call.id('dy');
    const scale = inverseRoot(library, call);
    const normed = each('Mul', call.id('x'), scale);
    const outer = each('Mul', dy, call.id('weight'));
    const along = reduce('Mean', each('Mul', outer, normed), -1);
    return [each('Mul', scale, each('Sub', outer, each('Mul', normed, along))), reduce('Sum', each('Mul', dy, normed), 0)];
  },
  // `x cos + turn(x) sin` with `turn([a, b]) = [-b, a]`; backward `dy cos + back(dy sin)` with `back([a, b]) = [b, -a]`.
  [FUSED.rotate]: ({ each, split, join }, { id, shape, attrs }) => {
    const half = at(shape('x'), 3) / 2;
    const straight = each('Mul', id('x'), id('cos'));
    if (attrs['backward'] === true) {
      const [first, second] = split(each('Mul', id('x'), id('sin')), [half, half]);
      return [each('Add', straight, join(second, each('Neg', first)))];
    }
    const [first, second] = split(id('x'), [half, half]);
    return [each('Add', straight, each('Mul', join(each('Neg', second), first), id('sin')))];
  },
  [FUSED.groupAttention]: (library, { id, shape, attrs }) => {
    const { each, product, einsum, reshape, split, join } = library;
    const [rows = 0, heads = 0, , dim = 0] = shape('query');
    const [prompts = 0, keyHeads = 0, prefixLength = 0] = shape('prefixKey');
    const own = [rows, keyHeads, heads / keyHeads];
    const together = [prompts, attrs['group'] as number, keyHeads, heads / keyHeads];
    const query = each('Mul', id('query'), library.number(1 / Math.sqrt(dim)));
    const toPrefix = einsum('pgksd,pktd->pgkst', reshape(query, [...together, dim]), id('prefixKey'));
    const seen = each('Add', toPrefix, reshape(id('mask'), [prompts, 1, 1, 1, prefixLength]));
    const toOwn = product(reshape(query, [...own, dim]), id('ownKey'), true);
    const weights = each('Softmax', join(reshape(seen, [...own, prefixLength]), toOwn));
    const [prefixWeights, ownWeights] = split(weights, [prefixLength, at(shape('ownKey'), 2)]);
    const ofPrefix = einsum('pgkst,pktd->pgksd', reshape(prefixWeights, [...together, prefixLength]), id('prefixValue'));
    const mixed = each('Add', reshape(ofPrefix, [...own, dim]), product(ownWeights, id('ownValue')));
    return [reshape(mixed, [rows, heads, 1, dim])];
  },
  [SOFTMAX_GRADIENT_KERNEL]: ({ each, reduce }, { id }) => {
    const [dy, y] = [id('dy'), id('y')];
    return [each('Mul', each('Sub', dy, reduce('Sum', each('Mul', dy, y), -1)), y)];
  },
};

/** Registers the fused kernels for the native backend; does nothing where they are registered. */
export function registerFusedOperations(): void {
  for (const [kernelName, work] of Object.entries(KERNELS)) {
    if (tf.getKernel(kernelName, 'tensorflow') !== undefined) continue;
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) => run(backend as CallingBackend, work, { inputs, attrs: attrs ?? {} });
    tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
  }
}

function inverseRoot({ each, reduce, number }: Library, { id, attrs }: Call): Id {
  return each('Rsqrt', each('Add', reduce('Mean', each('Square', id('x')), -1), number(attrs['epsilon'] as number)));
}

function run(
  backend: CallingBackend,
  work: Work,
  { inputs, attrs }: { inputs: tf.NamedTensorInfoMap; attrs: Call['attrs'] },
): tf.Tensor | tf.Tensor[] {
  const made = new Map<Id, Made | undefined>();
  const shapes = new Map<Id, readonly number[]>();
  const tensor = (name: string): tf.TensorInfo => {
    const one = inputs[name];
    if (one === undefined) throw new TrainerError('kernel_pack', `A fused kernel reads the input '${name}' and was called without it.`);
    return one;
  };
  const id = (name: string): Id => {
    const [one = -1] = backend.getInputTensorIds([tensor(name)]);
    shapes.set(one, tensor(name).shape);
    return one;
  };
  let results: Id[] = [];
  try {
    results = work(libraryOf(backend, { made, shapes }), { id, shape: (name) => tensor(name).shape, attrs });
  } finally {
    for (const one of made.keys()) if (!results.includes(one)) backend.binding.deleteTensor(one);
  }
  const [first, ...others] = results.map((one) => backend.createOutputTensor(made.get(one) as Made));
  return others.length === 0 ? (first as tf.Tensor) : [first as tf.Tensor, ...others];
}

/** What a kernel made so far (`undefined` for constants), and the shapes of the tensors that it uses. */
interface Workings {
  readonly made: Map<Id, Made | undefined>;
  readonly shapes: Map<Id, readonly number[]>;
}

/** Operations that record what they make. */
function libraryOf({ binding }: CallingBackend, { made, shapes }: Workings): Library {
  const { TF_INT32, TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_BOOL, TF_ATTR_STRING } = binding;
  const type = (name: string, value: number): Attribute => ({ name, type: TF_ATTR_TYPE, value });
  const [float, index] = [type('T', TF_FLOAT), type('Tidx', TF_INT32)];
  const flag = (name: string, value: boolean): Attribute => ({ name, type: TF_ATTR_BOOL, value });
  const two = (name: string): Attribute => ({ name, type: TF_ATTR_INT, value: 2 });
  const all = (name: string, attributes: readonly Attribute[], { inputs, outputs }: { inputs: readonly Id[]; outputs: number }): Id[] => {
    const tensors = binding.executeOp(name, attributes, inputs, outputs);
    for (const one of tensors) {
      made.set(one.id, one);
      shapes.set(one.id, one.shape);
    }
    return tensors.map(({ id }) => id);
  };
  const call = (name: string, attributes: readonly Attribute[], ...inputs: Id[]): Id =>
    at(all(name, attributes, { inputs, outputs: 1 }), 0);
  const constant = (shape: readonly number[], kind: number, values: Float32Array | Int32Array): Id => {
    const id = binding.createTensor(shape, kind, values);
    made.set(id, undefined);
    return id;
  };
  const integer = (value: number): Id => constant([], TF_INT32, Int32Array.of(value));
  const integers = (values: readonly number[]): Id => constant([values.length], TF_INT32, Int32Array.from(values));
  return {
    each: (name, ...inputs) => call(name, [float], ...inputs),
    reduce: (name, x, axis) => call(name, [flag('keep_dims', axis === -1), float, index], x, integers([axis])),
    product: (a, b, transposed = false) => call('BatchMatMulV2', [float, flag('adj_x', false), flag('adj_y', transposed)], a, b),
    einsum: (equation, a, b) => call('Einsum', [float, two('N'), { name: 'equation', type: TF_ATTR_STRING, value: equation }], a, b),
    reshape: (x, shape) => {
      const known = shapes.get(x);
      if (known !== undefined && tf.util.arraysEqual([...known], [...shape])) return x;
      return call('Reshape', [float, type('Tshape', TF_INT32)], x, integers(shape));
    },
    split: (x, sizes) => {
      const inputs = [x, integers(sizes), integer(-1)];
      const [first, second] = all('SplitV', [two('num_split'), float, type('Tlen', TF_INT32)], { inputs, outputs: 2 });
      return [first as Id, second as Id];
    },
    join: (first, second) => call('ConcatV2', [two('N'), float, index], first, second, integer(-1)),
    number: (value) => constant([], TF_FLOAT, Float32Array.of(value)),
  };
}
