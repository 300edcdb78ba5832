import { backend_util, util } from '@tensorflow/tfjs-core';
import { TrainerError } from '../../errors.ts';
import type { KernelPack, TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';

/** Rows of `x` at `indices` along an axis; the stock kernel returns uninitialized memory for `batchDims` above 0. */
export const gatherKernel: PackKernel = {
  kernelName: 'GatherV2',
  run: (pack, inputs, attrs) => {
    const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo };
    if (x.dtype === 'string') return undefined;
    return gather(pack, { x, indices }, attrs as unknown as { axis: number; batchDims: number });
  },
};

/** Sums rows that share a segment: the gradient of a gather; the stock backend has no such kernel. */
export const segmentSumKernel: PackKernel = {
  kernelName: 'UnsortedSegmentSum',
  run: (pack, inputs, attrs) => {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    return segmentSum(pack, { x, indices: segmentIds }, (attrs as unknown as { numSegments: number }).numSegments);
  },
};

interface GatherInputs {
  readonly x: TensorInfo;
  readonly indices: TensorInfo;
}

function gather(pack: KernelPack, { x, indices }: GatherInputs, attrs: { axis: number; batchDims: number }): TensorInfo {
  const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, attrs.batchDims);
  const indexCount = util.sizeFromShape(indices.shape);
  assertInRange(pack, indices, info.dimSize);
  const out = pack.output(info.outputShape, x.dtype);
  if (util.sizeFromShape(info.outputShape) === 0) return out;
  const rowBytes = info.sliceSize * util.bytesPerElement(x.dtype);
  pack.kernels.gather(
    pack.pointer(x),
    pack.pointer(indices),
    pack.pointer(out),
    info.batchSize,
    info.outerSize,
    info.dimSize,
    indexCount / info.batchSize,
    rowBytes,
  );
  return out;
}

function segmentSum(pack: KernelPack, { x, indices: segmentIds }: GatherInputs, numSegments: number): TensorInfo {
  if (x.dtype !== 'float32') {
    throw new TrainerError('kernel_pack', `unsortedSegmentSum got ${x.dtype} -> float32 is allowed -> use tf.cast(x, 'float32') first.`);
  }
  assertInRange(pack, segmentIds, numSegments);
  const rowShape = x.shape.slice(segmentIds.shape.length);
  const out = pack.output([numSegments, ...rowShape], x.dtype);
  const count = util.sizeFromShape(segmentIds.shape);
  const row = util.sizeFromShape(rowShape);
  pack.kernels.segmentSum(pack.pointer(x), pack.pointer(segmentIds), pack.pointer(out), count, row, numSegments);
  return out;
}

function assertInRange(pack: KernelPack, indices: TensorInfo, size: number): void {
  if (indices.dtype !== 'int32') {
    throw new TrainerError('kernel_pack', `Indices are ${indices.dtype} -> int32 is allowed -> use tf.cast(x, 'int32') first.`);
  }
  const pointer = pack.pointer(indices);
  const position = pack.kernels.findOutOfRange(pointer, util.sizeFromShape(indices.shape), size);
  if (position < 0) return;
  const value = new Int32Array(pack.memory.buffer, pointer + 4 * position, 1)[0];
  throw new TrainerError(
    'invalid_batch',
    `Index ${value} at position ${position} is out of range -> 0 to ${size - 1} is allowed -> check the ids against the table.`,
  );
}
