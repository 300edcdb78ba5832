// Sums, maxima and softmax in float32. Rows are summed in four or more lanes, so the order of additions differs from
// a plain loop; the error is smaller than that of one.

import { expVectors } from './unary';

/** out[outer, inner] = sum of x[outer, length, inner] over the middle axis, times `factor`. */
export function sumMiddle(x: usize, out: usize, outer: i32, length: i32, inner: i32, factor: f32): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<f32>(out, sumRow(x, length) * factor);
    else sumRows(x, out, length, inner, factor);
    x += (<usize>(length * inner)) << 2;
    out += (<usize>inner) << 2;
  }
}

/** out[rows] = largest of each row of x[rows, length]; NaN if a row has one. */
export function maxRows(x: usize, out: usize, rows: i32, length: i32): void {
  for (let i = 0; i < rows; i++) {
    store<f32>(out, maxRow(x, length));
    x += (<usize>length) << 2;
    out += 4;
  }
}

/** Softmax of each row of [rows, length]; `out` is not `x`; `scratch` holds 16 bytes. */
export function softmaxRows(x: usize, out: usize, rows: i32, length: i32, scratch: usize): void {
  for (let i = 0; i < rows; i++) {
    const sum = expRow(x, out, length, -maxRow(x, length), scratch);
    scaleRow(out, length, 1 / sum);
    x += (<usize>length) << 2;
    out += (<usize>length) << 2;
  }
}

/** Gradient of softmax: (dy - sum(dy * y)) * y for each row; `out` may be `dy` or `y`. */
export function softmaxGradientRows(dy: usize, y: usize, out: usize, rows: i32, length: i32): void {
  const bytes = (<usize>length) << 2;
  const whole = bytes & ~15;
  for (let i = 0; i < rows; i++) {
    let lanes = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) lanes = f32x4.add(lanes, f32x4.mul(v128.load(dy + at), v128.load(y + at)));
    let sum = addLanes(lanes);
    for (let at = whole; at < bytes; at += 4) sum += load<f32>(dy + at) * load<f32>(y + at);
    const total = f32x4.splat(sum);
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(out + at, f32x4.mul(f32x4.sub(v128.load(dy + at), total), v128.load(y + at)));
    }
    for (let at = whole; at < bytes; at += 4) store<f32>(out + at, (load<f32>(dy + at) - sum) * load<f32>(y + at));
    dy += bytes;
    y += bytes;
    out += bytes;
  }
}

function sumRow(x: usize, n: i32): f32 {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0;
  let i = 0;
  for (; i + 16 <= n; i += 16, x += 64) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
  }
  let sum = addLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; i < n; i++, x += 4) sum += load<f32>(x);
  return sum;
}

// Four rows at a time: fewer passes over `out`, and less error than adding one by one.
function sumRows(x: usize, out: usize, length: i32, inner: i32, factor: f32): void {
  const bytes = (<usize>inner) << 2;
  const whole = bytes & ~15;
  memory.fill(out, 0, bytes);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const r1 = x + bytes,
      r2 = r1 + bytes,
      r3 = r2 + bytes;
    for (let at: usize = 0; at < whole; at += 16) {
      const low = f32x4.add(v128.load(x + at), v128.load(r1 + at)),
        high = f32x4.add(v128.load(r2 + at), v128.load(r3 + at));
      v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.add(low, high)));
    }
    for (let at = whole; at < bytes; at += 4) {
      const four = load<f32>(x + at) + load<f32>(r1 + at) + (load<f32>(r2 + at) + load<f32>(r3 + at));
      store<f32>(out + at, load<f32>(out + at) + four);
    }
    x = r3 + bytes;
  }
  for (; i < length; i++, x += bytes) {
    for (let at: usize = 0; at < whole; at += 16) v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(x + at)));
    for (let at = whole; at < bytes; at += 4) store<f32>(out + at, load<f32>(out + at) + load<f32>(x + at));
  }
  if (factor != 1) scaleRow(out, inner, factor);
}

function addLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

function maxRow(x: usize, n: i32): f32 {
  let largest: f32 = f32.NEGATIVE_INFINITY;
  let i = 0;
  if (n >= 8) {
    let m0 = v128.load(x),
      m1 = v128.load(x, 16);
    for (i = 8, x += 32; i + 8 <= n; i += 8, x += 32) {
      m0 = f32x4.max(m0, v128.load(x));
      m1 = f32x4.max(m1, v128.load(x, 16));
    }
    m0 = f32x4.max(m0, m1);
    largest = max<f32>(
      max<f32>(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)),
      max<f32>(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3)),
    );
  }
  for (; i < n; i++, x += 4) largest = max<f32>(largest, load<f32>(x));
  return largest;
}

// out = exp(x + shift) and its sum. The last 1-3 elements are computed in a vector that overlaps the one before;
// a row of less than four goes through `scratch`, which holds 16 bytes.
function expRow(x: usize, out: usize, n: i32, shift: f32, scratch: usize): f32 {
  if (n < 4) {
    for (let i: usize = 0; i < 4; i++) store<f32>(scratch + (i << 2), <i32>i < n ? load<f32>(x + (i << 2)) : 0);
    expVectors(scratch, scratch, 4, 1, shift);
    memory.copy(out, scratch, (<usize>n) << 2);
    return sumRow(out, n);
  }
  expVectors(x, out, n & ~3, 1, shift);
  const rest = (<usize>(n - 4)) << 2;
  if (n & 3) expVectors(x + rest, out + rest, 4, 1, shift);
  return sumRow(out, n);
}

function scaleRow(x: usize, n: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= n; i += 4, x += 16) v128.store(x, f32x4.mul(v128.load(x), by));
  for (; i < n; i++, x += 4) store<f32>(x, load<f32>(x) * factor);
}
