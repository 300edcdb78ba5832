// C = op(A) x op(B) in float32, blocked as in BLIS: B is packed into panels of 8 columns, A into panels of
// 6 rows, and a 6x8 register tile runs over both. Padding columns and rows of a panel are zero.
// Left out: alpha, beta, and any dtype but float32; a caller that needs them does it outside.

import { multiplyAdd } from './multiply-add';
import { MR, NR, packA, packATransposed, packB, packBTransposed } from './gemm-pack';
import { rowTimesMatrix, rowTimesTransposed, stridedRowTimesTransposed } from './gemm-rows';

/** Depth of a packed block: one panel of B (8 KB) and one of A (6 KB) stay in the first-level cache. */
const KC: i32 = 256;
/** Rows of a packed block of A (72 KB). */
const MC: i32 = 72;
/** Columns of a packed block of B (256 KB), half of a common second-level cache. */
const NC: i32 = 256;
/** Up to this many rows packing costs more than it saves. */
const SMALL_M: i32 = 3;

/** Bytes of scratch that `gemm` needs. */
export function gemmScratchBytes(): i32 {
  return (KC * (NC + MC) + MR * NR) * 4;
}

/** Row-major float32 product; `a` is [m, k] (or [k, m] if `transA`), `b` is [k, n] (or [n, k] if `transB`). */
export function gemm(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, transA: i32, transB: i32, scratch: usize): void {
  if (k == 0) {
    memory.fill(c, 0, (<usize>(m * n)) << 2);
    return;
  }
  if (m <= SMALL_M) {
    for (let i = 0; i < m; i++) {
      const row = transA ? a + ((<usize>i) << 2) : a + ((<usize>(i * k)) << 2);
      const step = transA ? (<usize>m) << 2 : 4;
      const out = c + ((<usize>(i * n)) << 2);
      if (!transB) rowTimesMatrix(row, step, b, out, n, k);
      else if (step == 4) rowTimesTransposed(row, b, out, n, k);
      else stridedRowTimesTransposed(row, step, b, out, n, k);
    }
    return;
  }
  const packedB = scratch;
  const packedA = scratch + <usize>(KC * NC * 4);
  const tile = packedA + <usize>(KC * MC * 4);
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      if (transB) packBTransposed(b + ((<usize>(jc * k + pc)) << 2), k, nc, kc, packedB);
      else packB(b + ((<usize>(pc * n + jc)) << 2), n, nc, kc, packedB);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        if (transA) packATransposed(a + ((<usize>(pc * m + ic)) << 2), m, mc, kc, packedA);
        else packA(a + ((<usize>(ic * k + pc)) << 2), k, mc, kc, packedA);
        block(packedA, packedB, c + ((<usize>(ic * n + jc)) << 2), n, mc, nc, kc, pc > 0, tile);
      }
    }
  }
}

/** The same product for `batch` matrices; strides are in elements, a stride of 0 repeats a matrix. */
export function gemmBatched(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
  scratch: usize,
  batch: i32,
  strideA: i32,
  strideB: i32,
): void {
  for (let i = 0; i < batch; i++) {
    gemm(a, b, c, m, n, k, transA, transB, scratch);
    a += (<usize>strideA) << 2;
    b += (<usize>strideB) << 2;
    c += (<usize>(m * n)) << 2;
  }
}

function block(packedA: usize, packedB: usize, c: usize, ldc: i32, mc: i32, nc: i32, kc: i32, accumulate: bool, tile: usize): void {
  const rowBytes = (<usize>ldc) << 2;
  for (let j = 0; j < nc; j += NR) {
    const panelB = packedB + ((<usize>(j * kc)) << 2);
    for (let i = 0; i < mc; i += MR) {
      const panelA = packedA + ((<usize>(i * kc)) << 2);
      const out = c + <usize>i * rowBytes + ((<usize>j) << 2);
      if (i + MR <= mc && j + NR <= nc) {
        microKernel(panelA, panelB, kc, out, rowBytes, accumulate);
      } else {
        microKernel(panelA, panelB, kc, tile, NR * 4, false);
        storeEdge(tile, out, rowBytes, min(MR, mc - i), min(NR, nc - j), accumulate);
      }
    }
  }
}

function storeEdge(tile: usize, out: usize, rowBytes: usize, rows: i32, columns: i32, accumulate: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = out + <usize>i * rowBytes + ((<usize>j) << 2);
      const value = load<f32>(tile + ((<usize>(i * NR + j)) << 2));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
  }
}

function emit(at: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(low, v128.load(at));
    high = f32x4.add(high, v128.load(at, 16));
  }
  v128.store(at, low);
  v128.store(at, high, 16);
}

/** One 6x8 tile: 12 accumulators, 2 columns vectors and 1 broadcast fill the 16 vector registers of x86-64. */
function microKernel(a: usize, b: usize, kc: i32, c: usize, rowBytes: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00;
  let c30 = c00,
    c31 = c00,
    c40 = c00,
    c41 = c00,
    c50 = c00,
    c51 = c00;
  let k = kc;
  while (k >= 2) {
    let b0 = v128.load(b),
      b1 = v128.load(b, 16),
      x = v128.load_splat<f32>(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    x = v128.load_splat<f32>(a, 16);
    c40 = multiplyAdd(x, b0, c40);
    c41 = multiplyAdd(x, b1, c41);
    x = v128.load_splat<f32>(a, 20);
    c50 = multiplyAdd(x, b0, c50);
    c51 = multiplyAdd(x, b1, c51);
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.load_splat<f32>(a, 24);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load_splat<f32>(a, 28);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load_splat<f32>(a, 32);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load_splat<f32>(a, 36);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    x = v128.load_splat<f32>(a, 40);
    c40 = multiplyAdd(x, b0, c40);
    c41 = multiplyAdd(x, b1, c41);
    x = v128.load_splat<f32>(a, 44);
    c50 = multiplyAdd(x, b0, c50);
    c51 = multiplyAdd(x, b1, c51);
    a += 48;
    b += 64;
    k -= 2;
  }
  if (k > 0) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    x = v128.load_splat<f32>(a, 16);
    c40 = multiplyAdd(x, b0, c40);
    c41 = multiplyAdd(x, b1, c41);
    x = v128.load_splat<f32>(a, 20);
    c50 = multiplyAdd(x, b0, c50);
    c51 = multiplyAdd(x, b1, c51);
  }
  emit(c, c00, c01, accumulate);
  emit(c + rowBytes, c10, c11, accumulate);
  emit(c + 2 * rowBytes, c20, c21, accumulate);
  emit(c + 3 * rowBytes, c30, c31, accumulate);
  emit(c + 4 * rowBytes, c40, c41, accumulate);
  emit(c + 5 * rowBytes, c50, c51, accumulate);
}
