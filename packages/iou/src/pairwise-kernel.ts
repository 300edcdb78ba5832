// The SIMD kernel of `pairwiseIou`: 270 bytes of WebAssembly in kernel/pairwise-iou.wat. Plain JavaScript needs several
// times the memory bandwidth bound for the same matrix, because engines do not vectorize it.
// The instance is made once; its memory is scratch that every call overwrites, so that no state passes between calls.

import { PAIRWISE_KERNEL_BASE64 } from './pairwise-kernel-bytes.ts';

/** How many columns the kernel holds at once. */
const CAPACITY = 4096;

/** Fills the matrix of two flat lists of boxes, `[n * 4]` and `[m * 4]`, row by row into `out` `[n * m]`. */
export type PairwiseKernel = (first: Float64Array, second: Float64Array, out: Float64Array) => void;

/**
 * The kernel, or undefined where WebAssembly SIMD is absent or forbidden (a browser page whose content security policy lacks
 * `wasm-unsafe-eval`). The scalar path gives the same bits, only slower.
 */
export const pairwiseKernel: PairwiseKernel | undefined = createPairwiseKernel();

function createPairwiseKernel(): PairwiseKernel | undefined {
  const exported = instantiate();
  if (exported === undefined) return undefined;
  const memory = new Float64Array(exported.memory.buffer);
  return (first, second, out) => {
    const columns = second.length / 4;
    for (let start = 0; start < columns; start += CAPACITY) {
      const count = Math.min(CAPACITY, columns - start);
      loadColumns(memory, second.subarray(start * 4, (start + count) * 4));
      const row = memory.subarray(CAPACITY * 5, CAPACITY * 5 + count);
      for (let at = 0, to = start; at < first.length; at += 4, to += columns) {
        const x1 = first[at]!;
        const y1 = first[at + 1]!;
        const x2 = first[at + 2]!;
        const y2 = first[at + 3]!;
        exported.row(x1, y1, x2, y2, Math.max(0, x2 - x1) * Math.max(0, y2 - y1), count * 8);
        out.set(row, to);
      }
    }
  };
}

/** Writes the boxes as five columns x1, y1, x2, y2, area. */
function loadColumns(memory: Float64Array, boxes: Float64Array): void {
  for (let column = 0, at = 0; at < boxes.length; column++, at += 4) {
    const x1 = boxes[at]!;
    const y1 = boxes[at + 1]!;
    const x2 = boxes[at + 2]!;
    const y2 = boxes[at + 3]!;
    memory[column] = x1;
    memory[CAPACITY + column] = y1;
    memory[CAPACITY * 2 + column] = x2;
    memory[CAPACITY * 3 + column] = y2;
    memory[CAPACITY * 4 + column] = Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
  }
}

/** The part of the WebAssembly interface that is used here; the language library declares it only for browsers. */
interface WebAssemblyRuntime {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** x1, y1, x2, y2 and area of the row's box, then the end of the columns in bytes. */
  readonly row: (...values: readonly number[]) => void;
}

function instantiate(): KernelExports | undefined {
  const { WebAssembly: runtime } = globalThis as { readonly WebAssembly?: WebAssemblyRuntime };
  if (runtime === undefined) return undefined;
  const bytes = Uint8Array.from(atob(PAIRWISE_KERNEL_BASE64), (character) => character.charCodeAt(0));
  try {
    return new runtime.Instance(new runtime.Module(bytes)).exports as KernelExports;
  } catch {
    // Refused by a security policy, or an engine without SIMD.
    return undefined;
  }
}
