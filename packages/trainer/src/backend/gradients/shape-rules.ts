// Gradients of kernels that move, join, reduce or multiply. Unlike those of TensorFlow.js, a gather has a gradient
// for any batchDims, and a matrix product for batch dimensions that broadcast.
import { at } from '@vtriune/format/at';
import * as tf from '@tensorflow/tfjs-core';
import { savedAt, sumTo, type GradientCall, type GradientRule, type InputGradients } from './gradient-rule.ts';

interface ReductionAttributes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
}

/** Rules of kernels that move data without computing. */
export const movementRules: readonly GradientRule[] = [
  reshaping('Reshape', 'x'),
  reshaping('ExpandDims', 'input'),
  {
    kernelName: 'Transpose',
    gradient: ({ dy, attrs }) => ({ x: () => tf.transpose(dy, inverse((attrs as { perm: number[] }).perm)) }),
  },
  {
    kernelName: 'Reverse',
    gradient: ({ dy, attrs }) => ({ x: () => tf.reverse(dy, (attrs as { dims: number[] }).dims) }),
  },
  {
    kernelName: 'Slice',
    inputs: ['x'],
    gradient: ({ dy, saved, attrs }: GradientCall): InputGradients => {
      const x = savedAt(saved, 0);
      const { begin, size } = attrs as { begin: number[]; size: number[] };
      const start = at(tf.slice_util.parseSliceParams(x, begin, size), 0);
      return {
        x: () =>
          tf.pad(
            dy,
            x.shape.map((length, axis) => padding(length, at(start, axis), dy.shape[axis]!)),
          ),
      };
    },
  },
  {
    kernelName: 'PadV2',
    inputs: ['x'],
    gradient: ({ dy, saved, attrs }: GradientCall): InputGradients => {
      const { paddings } = attrs as { paddings: [number, number][] };
      const begin = paddings.map(([before]) => before);
      return { x: () => tf.slice(dy, begin, savedAt(saved, 0).shape) };
    },
  },
  {
    kernelName: 'Concat',
    allInputs: true,
    gradient: ({ dy, saved, attrs }: GradientCall): InputGradients => {
      const [axis = 0] = tf.util.parseAxisParam((attrs as { axis: number }).axis, savedAt(saved, 0).shape);
      const parts = tf.split(
        dy,
        saved.map(({ shape }) => shape[axis]!),
        axis,
      );
      return parts.map((part) => () => part);
    },
  },
  { kernelName: 'SplitV', gradient: ({ dys, attrs }) => ({ x: () => tf.concat([...dys], (attrs as { axis: number }).axis) }) },
  { kernelName: 'Unpack', gradient: ({ dys, attrs }) => ({ value: () => tf.stack([...dys], (attrs as { axis: number }).axis) }) },
  {
    kernelName: 'Pack',
    allInputs: true,
    gradient: ({ dy, attrs }) => tf.unstack(dy, (attrs as { axis: number }).axis).map((part) => () => part),
  },
  { kernelName: 'Tile', inputs: ['x'], gradient: tileGradient },
  { kernelName: 'GatherV2', inputs: ['x', 'indices'], gradient: gatherGradient },
  {
    kernelName: 'UnsortedSegmentSum',
    inputs: ['segmentIds'],
    gradient: ({ dy, saved }) => ({ x: () => tf.gather(dy, savedAt(saved, 0)) }),
  },
  {
    kernelName: 'OneHot',
    inputs: ['indices'],
    gradient: ({ saved }) => ({ indices: () => tf.zeros(savedAt(saved, 0).shape) }),
  },
];

/** Rules of reductions, softmax and the matrix product. */
export const reductionRules: readonly GradientRule[] = [
  { kernelName: 'Sum', inputs: ['x'], gradient: (call) => ({ x: () => spread(call, 1) }) },
  {
    kernelName: 'Mean',
    inputs: ['x'],
    gradient: (call) => ({ x: () => spread(call, call.dy.size / Math.max(1, savedAt(call.saved, 0).size)) }),
  },
  { kernelName: 'Max', inputs: ['x'], output: true, gradient: extremeGradient },
  { kernelName: 'Min', inputs: ['x'], output: true, gradient: extremeGradient },
  {
    kernelName: 'Cumsum',
    gradient: ({ dy, attrs }: GradientCall): InputGradients => {
      const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(dy, axis, exclusive, !reverse) };
    },
  },
  { kernelName: 'Softmax', output: true, gradient: ({ dy, saved }) => ({ logits: () => softmaxGradient(dy, savedAt(saved, 0)) }) },
  { kernelName: 'BatchMatMul', inputs: ['a', 'b'], gradient: matMulGradient },
];

/** Name of the kernel that the wasm pack has for the gradient of softmax: inputs `dy` and `y`. */
export const SOFTMAX_GRADIENT_KERNEL = 'VtriuneSoftmaxGradient';

function reshaping(kernelName: string, input: string): GradientRule {
  return {
    kernelName,
    inputs: [input],
    gradient: ({ dy, saved }) => ({ [input]: () => tf.reshape(dy, savedAt(saved, 0).shape) }),
  };
}

function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

function padding(length: number, start: number, size: number): [number, number] {
  return [start, length - start - size];
}

function keepDimsShape({ saved, attrs }: GradientCall): number[] {
  const { axis, reductionIndices } = attrs as ReductionAttributes;
  const { shape } = savedAt(saved, 0);
  const axes = new Set(tf.util.parseAxisParam((axis ?? reductionIndices) as number, shape));
  return shape.map((size, at) => (axes.has(at) ? 1 : size));
}

function spread(call: GradientCall, factor: number): tf.Tensor {
  const dy = tf.reshape(factor === 1 ? call.dy : tf.mul(call.dy, factor), keepDimsShape(call));
  return tf.broadcastTo(dy, savedAt(call.saved, 0).shape);
}

// Every element that attains the extreme gets the whole gradient, as in TensorFlow.js.
function extremeGradient(call: GradientCall): { x: () => tf.Tensor } {
  const [x, y] = [savedAt(call.saved, 0), savedAt(call.saved, 1)];
  const shape = keepDimsShape(call);
  return { x: () => tf.mul(tf.reshape(call.dy, shape), tf.cast(tf.equal(x, tf.reshape(y, shape)), 'float32')) };
}

function softmaxGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  if (tf.getKernel(SOFTMAX_GRADIENT_KERNEL, tf.getBackend())) {
    return tf.engine().runKernel<tf.Tensor>(SOFTMAX_GRADIENT_KERNEL, { dy, y });
  }
  return tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true)), y);
}

function tileGradient({ dy, saved, attrs }: GradientCall): { x: () => tf.Tensor } {
  const { shape } = savedAt(saved, 0);
  const { reps } = attrs as unknown as { reps: number[] };
  // [times, size] for each axis, without the axes that were not repeated.
  const split = shape.flatMap((size, axis) => (reps[axis]! === 1 ? [size] : [reps[axis]!, size]));
  const axes: number[] = [];
  let position = 0;
  for (const [axis] of shape.entries()) {
    const repeated = reps[axis]! !== 1;
    if (repeated) axes.push(position);
    position += repeated ? 2 : 1;
  }
  return { x: () => tf.reshape(axes.length > 0 ? tf.sum(tf.reshape(dy, split), axes) : dy, shape) };
}

// x is [batch, outer, size, inner] and dy [batch, outer, count, inner]; rows of equal batch and index are summed.
function gatherGradient({ dy, saved, attrs }: GradientCall): { x: () => tf.Tensor; indices: () => tf.Tensor } {
  const [x, indices] = [savedAt(saved, 0), savedAt(saved, 1)];
  const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
  const [along = 0] = tf.util.parseAxisParam(axis, x.shape);
  const batch = tf.util.sizeFromShape(x.shape.slice(0, batchDims));
  const outer = tf.util.sizeFromShape(x.shape.slice(batchDims, along));
  const size = x.shape[along]!;
  const inner = tf.util.sizeFromShape(x.shape.slice(along + 1));
  const count = indices.size / batch;
  const gradient = (): tf.Tensor => {
    const rows = tf.transpose(tf.reshape(dy, [batch, outer, count, inner]), [0, 2, 1, 3]);
    const offsets = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(size, 'int32'));
    const ids = batch === 1 ? indices : tf.add(tf.reshape(indices, [batch, count]), tf.reshape(offsets, [batch, 1]));
    const sums = tf.unsortedSegmentSum(
      tf.reshape(rows, [batch * count, outer * inner]),
      tf.reshape<tf.Rank.R1>(ids, [batch * count]),
      batch * size,
    );
    return tf.reshape(tf.transpose(tf.reshape(sums, [batch, size, outer, inner]), [0, 2, 1, 3]), x.shape);
  };
  return { x: gradient, indices: () => tf.zeros(indices.shape) };
}

function matMulGradient({ dy, saved, attrs }: GradientCall): { a: () => tf.Tensor; b: () => tf.Tensor } {
  const [a, b] = [savedAt(saved, 0), savedAt(saved, 1)];
  const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
  const gradientOfA = (): tf.Tensor => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB));
  const gradientOfB = (): tf.Tensor => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false));
  // One matrix for a whole batch: the batch is a longer inner dimension, and nothing has to be summed afterward.
  const flat = b.rank === 2 && a.rank > 2 && !transposeA;
  const flatB = (): tf.Tensor => {
    const rowsA = tf.reshape(a, [-1, a.shape[a.shape.length - 1]!]);
    const rowsDy = tf.reshape(dy, [-1, dy.shape[dy.shape.length - 1]!]);
    return transposeB ? tf.matMul(rowsDy, rowsA, true, false) : tf.matMul(rowsA, rowsDy, true, false);
  };
  return { a: () => sumTo(gradientOfA(), a.shape), b: () => (flat ? flatB() : sumTo(gradientOfB(), b.shape)) };
}
