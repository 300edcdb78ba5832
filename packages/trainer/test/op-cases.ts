// The operations that this package computes with, each with inputs that have caught a fault before: odd sizes that
// leave a rest after every vector length, transpositions, broadcasting, and the cases that stock kernels get wrong.
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../src/nn/attention.ts';
import { rangedAttention, type KeyRanges } from '../src/nn/ranged-attention.ts';
import { rmsNorm } from '../src/nn/rms-norm.ts';
import { applyRotary, rotateHalfMatrix } from '../src/nn/rotary.ts';
import { gatedSilu } from '../src/nn/gated-silu.ts';
import { cacheMixer, type GroupCache } from '../src/rollout/group-cache.ts';

/** One operation to compare between backends. */
export interface OpCase {
  readonly name: string;
  /** Shapes of the float32 inputs. */
  readonly shapes: readonly (readonly number[])[];
  /** The operation; int32 inputs are made inside. */
  run(...inputs: tf.Tensor[]): tf.Tensor;
  /** What to run on the cpu backend, where that backend gets the operation itself wrong. */
  reference?(...inputs: tf.Tensor[]): tf.Tensor;
  /** Maps random numbers of -1..1 into the domain of the operation. */
  readonly domain?: (value: number) => number;
  /** Whether to compare gradients; default true. */
  readonly gradient?: boolean;
  /** Whether the derivative is continuous, so that a difference quotient must agree with it; default true. */
  readonly smooth?: boolean;
}

function positive(value: number): number {
  return Math.abs(value) * 3 + 0.5;
}
const SIZES = [1, 3, 7, 17, 33, 65];
function ids(values: number[], shape: number[] = [values.length]): tf.Tensor {
  return tf.tensor(values, shape, 'int32');
}
function part(tensors: readonly tf.Tensor[], position: number): tf.Tensor {
  return tensors[position] ?? tf.scalar(Number.NaN);
}

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const smoothUnary: Record<string, Unary> = {
  exp: tf.exp,
  expm1: tf.expm1,
  erf: tf.erf,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  cos: tf.cos,
  sin: tf.sin,
  square: tf.square,
  neg: tf.neg,
  softplus: tf.softplus,
  clone: tf.clone,
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  scalarArithmetic: (x) => tf.div(tf.sub(tf.add(tf.mul(x, 3), 1), 0.5), 7),
};
const roughUnary: Record<string, Unary> = {
  relu: tf.relu,
  abs: tf.abs,
  clip: (x) => tf.clipByValue(x, -0.5, 0.5),
  step: tf.step,
  sign: tf.sign,
  floor: (x) => tf.floor(tf.mul(x, 5)),
};
const positiveUnary: Record<string, Unary> = {
  log: tf.log,
  log1p: tf.log1p,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  reciprocal: tf.reciprocal,
  pow: (x) => tf.pow(x, 2.5),
};
const smoothBinary: Record<string, Binary> = { add: tf.add, sub: tf.sub, mul: tf.mul, squaredDifference: tf.squaredDifference };
const roughBinary: Record<string, Binary> = { maximum: tf.maximum, minimum: tf.minimum };
const comparisons: Record<string, Binary> = {
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  equal: (a, b) => tf.equal(tf.round(tf.mul(a, 2)), tf.round(tf.mul(b, 2))),
  notEqual: (a, b) => tf.notEqual(tf.round(tf.mul(a, 2)), tf.round(tf.mul(b, 2))),
};
const BROADCASTS: readonly (readonly [number[], number[]])[] = [
  [
    [5, 33],
    [5, 33],
  ],
  [[5, 33], [33]],
  [
    [5, 33],
    [5, 1],
  ],
  [
    [5, 1],
    [1, 17],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 5],
  ],
  [
    [2, 3, 4, 5],
    [2, 1, 4, 1],
  ],
  [[3, 7], [1]],
  [[], [3, 65]],
  [[0, 3], [3]],
];

function unaryCases(operations: Record<string, Unary>, options: Partial<OpCase> = {}): OpCase[] {
  return Object.entries(operations).map(([name, run]) => ({ name, shapes: [[3, 17]], run, ...options }));
}

function binaryCases(operations: Record<string, Binary>, options: Partial<OpCase> = {}): OpCase[] {
  return Object.entries(operations).flatMap(([name, run]) =>
    BROADCASTS.flatMap(([a, b]) => [
      { name: `${name} [${String(a)}] [${String(b)}]`, shapes: [a, b], run, ...options },
      { name: `${name} [${String(b)}] [${String(a)}]`, shapes: [b, a], run, ...options },
    ]),
  );
}

function matMulCases(): OpCase[] {
  const sizes = [...SIZES.map((m, at): number[] => [m, SIZES.at(at - 2) ?? 1, SIZES.at(at - 4) ?? 1]), [2, 65, 33], [100, 300, 270]];
  return sizes.flatMap(([m = 1, k = 1, n = 1]) =>
    [0, 1, 2, 3].map((flags): OpCase => {
      const [transposeA, transposeB] = [flags % 2 === 1, flags > 1];
      const shapes = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
      return {
        name: `matMul ${shapes.map((shape) => `[${String(shape)}]`).join(' ')} ${transposeA ? 'T' : '-'}${transposeB ? 'T' : '-'}`,
        shapes,
        run: (...[a, b]) => tf.matMul(a ?? tf.scalar(0), b ?? tf.scalar(0), transposeA, transposeB),
      };
    }),
  );
}

function batchedMatMulCases(): OpCase[] {
  const cases: readonly (readonly [number[], number[], boolean, boolean])[] = [
    [[2, 4, 5], [2, 5, 6], false, false],
    [[2, 4, 5], [5, 6], false, false],
    [[2, 4, 5], [6, 5], false, true],
    [[2, 5, 4], [5, 6], true, false],
    [[4, 5], [3, 5, 6], false, false],
    [[2, 4, 7, 33], [2, 4, 33, 9], false, false],
    [[2, 4, 7, 33], [2, 4, 9, 33], false, true],
    [[2, 4, 33, 7], [2, 4, 33, 9], true, false],
    [[3, 2, 2, 32], [3, 2, 48, 32], false, true],
    [[3, 2, 2, 48], [3, 2, 48, 32], false, false],
  ];
  return cases.map(([a, b, transposeA, transposeB]) => ({
    name: `matMul batched [${String(a)}] [${String(b)}] ${transposeA ? 'T' : '-'}${transposeB ? 'T' : '-'}`,
    shapes: [a, b],
    run: (x, y) => tf.matMul(x ?? tf.scalar(0), y ?? tf.scalar(0), transposeA, transposeB),
  }));
}

function reductionCases(): OpCase[] {
  const axes: (number | number[] | undefined)[] = [undefined, 0, 1, -1, [0, 1], [1, 2], [0, 2]];
  const one = (name: string, run: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor, smooth = true): OpCase[] =>
    axes.flatMap((axis) =>
      [false, true].map((keep) => ({
        name: `${name} axis ${String(axis)}${keep ? ' keepDims' : ''}`,
        shapes: [[3, 17, 7]],
        run: (x: tf.Tensor) => run(x, axis, keep),
        smooth,
      })),
    );
  return [
    ...one('sum', tf.sum),
    ...one('mean', tf.mean),
    ...one('max', tf.max, false),
    ...one('min', tf.min, false),
    ...one('logSumExp', (x, axis, keep) => tf.logSumExp(tf.mul(x, 4), axis, keep)),
  ];
}

const softmaxCases: readonly OpCase[] = [1, 2, 3, 4, 5, 17, 33].flatMap((size) => [
  { name: `softmax of ${size}`, shapes: [[3, size]], run: (x: tf.Tensor) => tf.softmax(tf.mul(x, 3)), smooth: size > 1 },
  { name: `logSoftmax of ${size}`, shapes: [[3, size]], run: (x: tf.Tensor) => tf.logSoftmax(tf.mul(x, 3)) },
]);

const transposeCases: readonly OpCase[] = ['0213', '0132', '3210', '1230', '2301', '3012', '0312', '0231', '1032', '0123'].flatMap(
  (order) => {
    const perm = [...order].map(Number);
    return [
      [3, 5, 7, 17],
      [2, 1, 33, 4],
      [0, 3, 2, 5],
    ].map((shape) => ({
      name: `transpose [${String(shape)}] ${order}`,
      shapes: [shape],
      run: (x: tf.Tensor) => tf.transpose(x, perm),
    }));
  },
);

const movementCases: readonly OpCase[] = [
  { name: 'reshape', shapes: [[3, 4]], run: (x) => tf.reshape(x, [2, 6]) },
  { name: 'expandDims and squeeze', shapes: [[3, 4]], run: (x) => tf.squeeze(tf.expandDims(x, 1)) },
  { name: 'reverse', shapes: [[3, 4]], run: (x) => tf.reverse(x, 1) },
  { name: 'slice of rows', shapes: [[7, 5, 3]], run: (x) => tf.slice(x, [2, 0, 0], [4, 5, 3]) },
  { name: 'slice of a box', shapes: [[5, 6, 7]], run: (x) => tf.slice(x, [1, 2, 3], [3, 3, 4]) },
  { name: 'slice of five axes', shapes: [[3, 4, 3, 4, 5]], run: (x) => tf.slice(x, [1, 1, 1, 1, 1], [2, 2, 2, 2, 3]) },
  { name: 'slice of nothing', shapes: [[3, 4]], run: (x) => tf.slice(x, [1, 0], [0, 4]) },
  { name: 'split', shapes: [[5, 6, 7]], run: (x) => tf.mul(part(tf.split(x, [1, 2, 3], 1), 1), part(tf.split(x, 3, 1), 0)) },
  { name: 'unstack', shapes: [[3, 4]], run: (x) => tf.mul(part(tf.unstack(x, 1), 0), part(tf.unstack(x, 1), 2)) },
  {
    name: 'stack',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    run: (x, y) => tf.stack([x ?? tf.scalar(0), y ?? tf.scalar(0)], 1),
  },
  {
    name: 'concat of the last axis',
    shapes: [
      [3, 4],
      [3, 1],
      [3, 0],
    ],
    run: (...parts) => tf.concat(parts, -1),
  },
  {
    name: 'concat of the first axis',
    shapes: [
      [3, 4],
      [1, 4],
    ],
    run: (...parts) => tf.concat(parts, 0),
  },
  {
    name: 'concat of a middle axis',
    shapes: [
      [2, 3, 5],
      [2, 7, 5],
    ],
    run: (...parts) => tf.concat(parts, 1),
  },
  {
    name: 'pad',
    shapes: [[3, 5]],
    run: (x) =>
      tf.pad(x, [
        [1, 0],
        [2, 3],
      ]),
  },
  { name: 'tile', shapes: [[3, 1, 5]], run: (x) => tf.tile(x, [2, 3, 2]) },
  { name: 'tile of rank 5', shapes: [[2, 1, 2, 1, 3]], run: (x) => tf.tile(x, [1, 3, 1, 2, 1]) },
  { name: 'tile that repeats nothing', shapes: [[3, 4]], run: (x) => tf.tile(x, [1, 1]) },
  { name: 'tile of one column', shapes: [[5, 1]], run: (x) => tf.tile(x, [1, 23]) },
  { name: 'cast to the same type', shapes: [[3, 4]], run: (x) => tf.mul(tf.cast(x, 'float32'), x) },
  { name: 'broadcastTo', shapes: [[3, 1, 5]], run: (x) => tf.broadcastTo(x, [2, 3, 4, 5]) },
  { name: 'cumsum', shapes: [[3, 17]], run: (x) => tf.cumsum(x, 1) },
  {
    name: 'addN',
    shapes: [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    run: (...parts) => tf.addN(parts),
  },
];

const indexCases: readonly OpCase[] = [
  { name: 'gather of rows, with repeats', shapes: [[9, 5]], run: (x) => tf.gather(x, ids([1, 8, 1, 0])) },
  { name: 'gather with indices of rank 2', shapes: [[9, 33]], run: (x) => tf.gather(x, ids([1, 8, 1, 0, 3, 3], [3, 2])) },
  { name: 'gather of the last axis', shapes: [[3, 9, 5]], run: (x) => tf.gather(x, ids([1, 4, 1]), 2) },
  { name: 'gather with batchDims 1', shapes: [[3, 9, 5]], run: (x) => tf.gather(x, ids([1, 8, 1, 0, 2, 3], [3, 2]), 1, 1) },
  { name: 'gather with batchDims 1 on a later axis', shapes: [[2, 3, 9]], run: (x) => tf.gather(x, ids([1, 8, 1, 0], [2, 2]), 2, 1) },
  { name: 'gather of one value a row', shapes: [[3, 9]], run: (x) => tf.gather(x, ids([1, 8, 0], [3, 1]), 1, 1) },
  { name: 'unsortedSegmentSum', shapes: [[5, 7]], run: (x) => tf.unsortedSegmentSum(x, ids([3, 0, 3, 1, 0]) as tf.Tensor1D, 4) },
  {
    name: 'where',
    shapes: [
      [3, 7],
      [3, 7],
    ],
    run: (x, y) => tf.where(tf.cast(ids([1, 0, 1, 1, 0, 0, 1]), 'bool'), x ?? tf.scalar(0), y ?? tf.scalar(0)),
  },
  { name: 'oneHot', shapes: [[3]], run: (x) => tf.mul(tf.oneHot(ids([1, 0, 4]), 5), tf.reshape(x ?? tf.scalar(0), [3, 1])) },
  { name: 'argMax', shapes: [[3, 17]], run: (x) => tf.argMax(x, -1), gradient: false },
  { name: 'cast to int32', shapes: [[3, 17]], run: (x) => tf.cast(tf.mul(x ?? 0, 9), 'int32'), gradient: false },
];

const fusedCases: readonly OpCase[] = [
  ...[1, 7, 32, 2051].map((size): OpCase => {
    const shapes = [[size], [size]];
    return { name: `gated silu of ${size}`, shapes, run: (gate, up) => gatedSilu(tf.mul(gate ?? 0, 6), up ?? tf.scalar(0)) };
  }),
  ...[1, 6, 19, 32].map((size): OpCase => {
    const run = (x?: tf.Tensor, weight?: tf.Tensor): tf.Tensor => rmsNorm(x as tf.Tensor2D, weight ?? tf.scalar(0), 1e-3);
    return { name: `rmsNorm of ${size}`, shapes: [[5, size], [size]], run };
  }),
  ...[4, 14, 32].flatMap((dim) =>
    [1, 2].map((batch): OpCase => {
      const table = (f: (x: tf.Tensor) => tf.Tensor): tf.Tensor => tf.reshape(f(tf.range(0, batch * 3 * dim)), [batch, 1, 3, dim]);
      const run = (x?: tf.Tensor): tf.Tensor =>
        applyRotary(x as tf.Tensor4D, { cos: table(tf.cos), sin: table(tf.sin), rotateHalf: rotateHalfMatrix(dim) });
      return { name: `rotary of ${dim}, ${batch} table(s)`, shapes: [[2, 2, 3, dim]], run };
    }),
  ),
];

/** A prompt of 9 tokens with continuations of 1, 20 and 17, a token that sees itself, and a plain sequence: more than a block of each. */
const ROWS: readonly KeyRanges[] = [
  ...Array.from({ length: 9 }, (_, t): KeyRanges => [0, 0, 0, t + 1]),
  ...Array.from({ length: 38 }, (_, t): KeyRanges => [0, 9, t < 1 ? 9 : t < 21 ? 10 : 30, 10 + t]),
  [0, 0, 47, 48],
  ...Array.from({ length: 35 }, (_, t): KeyRanges => [48, 48, 48, 49 + t]),
];

/** Heads and key heads, width of a head, sequences; queries are the last tokens where `queries` is below the number of keys. */
const ATTENTIONS = [
  { heads: 1, keyHeads: 1, dim: 8, batch: 1, queries: 83 },
  { heads: 4, keyHeads: 2, dim: 6, batch: 2, queries: 83 },
  { heads: 3, keyHeads: 1, dim: 5, batch: 1, queries: 83 },
  { heads: 40, keyHeads: 1, dim: 4, batch: 1, queries: 83 },
  { heads: 2, keyHeads: 2, dim: 32, batch: 1, queries: 40 },
];

const attentionCases: readonly OpCase[] = ATTENTIONS.map(({ heads, keyHeads, dim, batch, queries }) => {
  const rows = ROWS.slice(ROWS.length - queries).flat();
  const keys = [batch, keyHeads, ROWS.length, dim];
  return {
    name: `ranged attention of ${batch} x ${heads} heads, ${keyHeads} of keys, ${queries} x ${dim}`,
    shapes: [[batch, heads, queries, dim], keys, keys],
    run: (query, key, value) => {
      const ranges = ids(Array.from({ length: batch }, () => rows).flat(), [batch, queries, 4]);
      // Larger queries, so that weights differ.
      const source = { key: key as tf.Tensor4D, value: value as tf.Tensor4D };
      return rangedAttention(ranges as tf.Tensor3D, ROWS.length)(tf.mul(query ?? tf.scalar(0), 4), source);
    },
  };
});

/** Attention without a mask, and that of tokens that are sampled: two prompts, the second padded, with three rows each, two tokens after another. */
const otherAttentionCases: readonly OpCase[] = [
  ...[1, 2, 4].map((keyHeads): OpCase => {
    const keys = [2, keyHeads, 7, 6];
    const run = (query?: tf.Tensor, key?: tf.Tensor, value?: tf.Tensor): tf.Tensor =>
      attention(tf.mul(query as tf.Tensor4D, 4), { key: key as tf.Tensor4D, value: value as tf.Tensor4D });
    return { name: `attention with ${keyHeads} of 4 heads of keys`, shapes: [[2, 4, 5, 6], keys, keys], run };
  }),
  ...[1, 2, 4].map((keyHeads): OpCase => {
    const [prefix, own] = [
      [2, keyHeads, 5, 6],
      [6, keyHeads, 1, 6],
    ];
    return {
      name: `attention of sampled tokens with ${keyHeads} of 4 heads of keys`,
      shapes: [[6, 4, 1, 6], prefix, prefix, own, own],
      gradient: false,
      run: (...tensors) => {
        const [query, key, value, ownKey, ownValue] = tensors as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
        const prefixMask = tf.tensor4d([0, 0, 0, 0, 0, 0, 0, 0, -1e9, -1e9], [2, 1, 1, 5]);
        const cache: GroupCache = { prompts: 2, group: 3, prefix: [{ key, value }], own: [], prefixMask };
        const mix = cacheMixer(cache);
        const first = mix(0, tf.mul(query, 4), { key: ownKey, value: ownValue });
        const second = mix(0, tf.mul(query, -4), { key: ownValue, value: ownKey });
        for (const kept of cache.own) tf.dispose([kept.key, kept.value]);
        return tf.concat([first, second]);
      },
    };
  }),
];

/** What the stock wasm backend computes wrongly or not at all. */
const faultCases: readonly OpCase[] = [
  {
    name: 'matMul whose batch dimensions both broadcast',
    shapes: [
      [2, 1, 3, 17],
      [1, 5, 17, 4],
    ],
    run: (x, y) => tf.matMul(x ?? tf.scalar(0), y ?? tf.scalar(0)),
    reference: (x, y) => tf.matMul(tf.tile(x ?? tf.scalar(0), [1, 5, 1, 1]), tf.tile(y ?? tf.scalar(0), [2, 1, 1, 1])),
  },
  {
    name: 'matMul whose b is a reshape of a b used before',
    shapes: [
      [2, 2],
      [2, 3],
      [2, 3],
    ],
    run: (a, b, c) => {
      const [x, y, z] = [a ?? tf.scalar(0), b ?? tf.scalar(0), c ?? tf.scalar(0)];
      return tf.matMul(tf.matMul(x, y), tf.add(tf.reshape(y, [3, 2]), tf.reshape(z, [3, 2])));
    },
  },
  {
    name: 'matMul by a tensor and by its reshape',
    shapes: [
      [2, 2],
      [2, 3],
    ],
    run: (x, y) => tf.matMul(tf.matMul(x ?? tf.scalar(0), y ?? tf.scalar(0)), tf.reshape(y ?? tf.scalar(0), [3, 2])),
  },
  {
    name: 'a linear layer with bias and relu over 200 inputs',
    shapes: [[5, 200], [200, 9], [9]],
    run: (x, w, b) => tf.relu(tf.add(tf.matMul(x ?? tf.scalar(0), w ?? tf.scalar(0)), b ?? tf.scalar(0))),
    smooth: false,
  },
];

/** Every case; forward and gradient are compared by op-suite.test.ts. */
export const OP_CASES: readonly OpCase[] = [
  ...unaryCases(smoothUnary),
  ...unaryCases(roughUnary, { smooth: false }),
  ...unaryCases(positiveUnary, { domain: positive }),
  ...SIZES.map((size): OpCase => ({ name: `exp of ${size}`, shapes: [[size]], run: (x) => tf.exp(x ?? 0) })),
  ...binaryCases(smoothBinary),
  ...binaryCases({ div: tf.div, pow: tf.pow }, { domain: positive }),
  ...binaryCases(roughBinary, { smooth: false }),
  ...binaryCases(comparisons, { gradient: false }),
  ...matMulCases(),
  ...batchedMatMulCases(),
  ...reductionCases(),
  ...softmaxCases,
  ...transposeCases,
  ...movementCases,
  ...indexCases,
  ...fusedCases,
  ...attentionCases,
  ...otherAttentionCases,
  ...faultCases,
];
