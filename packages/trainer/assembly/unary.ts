// Elementwise functions of one float32 tensor, four elements at a time. The last 1-3 elements of a tensor go through
// a buffer of four (`scratch`, 16 bytes), so that every element is computed by the same formula. The loops test at
// their end, because V8 moves constants out of a loop only if its body runs at least once.

import { multiplyAdd } from './multiply-add';

/** Codes of `unary`; the order is that of UNARY_CODES in src/backend/wasm/elementwise.ts. */
export const EXP: i32 = 0;
const LOG: i32 = 1;
const SIGMOID: i32 = 2;
const TANH: i32 = 3;
const ERF: i32 = 4;
const SQRT: i32 = 5;
const RSQRT: i32 = 6;
const COS: i32 = 7;
const SIN: i32 = 8;

/** out[i] = f(x[i]); `out` may be `x`. */
export function unary(op: i32, x: usize, out: usize, n: i32, scratch: usize): void {
  const whole = n & ~3;
  if (whole > 0) unaryVectors(op, x, out, whole);
  const rest = n - whole;
  if (rest == 0) return;
  const at = (<usize>whole) << 2;
  v128.store(scratch, f32x4.splat(1));
  for (let i = 0; i < rest; i++) store<f32>(scratch + ((<usize>i) << 2), load<f32>(x + at + ((<usize>i) << 2)));
  unaryVectors(op, scratch, scratch, 4);
  for (let i = 0; i < rest; i++) store<f32>(out + at + ((<usize>i) << 2), load<f32>(scratch + ((<usize>i) << 2)));
}

function unaryVectors(op: i32, x: usize, out: usize, n: i32): void {
  switch (op) {
    case EXP:
      expVectors(x, out, n, 1, 0);
      break;
    case LOG:
      logVectors(x, out, n);
      break;
    case SIGMOID:
      sigmoidVectors(x, out, n);
      break;
    case TANH:
      tanhVectors(x, out, n);
      break;
    case ERF:
      erfVectors(x, out, n);
      break;
    case SQRT:
      for (let i = 0; i < n; i += 4, x += 16, out += 16) v128.store(out, f32x4.sqrt(v128.load(x)));
      break;
    case RSQRT:
      rsqrtVectors(x, out, n);
      break;
    case COS:
      sinVectors(x, out, n, 1);
      break;
    case SIN:
      sinVectors(x, out, n, 0);
      break;
  }
}

/** out = exp(x * scale + shift) for n elements, a positive multiple of 4. Cephes' expf: 1-2 units in the last place. */
export function expVectors(x: usize, out: usize, n: i32, scale: f32, shift: f32): void {
  const factor = f32x4.splat(scale),
    offset = f32x4.splat(shift),
    one = f32x4.splat(1),
    // Added to a small number, it leaves the nearest integer in the low bits.
    rounder = f32x4.splat(12582912);
  do {
    let v = multiplyAdd(v128.load(x), factor, offset);
    // Outside of this range the result is 0 or infinite; pmin and pmax keep a NaN in their first operand.
    v = f32x4.pmin(f32x4.pmax(v, f32x4.splat(-105)), f32x4.splat(89));
    const rounded = multiplyAdd(v, f32x4.splat(1.44269504088896341), rounder),
      power = f32x4.sub(rounded, rounder);
    v = multiplyAdd(power, f32x4.splat(-0.693359375), v);
    v = multiplyAdd(power, f32x4.splat(2.1219444e-4), v);
    let p = multiplyAdd(f32x4.splat(1.98756915e-4), v, f32x4.splat(1.3981999507e-3));
    p = multiplyAdd(p, v, f32x4.splat(8.3334519073e-3));
    p = multiplyAdd(p, v, f32x4.splat(4.1665795894e-2));
    p = multiplyAdd(p, v, f32x4.splat(1.6666665459e-1));
    p = multiplyAdd(p, v, f32x4.splat(0.5));
    p = f32x4.add(multiplyAdd(f32x4.mul(p, v), v, v), one);
    // Two factors 2^n, since n reaches from -151 to 128 and one factor only from -126 to 127.
    const e = i32x4.sub(rounded, rounder),
      low = i32x4.shr_s(e, 1);
    const first = i32x4.add(i32x4.shl(low, 23), one),
      second = i32x4.add(i32x4.shl(i32x4.sub(e, low), 23), one);
    v128.store(out, f32x4.mul(f32x4.mul(p, first), second));
    x += 16;
    out += 16;
    n -= 4;
  } while (n > 0);
}

function sigmoidVectors(x: usize, out: usize, n: i32): void {
  // In pieces that stay in the first-level cache between the two passes.
  const one = f32x4.splat(1);
  for (let start = 0; start < n; start += 1024) {
    const count = min(1024, n - start);
    const at = (<usize>start) << 2;
    expVectors(x + at, out + at, count, -1, 0);
    let to = out + at,
      left = count;
    do {
      v128.store(to, f32x4.div(one, f32x4.add(one, v128.load(to))));
      to += 16;
      left -= 4;
    } while (left > 0);
  }
}

/** Natural logarithm; Cephes' logf. Zero gives -infinity, a negative number NaN. */
function logVectors(x: usize, out: usize, n: i32): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0),
    infinity = f32x4.splat(f32.POSITIVE_INFINITY);
  do {
    const v = v128.load(x);
    // Subnormal numbers are scaled into the normal range first.
    const tiny = f32x4.lt(v, f32x4.splat(1.17549435e-38));
    const scaled = v128.bitselect(f32x4.mul(v, f32x4.splat(8388608)), v, tiny);
    let e = i32x4.sub(i32x4.shr_u(scaled, 23), i32x4.splat(126));
    e = i32x4.sub(e, v128.and(tiny, i32x4.splat(23)));
    let m = v128.or(v128.and(scaled, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
    const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
    e = i32x4.add(e, small);
    m = f32x4.sub(f32x4.add(m, v128.and(m, small)), one);
    const power = f32x4.convert_i32x4_s(e),
      z = f32x4.mul(m, m);
    let p = multiplyAdd(f32x4.splat(7.0376836292e-2), m, f32x4.splat(-1.151461031e-1));
    p = multiplyAdd(p, m, f32x4.splat(1.167699874e-1));
    p = multiplyAdd(p, m, f32x4.splat(-1.2420140846e-1));
    p = multiplyAdd(p, m, f32x4.splat(1.4249322787e-1));
    p = multiplyAdd(p, m, f32x4.splat(-1.6668057665e-1));
    p = multiplyAdd(p, m, f32x4.splat(2.0000714765e-1));
    p = multiplyAdd(p, m, f32x4.splat(-2.4999993993e-1));
    p = multiplyAdd(p, m, f32x4.splat(3.3333331174e-1));
    p = f32x4.mul(f32x4.mul(p, m), z);
    p = f32x4.add(p, f32x4.mul(power, f32x4.splat(-2.1219444e-4)));
    p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
    let result = f32x4.add(f32x4.add(m, p), f32x4.mul(power, f32x4.splat(0.693359375)));
    result = v128.bitselect(f32x4.splat(f32.NEGATIVE_INFINITY), result, f32x4.eq(v, zero));
    result = v128.bitselect(f32x4.splat(f32.NaN), result, v128.or(f32x4.lt(v, zero), f32x4.ne(v, v)));
    v128.store(out, v128.bitselect(infinity, result, f32x4.eq(v, infinity)));
    x += 16;
    out += 16;
    n -= 4;
  } while (n > 0);
}

function rsqrtVectors(x: usize, out: usize, n: i32): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4, x += 16, out += 16) v128.store(out, f32x4.div(one, f32x4.sqrt(v128.load(x))));
}

/** A quotient of two polynomials, as Eigen computes it. */
function tanhVectors(x: usize, out: usize, n: i32): void {
  const limit: f32 = 7.90531110763549805;
  do {
    const v = f32x4.pmin(f32x4.pmax(v128.load(x), f32x4.splat(-limit)), f32x4.splat(limit));
    const z = f32x4.mul(v, v);
    let p = multiplyAdd(f32x4.splat(-2.76076847742355e-16), z, f32x4.splat(2.00018790482477e-13));
    p = multiplyAdd(p, z, f32x4.splat(-8.60467152213735e-11));
    p = multiplyAdd(p, z, f32x4.splat(5.12229709037114e-8));
    p = multiplyAdd(p, z, f32x4.splat(1.48572235717979e-5));
    p = multiplyAdd(p, z, f32x4.splat(6.37261928875436e-4));
    p = f32x4.mul(v, multiplyAdd(p, z, f32x4.splat(4.89352455891786e-3)));
    let q = multiplyAdd(f32x4.splat(1.19825839466702e-6), z, f32x4.splat(1.18534705686654e-4));
    q = multiplyAdd(q, z, f32x4.splat(2.268434632439e-3));
    q = multiplyAdd(q, z, f32x4.splat(4.89352518554385e-3));
    v128.store(out, f32x4.div(p, q));
    x += 16;
    out += 16;
    n -= 4;
  } while (n > 0);
}

/** A quotient of two polynomials on [-4, 4], outside of which float32 has only -1 and 1, as XLA computes it. */
function erfVectors(x: usize, out: usize, n: i32): void {
  do {
    const v = f32x4.pmin(f32x4.pmax(v128.load(x), f32x4.splat(-4)), f32x4.splat(4));
    const z = f32x4.mul(v, v);
    let p = multiplyAdd(f32x4.splat(-2.72614225801306e-10), z, f32x4.splat(2.77068142495902e-8));
    p = multiplyAdd(p, z, f32x4.splat(-2.10102402082508e-6));
    p = multiplyAdd(p, z, f32x4.splat(-5.69250639462346e-5));
    p = multiplyAdd(p, z, f32x4.splat(-7.34990630326855e-4));
    p = multiplyAdd(p, z, f32x4.splat(-2.95459980854025e-3));
    p = f32x4.mul(v, multiplyAdd(p, z, f32x4.splat(-1.60960333262415e-2)));
    let q = multiplyAdd(f32x4.splat(-1.45660718464996e-5), z, f32x4.splat(-2.13374055278905e-4));
    q = multiplyAdd(q, z, f32x4.splat(-1.68282697438203e-3));
    q = multiplyAdd(q, z, f32x4.splat(-7.37332916720468e-3));
    q = multiplyAdd(q, z, f32x4.splat(-1.42647390514189e-2));
    v128.store(out, f32x4.div(p, q));
    x += 16;
    out += 16;
    n -= 4;
  } while (n > 0);
}

/** sin(x + quarter * pi/2) for |x| up to 8192 (the caller checks): Cephes' sinf and cosf. */
function sinVectors(x: usize, out: usize, n: i32, quarter: i32): void {
  const one = f32x4.splat(1);
  do {
    const v = v128.load(x);
    const turns = f32x4.nearest(f32x4.mul(v, f32x4.splat(0.636619772367581343)));
    // pi/2 in four parts, each short enough for its product with `turns` to be exact.
    let r = f32x4.sub(v, f32x4.mul(turns, f32x4.splat(1.5703125)));
    r = f32x4.sub(r, f32x4.mul(turns, f32x4.splat(4.837512969970703125e-4)));
    r = f32x4.sub(r, f32x4.mul(turns, f32x4.splat(7.54953362047672271729e-8)));
    r = f32x4.sub(r, f32x4.mul(turns, f32x4.splat(2.56334406825708960298e-12)));
    const z = f32x4.mul(r, r);
    let s = multiplyAdd(f32x4.splat(-1.9515295891e-4), z, f32x4.splat(8.3321608736e-3));
    s = multiplyAdd(s, z, f32x4.splat(-1.6666654611e-1));
    s = multiplyAdd(f32x4.mul(s, z), r, r);
    let c = multiplyAdd(f32x4.splat(2.443315711809948e-5), z, f32x4.splat(-1.388731625493765e-3));
    c = multiplyAdd(c, z, f32x4.splat(4.166664568298827e-2));
    c = f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(c, z), z), f32x4.mul(z, f32x4.splat(0.5))), one);
    const q = i32x4.add(i32x4.trunc_sat_f32x4_s(turns), i32x4.splat(quarter));
    const useCos = i32x4.ne(v128.and(q, i32x4.splat(1)), i32x4.splat(0));
    const sign = i32x4.shl(v128.and(q, i32x4.splat(2)), 30);
    v128.store(out, v128.xor(v128.bitselect(c, s, useCos), sign));
    x += 16;
    out += 16;
    n -= 4;
  } while (n > 0);
}

/** The largest absolute value; NaN counts as infinite. */
export function largestMagnitude(x: usize, n: i32): f32 {
  let largest: f32 = 0;
  for (let i = 0; i < n; i++, x += 4) {
    const value = abs<f32>(load<f32>(x));
    if (!(value <= largest)) largest = value == value ? value : f32.POSITIVE_INFINITY;
  }
  return largest;
}
