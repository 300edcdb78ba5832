import type { KernelPack } from './kernel-pack.ts';

/** One axis of a copy: its size and the distance between neighbors, in bytes, on both sides (0 repeats). */
export interface BoxAxis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** Byte offsets of a copy and its length of unbroken bytes. */
export interface BoxRow {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

const SINGLE: BoxAxis = { size: 1, from: 0, to: 0 };

/** Merges neighboring axes that step evenly and leaves out axes of size 1; the order is outermost first. */
export function mergeAxes(axes: readonly BoxAxis[]): BoxAxis[] {
  const merged: BoxAxis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const outer = merged.at(-1);
    if (outer && outer.from === axis.from * axis.size && outer.to === axis.to * axis.size) {
      merged[merged.length - 1] = { size: outer.size * axis.size, from: axis.from, to: axis.to };
    } else {
      merged.push(axis);
    }
  }
  return merged;
}

/**
 * Copies rows over a box of axes, outermost first; axes that are unbroken on both sides become part of the row.
 * Returns false, having done nothing, when more than four axes remain.
 */
export function copyBox(pack: KernelPack, row: BoxRow, axes: readonly BoxAxis[]): boolean {
  if (row.bytes === 0 || axes.some((axis) => axis.size === 0)) return true;
  const merged = mergeAxes(axes);
  let { bytes } = row;
  const last = merged.at(-1);
  if (last && last.from === bytes && last.to === bytes) {
    bytes *= last.size;
    merged.pop();
  }
  if (merged.length > 4) return false;
  const [a, b, c, d] = [...Array.from({ length: 4 - merged.length }, () => SINGLE), ...merged] as [BoxAxis, BoxAxis, BoxAxis, BoxAxis];
  // prettier-ignore
  pack.kernels.copyBox(
    row.from, row.to, bytes, a.size, b.size, c.size, d.size, a.from, b.from, c.from, d.from, a.to, b.to, c.to, d.to,
  );
  return true;
}

/** Distances in bytes between neighbors along each axis of a tensor without gaps. */
export function byteStrides(shape: readonly number[], bytesPerElement: number): number[] {
  const strides: number[] = new Array<number>(shape.length).fill(0);
  let stride = bytesPerElement;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
