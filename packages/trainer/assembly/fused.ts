// Parts of a transformer block that are many elementwise operations in a row: each kernel reads its inputs once
// instead of writing every intermediate result to memory and reading it again.

import { addLanes } from './reduce';
import { expVectors } from './unary';

/** Elements that go through two loops at a time and stay in the first-level cache between them. */
const PIECE: i32 = 1024;

/** out = gate * sigmoid(gate) * up for n elements; `scratch` holds 48 bytes. */
export function gatedSilu(gate: usize, up: usize, out: usize, n: i32, scratch: usize): void {
  const whole = n & ~3;
  for (let start = 0; start < whole; start += PIECE) {
    const at = (<usize>start) << 2;
    gatedSiluVectors(gate + at, up + at, out + at, min(PIECE, whole - start));
  }
  const rest = (<usize>(n - whole)) << 2;
  if (rest == 0) return;
  const at = (<usize>whole) << 2;
  toScratch(gate + at, scratch, rest);
  toScratch(up + at, scratch + 16, rest);
  gatedSiluVectors(scratch, scratch + 16, scratch + 32, 4);
  memory.copy(out + at, scratch + 32, rest);
}

function gatedSiluVectors(gate: usize, up: usize, out: usize, n: i32): void {
  const one = f32x4.splat(1);
  expVectors(gate, out, n, -1, 0);
  do {
    v128.store(out, f32x4.div(f32x4.mul(v128.load(gate), v128.load(up)), f32x4.add(one, v128.load(out))));
    gate += 16;
    up += 16;
    out += 16;
    n -= 4;
  } while (n > 0);
}

/** The gradients of `gatedSilu` for both inputs; `scratch` holds 80 bytes. */
export function gatedSiluGradient(dy: usize, gate: usize, up: usize, dGate: usize, dUp: usize, n: i32, scratch: usize): void {
  const whole = n & ~3;
  for (let start = 0; start < whole; start += PIECE) {
    const at = (<usize>start) << 2;
    gatedSiluGradientVectors(dy + at, gate + at, up + at, dGate + at, dUp + at, min(PIECE, whole - start));
  }
  const rest = (<usize>(n - whole)) << 2;
  if (rest == 0) return;
  const at = (<usize>whole) << 2;
  toScratch(dy + at, scratch, rest);
  toScratch(gate + at, scratch + 16, rest);
  toScratch(up + at, scratch + 32, rest);
  gatedSiluGradientVectors(scratch, scratch + 16, scratch + 32, scratch + 48, scratch + 64, 4);
  memory.copy(dGate + at, scratch + 48, rest);
  memory.copy(dUp + at, scratch + 64, rest);
}

function gatedSiluGradientVectors(dy: usize, gate: usize, up: usize, dGate: usize, dUp: usize, n: i32): void {
  const one = f32x4.splat(1);
  expVectors(gate, dUp, n, -1, 0);
  do {
    const g = v128.load(gate),
      d = v128.load(dy);
    const sigmoid = f32x4.div(one, f32x4.add(one, v128.load(dUp)));
    const scaled = f32x4.mul(d, sigmoid);
    const slope = f32x4.add(one, f32x4.mul(g, f32x4.sub(one, sigmoid)));
    v128.store(dGate, f32x4.mul(f32x4.mul(scaled, v128.load(up)), slope));
    v128.store(dUp, f32x4.mul(scaled, g));
    dy += 16;
    gate += 16;
    up += 16;
    dGate += 16;
    dUp += 16;
    n -= 4;
  } while (n > 0);
}

function toScratch(from: usize, scratch: usize, bytes: usize): void {
  v128.store(scratch, f32x4.splat(0));
  memory.copy(scratch, from, bytes);
}

/** out = x / sqrt(mean(x^2) + epsilon) * weight for each row of [rows, length]. */
export function rmsNormRows(x: usize, weight: usize, out: usize, rows: i32, length: i32, epsilon: f32): void {
  const bytes = (<usize>length) << 2;
  const whole = bytes & ~15;
  for (let row = 0; row < rows; row++, x += bytes, out += bytes) {
    const scale = inverseRoot(x, length, epsilon);
    const factor = f32x4.splat(scale);
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(out + at, f32x4.mul(f32x4.mul(v128.load(x + at), factor), v128.load(weight + at)));
    }
    for (let at = whole; at < bytes; at += 4) store<f32>(out + at, load<f32>(x + at) * scale * load<f32>(weight + at));
  }
}

/** The gradients of `rmsNormRows`: dx [rows, length] and dWeight [length]. */
export function rmsNormGradientRows(
  dy: usize,
  x: usize,
  weight: usize,
  dx: usize,
  dWeight: usize,
  rows: i32,
  length: i32,
  epsilon: f32,
): void {
  const bytes = (<usize>length) << 2;
  const whole = bytes & ~15;
  memory.fill(dWeight, 0, bytes);
  for (let row = 0; row < rows; row++) {
    const scale = inverseRoot(x, length, epsilon);
    const factor = f32x4.splat(scale);
    let lanes = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const product = f32x4.mul(v128.load(dy + at), v128.load(x + at));
      lanes = f32x4.add(lanes, f32x4.mul(product, v128.load(weight + at)));
      v128.store(dWeight + at, f32x4.add(v128.load(dWeight + at), f32x4.mul(product, factor)));
    }
    let sum = addLanes(lanes);
    for (let at = whole; at < bytes; at += 4) {
      const product = load<f32>(dy + at) * load<f32>(x + at);
      sum += product * load<f32>(weight + at);
      store<f32>(dWeight + at, load<f32>(dWeight + at) + product * scale);
    }
    const shrink = (sum * scale * scale * scale) / <f32>length;
    const back = f32x4.splat(shrink);
    for (let at: usize = 0; at < whole; at += 16) {
      const direct = f32x4.mul(f32x4.mul(v128.load(dy + at), v128.load(weight + at)), factor);
      v128.store(dx + at, f32x4.sub(direct, f32x4.mul(v128.load(x + at), back)));
    }
    for (let at = whole; at < bytes; at += 4) {
      store<f32>(dx + at, load<f32>(dy + at) * load<f32>(weight + at) * scale - load<f32>(x + at) * shrink);
    }
    dy += bytes;
    x += bytes;
    dx += bytes;
  }
}

function inverseRoot(x: usize, length: i32, epsilon: f32): f32 {
  let s0 = f32x4.splat(0),
    s1 = s0;
  let at = x,
    n = length;
  for (; n >= 8; n -= 8, at += 32) {
    const low = v128.load(at),
      high = v128.load(at, 16);
    s0 = f32x4.add(s0, f32x4.mul(low, low));
    s1 = f32x4.add(s1, f32x4.mul(high, high));
  }
  let sum = addLanes(f32x4.add(s0, s1));
  for (; n > 0; n--, at += 4) sum += load<f32>(at) * load<f32>(at);
  return 1 / sqrt<f32>(sum / <f32>length + epsilon);
}

/**
 * Turns each row [x1, x2] of [batch, heads, time, 2 * half] into [x1 cos1 - x2 sin1, x2 cos2 + x1 sin2], or, if
 * `backward`, by the transposed map. The tables are [time, 2 * half], `tableStep` bytes apart for each of the batch.
 */
export function rotateRows(
  x: usize,
  cos: usize,
  sin: usize,
  out: usize,
  batch: i32,
  heads: i32,
  time: i32,
  half: i32,
  tableStep: usize,
  backward: i32,
): void {
  const bytes = (<usize>half) << 2;
  for (let b = 0; b < batch; b++) {
    for (let head = 0; head < heads; head++) {
      let c = cos + <usize>b * tableStep,
        s = sin + <usize>b * tableStep;
      for (let t = 0; t < time; t++) {
        // Forward, the first half takes minus sin1 times x2 and the second sin2 times x1; backward, the signs and tables change places.
        if (backward) rotateRow(x, c, s + bytes, s, out, bytes, 1);
        else rotateRow(x, c, s, s + bytes, out, bytes, -1);
        x += 2 * bytes;
        out += 2 * bytes;
        c += 2 * bytes;
        s += 2 * bytes;
      }
    }
  }
}

function rotateRow(x: usize, c: usize, s1: usize, s2: usize, out: usize, bytes: usize, sign: f32): void {
  const whole = bytes & ~15;
  const turn = f32x4.splat(sign);
  for (let at: usize = 0; at < whole; at += 16) {
    const x1 = v128.load(x + at),
      x2 = v128.load(x + bytes + at);
    const first = f32x4.mul(f32x4.mul(x2, v128.load(s1 + at)), turn),
      second = f32x4.mul(f32x4.mul(x1, v128.load(s2 + at)), turn);
    v128.store(out + at, f32x4.add(f32x4.mul(x1, v128.load(c + at)), first));
    v128.store(out + bytes + at, f32x4.sub(f32x4.mul(x2, v128.load(c + bytes + at)), second));
  }
  for (let at = whole; at < bytes; at += 4) {
    const x1 = load<f32>(x + at),
      x2 = load<f32>(x + bytes + at);
    store<f32>(out + at, x1 * load<f32>(c + at) + sign * x2 * load<f32>(s1 + at));
    store<f32>(out + bytes + at, x2 * load<f32>(c + bytes + at) - sign * x1 * load<f32>(s2 + at));
  }
}
