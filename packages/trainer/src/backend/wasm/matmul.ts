// The matrix product, by far the largest part of a training step. Left out: dtypes other than float32, and the fused
// forms with bias and activation, which are wrong in the stock backend.
import { at } from '@vtriune/format/at';
import type * as tf from '@tensorflow/tfjs-core';
import { broadcast_util, util } from '@tensorflow/tfjs-core';
import { TrainerError } from '../../errors.ts';
import type { KernelPack, TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Product {
  readonly a: number;
  readonly b: number;
  readonly out: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: number;
  readonly transposeB: number;
}

/** Batched matrix product in float32, with all four transpositions; batch dimensions broadcast. */
export const matMulKernel: PackKernel = {
  kernelName: 'BatchMatMul',
  run: (pack, inputs, attrs) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
    return matMul(pack, { a, b }, attrs as unknown as MatMulAttributes);
  },
};

/** `tf.fused.matMul` is wrong on stock wasm for many shapes and has no caller here, so it teaches instead. */
export const fusedMatMulKernel: PackKernel = {
  kernelName: '_FusedMatMul',
  run: () => {
    throw new TrainerError(
      'kernel_pack',
      'tf.fused.matMul was called on the wasm backend -> its stock kernel adds bias and activation once per block of 48 columns -> use tf.matMul, then tf.add and the activation.',
    );
  },
};

function matMul(pack: KernelPack, { a, b }: { a: TensorInfo; b: TensorInfo }, attrs: MatMulAttributes): TensorInfo {
  assertFloat(a.dtype, b.dtype);
  const [aRows, aColumns] = lastTwo(a.shape);
  const [bRows, bColumns] = lastTwo(b.shape);
  const m = attrs.transposeA ? aColumns : aRows;
  const k = attrs.transposeA ? aRows : aColumns;
  const n = attrs.transposeB ? bRows : bColumns;
  const innerB = attrs.transposeB ? bColumns : bRows;
  if (k !== innerB) {
    throw new TrainerError(
      'kernel_pack',
      `matMul of [${a.shape.join(', ')}] and [${b.shape.join(', ')}] has inner sizes ${k} and ${innerB} -> they must be equal -> transpose or reshape an input.`,
    );
  }
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const out = pack.output([...batch, m, n], 'float32');
  const product: Product = {
    a: pack.pointer(a),
    b: pack.pointer(b),
    out: pack.pointer(out),
    m,
    n,
    k,
    transposeA: attrs.transposeA ? 1 : 0,
    transposeB: attrs.transposeB ? 1 : 0,
  };
  if (m > 0 && n > 0) multiplyBatch(pack, product, { batch, batchA, batchB });
  return out;
}

function multiplyBatch(pack: KernelPack, product: Product, shapes: { batch: number[]; batchA: number[]; batchB: number[] }): void {
  const { a, b, out, n, k, transposeA, transposeB } = product;
  const count = util.sizeFromShape(shapes.batch);
  const countA = util.sizeFromShape(shapes.batchA);
  const countB = util.sizeFromShape(shapes.batchB);
  if (count === 0) return;
  const { m } = product;
  if (countB === 1 && countA === count && !transposeA) {
    // One matrix for the whole batch: the rows of all matrices of `a` are one taller matrix.
    pack.kernels.gemm(a, b, out, m * count, n, k, 0, transposeB, pack.scratch);
    return;
  }
  const uniformA = countA === count || countA === 1;
  const uniformB = countB === count || countB === 1;
  if (uniformA && uniformB) {
    const strideA = countA === count ? m * k : 0;
    const strideB = countB === count ? k * n : 0;
    pack.kernels.gemmBatched(a, b, out, m, n, k, transposeA, transposeB, pack.scratch, count, strideA, strideB);
    return;
  }
  for (let index = 0; index < count; index++) {
    const offsetA = a + 4 * m * k * broadcastIndex(index, shapes.batch, shapes.batchA);
    const offsetB = b + 4 * k * n * broadcastIndex(index, shapes.batch, shapes.batchB);
    pack.kernels.gemm(offsetA, offsetB, out + 4 * m * n * index, m, n, k, transposeA, transposeB, pack.scratch);
  }
}

/** The flat index in `shape` of flat index `index` in `outShape`, to which `shape` broadcasts. */
function broadcastIndex(index: number, outShape: readonly number[], shape: readonly number[]): number {
  let rest = index;
  let result = 0;
  let stride = 1;
  for (let axis = 1; axis <= outShape.length; axis++) {
    const size = at(outShape, outShape.length - axis);
    const own = axis <= shape.length ? at(shape, shape.length - axis) : 1;
    const position = rest % size;
    rest = Math.floor(rest / size);
    if (own > 1) result += position * stride;
    stride *= own;
  }
  return result;
}

function lastTwo(shape: readonly number[]): [number, number] {
  return [at(shape, shape.length - 2), at(shape, shape.length - 1)];
}

function assertFloat(...dtypes: tf.DataType[]): void {
  if (dtypes.every((dtype) => dtype === 'float32')) return;
  throw new TrainerError('kernel_pack', `matMul got ${dtypes.join(' and ')} -> float32 is allowed -> use tf.cast(x, 'float32') first.`);
}
