// Kernels that only move data: each becomes one strided copy (box.ts). The stock ones copy in JavaScript, row by
// row, or element by element. Left to the stock kernels: strings, and shapes with more than four broken axes.
import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import { byteStrides, copyBox } from './box.ts';
import type { KernelPack, TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';

/** Repeats a tensor along its axes. */
export const tileKernel: PackKernel = {
  kernelName: 'Tile',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    if (x.dtype === 'string') return undefined;
    return tile(pack, x, (attrs as unknown as { reps: number[] }).reps);
  },
};

/** Picks elements of two tensors by a condition of the same shape; other shapes are left to the stock kernel. */
export const selectKernel: PackKernel = {
  kernelName: 'Select',
  run: (pack, inputs) => {
    const { condition, t, e } = inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo };
    const wide = util.bytesPerElement(t.dtype) === 4 && t.dtype === e.dtype;
    if (!wide || !util.arraysEqual(condition.shape, t.shape)) return undefined;
    const out = pack.output(t.shape, t.dtype);
    pack.kernels.select4(pack.pointer(condition), pack.pointer(t), pack.pointer(e), pack.pointer(out), util.sizeFromShape(t.shape));
    return out;
  },
};

/** A box cut out of a tensor. */
export const sliceKernel: PackKernel = {
  kernelName: 'Slice',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    if (x.dtype === 'string') return undefined;
    const { begin, size } = attrs as unknown as { begin: number[]; size: number[] };
    const [start, shape] = slice_util.parseSliceParams(x, begin, size);
    slice_util.assertParamsValid(x, start ?? [], shape ?? []);
    return slice(pack, x, { start: start ?? [], shape: shape ?? [] });
  },
};

/** Tensors of equal sizes along an axis, the parts of one. */
export const splitKernel: PackKernel = {
  kernelName: 'SplitV',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    if (x.dtype === 'string') return undefined;
    const { numOrSizeSplits, axis } = attrs as unknown as { numOrSizeSplits: number | number[]; axis: number };
    const [along = 0] = util.parseAxisParam(axis, x.shape);
    if (x.shape.length > 5) return undefined;
    let position = 0;
    return backend_util.prepareSplitSize(x as never, numOrSizeSplits, along).flatMap((length) => {
      const start = x.shape.map((_, at) => (at === along ? position : 0));
      position += length;
      return slice(pack, x, { start, shape: replaceAt(x.shape, along, length) }) ?? [];
    });
  },
};

/** Tensors joined along an axis. */
export const concatKernel: PackKernel = {
  kernelName: 'Concat',
  run: (pack, inputs, attrs) => {
    const parts = Object.values(inputs);
    const [first] = parts;
    if (!first || first.dtype === 'string') return undefined;
    const [axis = 0] = util.parseAxisParam((attrs as unknown as { axis: number }).axis, first.shape);
    backend_util.assertParamsConsistent(
      parts.map(({ shape }) => shape),
      axis,
    );
    return concat(pack, parts, axis);
  },
};

/** Axes in another order. */
export const transposeKernel: PackKernel = {
  kernelName: 'Transpose',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    if (x.dtype === 'string') return undefined;
    return transpose(pack, x, (attrs as unknown as { perm: number[] }).perm);
  },
};

/** The same data again: nothing writes into a tensor, so both may share it, as they do on the cpu backend. */
export const identityKernel: PackKernel = {
  kernelName: 'Identity',
  run: (pack, inputs) => {
    const { x } = inputs as { x: TensorInfo };
    return x.dtype === 'string' ? undefined : share(pack, x, x.shape);
  },
};

/** A cast to the type that a tensor has already is no copy; all others are left to the stock kernel. */
export const castKernel: PackKernel = {
  kernelName: 'Cast',
  run: (pack, inputs, attrs) => {
    const { x } = inputs as { x: TensorInfo };
    return x.dtype === (attrs as { dtype?: string }).dtype && x.dtype !== 'string' ? share(pack, x, x.shape) : undefined;
  },
};

// Axis by axis from the last: each pass repeats whole blocks, which keeps the copies long.
function tile(pack: KernelPack, x: TensorInfo, reps: readonly number[]): TensorInfo {
  let current = x;
  let inner = util.bytesPerElement(x.dtype);
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    const times = reps[axis]!;
    inner *= x.shape[axis]!;
    if (times === 1) continue;
    const next = pack.output(replaceAt(current.shape, axis, x.shape[axis]! * times), x.dtype);
    const outer = { size: util.sizeFromShape(x.shape.slice(0, axis)), from: inner, to: inner * times };
    const row = { from: pack.pointer(current), to: pack.pointer(next), bytes: inner };
    copyBox(pack, row, [outer, { size: times, from: 0, to: inner }]);
    inner *= times;
    if (current !== x) pack.backend.disposeData(current.dataId);
    current = next;
  }
  return current === x ? share(pack, x, x.shape) : current;
}

interface Cut {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

function slice(pack: KernelPack, x: TensorInfo, { start, shape }: Cut): TensorInfo | undefined {
  const element = util.bytesPerElement(x.dtype);
  const from = byteStrides(x.shape, element);
  const to = byteStrides(shape, element);
  const offset = start.reduce((sum, position, axis) => sum + position * from[axis]!, 0);
  const axes = shape.map((size, axis) => ({ size, from: from[axis]!, to: to[axis]! }));
  const out = pack.output(shape, x.dtype);
  if (copyBox(pack, { from: pack.pointer(x) + offset, to: pack.pointer(out), bytes: element }, axes)) return out;
  pack.backend.disposeData(out.dataId);
  return undefined;
}

function concat(pack: KernelPack, parts: readonly TensorInfo[], axis: number): TensorInfo | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const element = util.bytesPerElement(first.dtype);
  const shape = replaceAt(
    first.shape,
    axis,
    parts.reduce((sum, part) => sum + part.shape[axis]!, 0),
  );
  const out = pack.output(shape, first.dtype);
  const outer = util.sizeFromShape(shape.slice(0, axis));
  const outBytes = util.sizeFromShape(shape.slice(axis)) * element;
  let to = pack.pointer(out);
  for (const part of parts) {
    const bytes = util.sizeFromShape(part.shape.slice(axis)) * element;
    copyBox(pack, { from: pack.pointer(part), to, bytes }, [{ size: outer, from: bytes, to: outBytes }]);
    to += bytes;
  }
  return out;
}

function transpose(pack: KernelPack, x: TensorInfo, perm: readonly number[]): TensorInfo | undefined {
  const element = util.bytesPerElement(x.dtype);
  const from = byteStrides(x.shape, element);
  const shape = perm.map((axis) => x.shape[axis]!);
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  if (moved.every((axis, at) => at === 0 || axis > moved[at - 1]!)) return share(pack, x, shape);
  const out = pack.output(shape, x.dtype);
  const size = util.sizeFromShape(shape);
  const matrices = size > 0 && element === 4 ? asMatrices(x.shape, moved) : undefined;
  if (matrices) {
    pack.kernels.transposeMatrices(pack.pointer(x), pack.pointer(out), ...matrices);
    return out;
  }
  const to = byteStrides(shape, element);
  const axes = shape.map((length, at) => ({ size: length, from: from[perm[at]!]!, to: to[at]! }));
  if (copyBox(pack, { from: pack.pointer(x), to: pack.pointer(out), bytes: element }, axes)) return out;
  pack.backend.disposeData(out.dataId);
  return undefined;
}

/** [batch, rows, columns] if `perm` (without axes of size 1) only swaps two groups of neighboring axes at the end. */
function asMatrices(shape: readonly number[], perm: readonly number[]): [number, number, number] | undefined {
  const axes = [...perm].sort((a, b) => a - b);
  const keep = perm.findIndex((axis, at) => axis !== axes[at]);
  const tail = perm.slice(keep);
  const cut = tail.findIndex((axis) => axis === axes[keep]);
  const swapped = [...tail.slice(cut), ...tail.slice(0, cut)];
  if (!swapped.every((axis, at) => axis === axes[keep + at])) return undefined;
  const sizeOf = (list: readonly number[]): number => list.reduce((size, axis) => size * shape[axis]!, 1);
  return [sizeOf(perm.slice(0, keep)), sizeOf(tail.slice(cut)), sizeOf(tail.slice(0, cut))];
}

/** The same data under another shape; the backend counts the uses of data. */
export function share(pack: KernelPack, x: TensorInfo, shape: readonly number[]): TensorInfo {
  pack.backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: [...shape], dtype: x.dtype };
}

function replaceAt(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((old, at) => (at === axis ? size : old));
}
