// C = op(A) x op(B) in float32, blocked as in BLIS: B is packed into panels of 8 columns, a transposed A into panels of
// 4 rows, and a 4x8 register tile runs over both. Padding columns and rows of a panel are zero.
// Left out: alpha, beta, and any dtype but float32; a caller that needs them does it outside.

import { multiplyAdd } from './multiply-add';
import { MR, NR, packATransposed, packB, packBTransposed } from './gemm-pack';
import { rowTimesMatrix, rowTimesTransposed, stridedRowTimesTransposed } from './gemm-rows';

/** Depth of a packed block: one panel of B (8 KB) and one of A (4 KB) stay in the first-level cache. */
const KC: i32 = 256;
/** Rows of a packed block of A (64 KB). */
const MC: i32 = 64;
/** Columns of a packed block of B (512 KB); its panels are read one after the other, so it need not fit a cache. */
const NC: i32 = 512;
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
        const out = c + ((<usize>(ic * n + jc)) << 2);
        if (transA) {
          packATransposed(a + ((<usize>(pc * m + ic)) << 2), m, mc, kc, packedA);
          block(packedA, 4, MR * 4, packedB, out, n, mc, nc, kc, pc > 0, tile);
        } else {
          block(a + ((<usize>(ic * k + pc)) << 2), (<usize>k) << 2, 4, packedB, out, n, mc, nc, kc, pc > 0, tile);
        }
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

/** Where the tile finds `a`: bytes between its rows, and between two elements of a row. */
function block(
  a: usize,
  rowStep: usize,
  step: usize,
  packedB: usize,
  c: usize,
  ldc: i32,
  mc: i32,
  nc: i32,
  kc: i32,
  accumulate: bool,
  tile: usize,
): void {
  const rowBytes = (<usize>ldc) << 2;
  const panelStep: usize = step == 4 ? <usize>MR * rowStep : <usize>kc * step;
  for (let j = 0; j < nc; j += NR) {
    const panelB = packedB + ((<usize>(j * kc)) << 2);
    let panelA = a;
    for (let i = 0; i < mc; i += MR) {
      const out = c + <usize>i * rowBytes + ((<usize>j) << 2);
      const rows = min(MR, mc - i);
      if (rows == MR && j + NR <= nc) {
        microKernel(panelA, rowStep, MR, step, panelB, kc, out, rowBytes, accumulate);
      } else {
        microKernel(panelA, rowStep, rows, step, panelB, kc, tile, NR * 4, false);
        storeEdge(tile, out, rowBytes, rows, min(NR, nc - j), accumulate);
      }
      panelA += panelStep;
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

/**
 * One 4x8 tile. V8 moves every load of a loop body before the arithmetic, so a body must not load more than the vector
 * registers hold: 8 sums, 2 vectors of B and 4 of A fill the 15 it has. The exits between the steps keep them apart.
 * Of a panel with fewer than 4 rows the last one is read again; its sums are not used.
 */
function microKernel(
  a: usize,
  rowStep: usize,
  rows: i32,
  step: usize,
  b: usize,
  kc: i32,
  c: usize,
  rowBytes: usize,
  accumulate: bool,
): void {
  const r0 = a,
    r1 = a + <usize>min(1, rows - 1) * rowStep,
    r2 = a + <usize>min(2, rows - 1) * rowStep,
    r3 = a + <usize>min(3, rows - 1) * rowStep,
    end = <usize>kc * step;
  let at: usize = 0;
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  while (true) {
    {
      const b0 = v128.load(b, 0),
        b1 = v128.load(b, 16);
      const x0 = v128.load_splat<f32>(r0 + at),
        x1 = v128.load_splat<f32>(r1 + at),
        x2 = v128.load_splat<f32>(r2 + at),
        x3 = v128.load_splat<f32>(r3 + at);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      at += step;
      if (at == end) break;
    }
    {
      const b0 = v128.load(b, 32),
        b1 = v128.load(b, 48);
      const x0 = v128.load_splat<f32>(r0 + at),
        x1 = v128.load_splat<f32>(r1 + at),
        x2 = v128.load_splat<f32>(r2 + at),
        x3 = v128.load_splat<f32>(r3 + at);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      at += step;
      if (at == end) break;
    }
    {
      const b0 = v128.load(b, 64),
        b1 = v128.load(b, 80);
      const x0 = v128.load_splat<f32>(r0 + at),
        x1 = v128.load_splat<f32>(r1 + at),
        x2 = v128.load_splat<f32>(r2 + at),
        x3 = v128.load_splat<f32>(r3 + at);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      at += step;
      if (at == end) break;
    }
    {
      const b0 = v128.load(b, 96),
        b1 = v128.load(b, 112);
      const x0 = v128.load_splat<f32>(r0 + at),
        x1 = v128.load_splat<f32>(r1 + at),
        x2 = v128.load_splat<f32>(r2 + at),
        x3 = v128.load_splat<f32>(r3 + at);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      at += step;
      if (at == end) break;
    }
    b += 4 * NR * 4;
  }
  emit(c, c00, c01, accumulate);
  emit(c + rowBytes, c10, c11, accumulate);
  emit(c + 2 * rowBytes, c20, c21, accumulate);
  emit(c + 3 * rowBytes, c30, c31, accumulate);
}
