// Sums, means and softmax over any axes, maxima over the last ones. The stock kernels transpose the whole input first
// and add one element at a time. Left to them: other dtypes, and maxima over other axes.
import { at } from '@vtriune/format/at';
import { backend_util, util } from '@tensorflow/tfjs-core';
import { SOFTMAX_GRADIENT_KERNEL } from '../gradients/shape-rules.ts';
import type { KernelPack, TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';
import { share } from './movement.ts';

interface ReductionAttributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Sum over any axes. */
export const sumKernel: PackKernel = {
  kernelName: 'Sum',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    return x.dtype === 'float32' ? sum(pack, x, attrs as unknown as ReductionAttributes) : undefined;
  },
};

/** Mean over any axes. */
export const meanKernel: PackKernel = {
  kernelName: 'Mean',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    return x.dtype === 'float32' ? sum(pack, x, { ...(attrs as unknown as ReductionAttributes), mean: true }) : undefined;
  },
};

/** Maximum over the last axis or axes; the stock kernel keeps the others. */
export const maxKernel: PackKernel = {
  kernelName: 'Max',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    const { reductionIndices, keepDims } = attrs as unknown as { reductionIndices: number | number[]; keepDims: boolean };
    const axes = util.parseAxisParam(reductionIndices, x.shape).sort((a, b) => a - b);
    const trailing = axes.every((axis, at) => axis === x.shape.length - axes.length + at);
    const [shape, reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const length = util.sizeFromShape(reduced);
    if (x.dtype !== 'float32' || !trailing || length === 0) return undefined;
    const out = pack.output(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, 'float32');
    pack.kernels.maxRows(pack.pointer(x), pack.pointer(out), util.sizeFromShape(shape), length);
    return out;
  },
};

/** Softmax over the last axis, the only one that TensorFlow.js allows. */
export const softmaxKernel: PackKernel = {
  kernelName: 'Softmax',
  run: (pack, inputs) => {
    const { logits } = inputs as { logits: TensorInfo };
    if (logits.dtype !== 'float32') return undefined;
    const out = pack.output(logits.shape, 'float32');
    const length = at(logits.shape, logits.shape.length - 1);
    if (util.sizeFromShape(logits.shape) === 0) return out;
    pack.kernels.softmaxRows(pack.pointer(logits), pack.pointer(out), util.sizeFromShape(logits.shape) / length, length, pack.scratch);
    return out;
  },
};

/** The gradient of softmax in one pass over the rows. */
export const softmaxGradientKernel: PackKernel = {
  kernelName: SOFTMAX_GRADIENT_KERNEL,
  run: (pack, inputs) => {
    const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo };
    const out = pack.output(y.shape, 'float32');
    const length = at(y.shape, y.shape.length - 1);
    const rows = util.sizeFromShape(y.shape) / Math.max(1, length);
    pack.kernels.softmaxGradientRows(pack.pointer(dy), pack.pointer(y), pack.pointer(out), rows, length);
    return out;
  },
};

function sum(pack: KernelPack, x: TensorInfo, { axis, keepDims, mean = false }: ReductionAttributes & { mean?: boolean }): TensorInfo {
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const [reducedShape, lengths] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(reducedShape, axes) : reducedShape;
  let factor = mean ? 1 / util.sizeFromShape(lengths) : 1;
  let current = x;
  // From the last group of neighboring axes to the first; the groups between them stay.
  for (const { start, end } of groups(axes).reverse()) {
    const outer = util.sizeFromShape(current.shape.slice(0, start));
    const length = util.sizeFromShape(current.shape.slice(start, end));
    const inner = util.sizeFromShape(current.shape.slice(end));
    const next = pack.output([...current.shape.slice(0, start), ...current.shape.slice(end)], 'float32');
    pack.kernels.sumMiddle(pack.pointer(current), pack.pointer(next), outer, length, inner, factor);
    factor = 1;
    if (current !== x) pack.backend.disposeData(current.dataId);
    current = next;
  }
  if (current === x) return share(pack, x, shape);
  current.shape = [...shape];
  return current;
}

function groups(axes: readonly number[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const axis of axes) {
    const last = found.at(-1);
    if (last?.end === axis) last.end = axis + 1;
    else found.push({ start: axis, end: axis + 1 });
  }
  return found;
}
