// Elementwise kernels in float32. Unary ones replace stock kernels that compute one element at a time with calls into
// libm; binary ones add fast paths for every way of broadcasting. Other dtypes stay with the stock kernels.
import { at } from '@vtriune/format/at';
import { broadcast_util, util } from '@tensorflow/tfjs-core';
import { mergeAxes } from './box.ts';
import type { KernelPack, TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';

// The position in each list is the code that assembly/ knows the operation by.
const UNARY_CODES = ['Exp', 'Log', 'Sigmoid', 'Tanh', 'Erf', 'Sqrt', 'Rsqrt', 'Cos', 'Sin'] as const;
const BINARY_CODES = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'] as const;
const COMPARE_CODES = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'] as const;

/** Beyond this angle the SIMD sine loses digits, and the stock kernel takes over. */
const LARGEST_ANGLE = 8192;

/** One kernel for each function of one tensor. */
export const unaryKernels: readonly PackKernel[] = UNARY_CODES.map((kernelName, code) => ({
  kernelName,
  run: (pack, inputs) => {
    const { x } = inputs as { x: TensorInfo };
    if (x.dtype !== 'float32') return undefined;
    const size = util.sizeFromShape(x.shape);
    const periodic = kernelName === 'Cos' || kernelName === 'Sin';
    if (periodic && pack.kernels.largestMagnitude(pack.pointer(x), size) > LARGEST_ANGLE) return undefined;
    const out = pack.output(x.shape, 'float32');
    pack.kernels.unary(code, pack.pointer(x), pack.pointer(out), size, pack.scratch);
    return out;
  },
}));

/** One kernel for each function of two tensors. */
export const binaryKernels: readonly PackKernel[] = BINARY_CODES.map((kernelName, code) => ({
  kernelName,
  run: (pack, inputs) => broadcastOperation(pack, inputs as { a: TensorInfo; b: TensorInfo }, { kernel: 'binaryBox', code, bytes: 4 }),
}));

/** One kernel for each comparison. */
export const compareKernels: readonly PackKernel[] = COMPARE_CODES.map((kernelName, code) => ({
  kernelName,
  run: (pack, inputs) => broadcastOperation(pack, inputs as { a: TensorInfo; b: TensorInfo }, { kernel: 'compareBox', code, bytes: 1 }),
}));

interface Operation {
  readonly kernel: 'binaryBox' | 'compareBox';
  readonly code: number;
  readonly bytes: 1 | 4;
}

function broadcastOperation(pack: KernelPack, { a, b }: { a: TensorInfo; b: TensorInfo }, operation: Operation): TensorInfo | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const same = util.arraysEqual(a.shape, b.shape);
  const shape = same ? a.shape : broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const axes = same ? [{ size: util.sizeFromShape(shape), from: 4, to: 4 }] : mergeAxes(broadcastAxes(shape, a.shape, b.shape));
  if (axes.length > 4) return undefined;
  const out = pack.output(shape, operation.bytes === 4 ? 'float32' : 'bool');
  if (axes.some(({ size }) => size === 0)) return out;
  const inner = axes.at(-1) ?? { size: 1, from: 4, to: 4 };
  const single = { size: 1, from: 0, to: 0 };
  const [i = single, j = single, k = single] = [
    ...Array.from({ length: 4 - Math.max(axes.length, 1) }, () => single),
    ...axes.slice(0, -1),
  ];
  const run = pack.kernels[operation.kernel];
  // prettier-ignore
  run(operation.code, pack.pointer(a), pack.pointer(b), pack.pointer(out), inner.size, inner.from, inner.to,
    i.size, j.size, k.size, i.from, j.from, k.from, i.to, j.to, k.to, pack.scratch);
  return out;
}

/** For each axis of the result the steps in bytes of both operands (`from` for a, `to` for b), 0 where one repeats. */
function broadcastAxes(
  shape: readonly number[],
  aShape: readonly number[],
  bShape: readonly number[],
): { size: number; from: number; to: number }[] {
  const axes: { size: number; from: number; to: number }[] = [];
  let [strideA, strideB] = [4, 4];
  for (let back = 1; back <= shape.length; back++) {
    const sizeA = back <= aShape.length ? at(aShape, aShape.length - back) : 1;
    const sizeB = back <= bShape.length ? at(bShape, bShape.length - back) : 1;
    axes.unshift({ size: at(shape, shape.length - back), from: sizeA === 1 ? 0 : strideA, to: sizeB === 1 ? 0 : strideB });
    strideA *= sizeA;
    strideB *= sizeB;
  }
  return axes;
}
