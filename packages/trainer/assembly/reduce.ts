// Sums, maxima and softmax in float32. Rows are summed in four or more lanes, so the order of additions differs from
// a plain loop; the error is smaller than that of one.

import { EXP, unary } from './unary';

/** About as many elements as are taken through all passes of a softmax at a time; they stay in the first-level cache. */
const SOFTMAX_BLOCK: i32 = 2048;

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
  const block = max(1, SOFTMAX_BLOCK / length);
  const bytes = (<usize>length) << 2;
  for (let i = 0; i < rows; i += block) {
    const count = min(block, rows - i);
    const end = out + <usize>count * bytes;
    for (let to = out; to < end; to += bytes, x += bytes) shiftRow(x, to, length, -largestOfRow(x, length));
    unary(EXP, out, out, count * length, scratch);
    for (; out < end; out += bytes) scaleRow(out, length, 1 / sumRow(out, length));
  }
}

/** The same as `maxRow`, but may miss a NaN, which saves several instructions a vector. */
export function largestOfRow(x: usize, n: i32): f32 {
  if (n < 8) return maxRow(x, n);
  const last = x + ((<usize>n) << 2) - 32;
  let m0 = v128.load(last),
    m1 = v128.load(last, 16);
  do {
    m0 = f32x4.pmax(m0, v128.load(x));
    m1 = f32x4.pmax(m1, v128.load(x, 16));
    x += 32;
  } while (x < last);
  m0 = f32x4.pmax(m0, m1);
  return max<f32>(
    max<f32>(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)),
    max<f32>(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3)),
  );
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

export function sumRow(x: usize, n: i32): f32 {
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

export function addLanes(v: v128): f32 {
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

export function shiftRow(x: usize, out: usize, n: i32, shift: f32): void {
  const by = f32x4.splat(shift);
  let i = 0;
  for (; i + 8 <= n; i += 8, x += 32, out += 32) {
    v128.store(out, f32x4.add(v128.load(x), by));
    v128.store(out, f32x4.add(v128.load(x, 16), by), 16);
  }
  for (; i < n; i++, x += 4, out += 4) store<f32>(out, load<f32>(x) + shift);
}

export function scaleRow(x: usize, n: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  let i = 0;
  for (; i + 16 <= n; i += 16, x += 64) {
    v128.store(x, f32x4.mul(v128.load(x), by));
    v128.store(x, f32x4.mul(v128.load(x, 16), by), 16);
    v128.store(x, f32x4.mul(v128.load(x, 32), by), 32);
    v128.store(x, f32x4.mul(v128.load(x, 48), by), 48);
  }
  for (; i + 4 <= n; i += 4, x += 16) v128.store(x, f32x4.mul(v128.load(x), by));
  for (; i < n; i++, x += 4) store<f32>(x, load<f32>(x) * factor);
}

/** out[i] += x[i]. */
export function addTo(out: usize, x: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, x += 16, out += 16) v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  for (; i < n; i++, x += 4, out += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}
