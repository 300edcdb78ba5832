// Products of one row with a matrix, for the few rows of a decoding step: packing would cost more than it saves.

import { multiplyAdd } from './multiply-add';
/** out[n] = row[k] x b[k, n]; `step` is the distance in bytes between the elements of the row. */
export function rowTimesMatrix(row: usize, step: usize, b: usize, out: usize, n: i32, k: i32): void {
  const rowBytes = (<usize>n) << 2;
  let j = 0;
  for (; j + 16 <= n; j += 16) {
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    let at = b + ((<usize>j) << 2),
      x = row;
    for (let p = 0; p < k; p++) {
      const value = v128.load_splat<f32>(x);
      s0 = multiplyAdd(value, v128.load(at), s0);
      s1 = multiplyAdd(value, v128.load(at, 16), s1);
      s2 = multiplyAdd(value, v128.load(at, 32), s2);
      s3 = multiplyAdd(value, v128.load(at, 48), s3);
      at += rowBytes;
      x += step;
    }
    const to = out + ((<usize>j) << 2);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; j + 4 <= n; j += 4) {
    let sum = f32x4.splat(0);
    let at = b + ((<usize>j) << 2),
      x = row;
    for (let p = 0; p < k; p++, at += rowBytes, x += step) sum = multiplyAdd(v128.load_splat<f32>(x), v128.load(at), sum);
    v128.store(out + ((<usize>j) << 2), sum);
  }
  for (; j < n; j++) {
    let sum: f32 = 0;
    let at = b + ((<usize>j) << 2),
      x = row;
    for (let p = 0; p < k; p++, at += rowBytes, x += step) sum += load<f32>(x) * load<f32>(at);
    store<f32>(out + ((<usize>j) << 2), sum);
  }
}

function horizontal(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const x = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  const y = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(x, y, 0, 1, 4, 5), v128.shuffle<f32>(x, y, 2, 3, 6, 7));
}

/** out[n] = row[k] x b[n, k] transposed, for a row without gaps. */
export function rowTimesTransposed(row: usize, b: usize, out: usize, n: i32, k: i32): void {
  const rowBytes = (<usize>k) << 2;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const b0 = b + <usize>j * rowBytes,
      b1 = b0 + rowBytes,
      b2 = b1 + rowBytes,
      b3 = b2 + rowBytes;
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    let p: usize = 0;
    for (; p + 16 <= rowBytes; p += 16) {
      const x = v128.load(row + p);
      s0 = multiplyAdd(x, v128.load(b0 + p), s0);
      s1 = multiplyAdd(x, v128.load(b1 + p), s1);
      s2 = multiplyAdd(x, v128.load(b2 + p), s2);
      s3 = multiplyAdd(x, v128.load(b3 + p), s3);
    }
    let sum = horizontal(s0, s1, s2, s3);
    for (; p < rowBytes; p += 4) {
      let column = f32x4.splat(load<f32>(b0 + p));
      column = f32x4.replace_lane(column, 1, load<f32>(b1 + p));
      column = f32x4.replace_lane(column, 2, load<f32>(b2 + p));
      column = f32x4.replace_lane(column, 3, load<f32>(b3 + p));
      sum = multiplyAdd(v128.load_splat<f32>(row + p), column, sum);
    }
    v128.store(out + ((<usize>j) << 2), sum);
  }
  for (; j < n; j++) {
    const at = b + <usize>j * rowBytes;
    let sum: f32 = 0;
    for (let p: usize = 0; p < rowBytes; p += 4) sum += load<f32>(row + p) * load<f32>(at + p);
    store<f32>(out + ((<usize>j) << 2), sum);
  }
}

/** The same for a row whose elements are `step` bytes apart. */
export function stridedRowTimesTransposed(row: usize, step: usize, b: usize, out: usize, n: i32, k: i32): void {
  const rowBytes = (<usize>k) << 2;
  for (let j = 0; j < n; j++) {
    const at = b + <usize>j * rowBytes;
    let sum: f32 = 0;
    let x = row;
    for (let p: usize = 0; p < rowBytes; p += 4, x += step) sum += load<f32>(x) * load<f32>(at + p);
    store<f32>(out + ((<usize>j) << 2), sum);
  }
}
