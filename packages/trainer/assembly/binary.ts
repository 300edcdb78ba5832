// Elementwise operations of two float32 tensors, row by row. A broadcast operand is a row with step 0: its value is
// stored four times in `scratch` and read again and again, so that one loop serves all cases.

/** Codes of `binaryBox`; the order is that of BINARY_CODES in src/backend/wasm/elementwise.ts. */
const ADD: i32 = 0;
const SUB: i32 = 1;
const MUL: i32 = 2;
const DIV: i32 = 3;
const MAX: i32 = 4;
const MIN: i32 = 5;
const SQUARED_DIFFERENCE: i32 = 6;

/** Codes of `compareBox`. */
const GREATER: i32 = 0;
const GREATER_EQUAL: i32 = 1;
const LESS: i32 = 2;
const LESS_EQUAL: i32 = 3;
const EQUAL: i32 = 4;
const NOT_EQUAL: i32 = 5;

/** out = a op b over d0 x d1 x d2 rows of n elements; strides in bytes; `stepA`, `stepB` are 4, or 0 for one value a row. */
export function binaryBox(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  n: i32,
  stepA: usize,
  stepB: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  a0: usize,
  a1: usize,
  a2: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  scratch: usize,
): void {
  for (let i = 0; i < d0; i++) {
    for (let j = 0; j < d1; j++) {
      let x = a + <usize>i * a0 + <usize>j * a1;
      let y = b + <usize>i * b0 + <usize>j * b1;
      for (let k = 0; k < d2; k++) {
        binaryRow(op, spread(x, stepA, scratch), stepA << 2, spread(y, stepB, scratch + 16), stepB << 2, out, n);
        x += a2;
        y += b2;
        out += (<usize>n) << 2;
      }
    }
  }
}

/** The same for comparisons; the output has one byte, 0 or 1, an element. */
export function compareBox(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  n: i32,
  stepA: usize,
  stepB: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  a0: usize,
  a1: usize,
  a2: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  scratch: usize,
): void {
  for (let i = 0; i < d0; i++) {
    for (let j = 0; j < d1; j++) {
      let x = a + <usize>i * a0 + <usize>j * a1;
      let y = b + <usize>i * b0 + <usize>j * b1;
      for (let k = 0; k < d2; k++) {
        compareRow(op, spread(x, stepA, scratch), stepA << 2, spread(y, stepB, scratch + 16), stepB << 2, out, n);
        x += a2;
        y += b2;
        out += <usize>n;
      }
    }
  }
}

function spread(x: usize, step: usize, scratch: usize): usize {
  if (step != 0) return x;
  v128.store(scratch, v128.load_splat<f32>(x));
  return scratch;
}

function binaryRow(op: i32, a: usize, stepA: usize, b: usize, stepB: usize, out: usize, n: i32): void {
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    let x0 = v128.load(a),
      x1 = v128.load(a + stepA),
      x2 = v128.load(a + 2 * stepA),
      x3 = v128.load(a + 3 * stepA);
    const y0 = v128.load(b),
      y1 = v128.load(b + stepB),
      y2 = v128.load(b + 2 * stepB),
      y3 = v128.load(b + 3 * stepB);
    switch (op) {
      case ADD:
        x0 = f32x4.add(x0, y0);
        x1 = f32x4.add(x1, y1);
        x2 = f32x4.add(x2, y2);
        x3 = f32x4.add(x3, y3);
        break;
      case SUB:
        x0 = f32x4.sub(x0, y0);
        x1 = f32x4.sub(x1, y1);
        x2 = f32x4.sub(x2, y2);
        x3 = f32x4.sub(x3, y3);
        break;
      case MUL:
        x0 = f32x4.mul(x0, y0);
        x1 = f32x4.mul(x1, y1);
        x2 = f32x4.mul(x2, y2);
        x3 = f32x4.mul(x3, y3);
        break;
      case DIV:
        x0 = f32x4.div(x0, y0);
        x1 = f32x4.div(x1, y1);
        x2 = f32x4.div(x2, y2);
        x3 = f32x4.div(x3, y3);
        break;
      case MAX:
        x0 = f32x4.max(x0, y0);
        x1 = f32x4.max(x1, y1);
        x2 = f32x4.max(x2, y2);
        x3 = f32x4.max(x3, y3);
        break;
      case MIN:
        x0 = f32x4.min(x0, y0);
        x1 = f32x4.min(x1, y1);
        x2 = f32x4.min(x2, y2);
        x3 = f32x4.min(x3, y3);
        break;
      default:
        x0 = f32x4.sub(x0, y0);
        x1 = f32x4.sub(x1, y1);
        x2 = f32x4.sub(x2, y2);
        x3 = f32x4.sub(x3, y3);
        x0 = f32x4.mul(x0, x0);
        x1 = f32x4.mul(x1, x1);
        x2 = f32x4.mul(x2, x2);
        x3 = f32x4.mul(x3, x3);
    }
    v128.store(out, x0);
    v128.store(out, x1, 16);
    v128.store(out, x2, 32);
    v128.store(out, x3, 48);
    a += 4 * stepA;
    b += 4 * stepB;
    out += 64;
  }
  for (; i < n; i++) {
    store<f32>(out, binaryOne(op, load<f32>(a), load<f32>(b)));
    a += stepA >> 2;
    b += stepB >> 2;
    out += 4;
  }
}

function binaryOne(op: i32, x: f32, y: f32): f32 {
  switch (op) {
    case ADD:
      return x + y;
    case SUB:
      return x - y;
    case MUL:
      return x * y;
    case DIV:
      return x / y;
    case MAX:
      return max<f32>(x, y);
    case MIN:
      return min<f32>(x, y);
    case SQUARED_DIFFERENCE:
      return (x - y) * (x - y);
    default:
      return 0;
  }
}

function compareRow(op: i32, a: usize, stepA: usize, b: usize, stepB: usize, out: usize, n: i32): void {
  const one = i8x16.splat(1);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    let x0 = v128.load(a),
      x1 = v128.load(a + stepA),
      x2 = v128.load(a + 2 * stepA),
      x3 = v128.load(a + 3 * stepA);
    const y0 = v128.load(b),
      y1 = v128.load(b + stepB),
      y2 = v128.load(b + 2 * stepB),
      y3 = v128.load(b + 3 * stepB);
    switch (op) {
      case GREATER:
        x0 = f32x4.gt(x0, y0);
        x1 = f32x4.gt(x1, y1);
        x2 = f32x4.gt(x2, y2);
        x3 = f32x4.gt(x3, y3);
        break;
      case GREATER_EQUAL:
        x0 = f32x4.ge(x0, y0);
        x1 = f32x4.ge(x1, y1);
        x2 = f32x4.ge(x2, y2);
        x3 = f32x4.ge(x3, y3);
        break;
      case LESS:
        x0 = f32x4.lt(x0, y0);
        x1 = f32x4.lt(x1, y1);
        x2 = f32x4.lt(x2, y2);
        x3 = f32x4.lt(x3, y3);
        break;
      case LESS_EQUAL:
        x0 = f32x4.le(x0, y0);
        x1 = f32x4.le(x1, y1);
        x2 = f32x4.le(x2, y2);
        x3 = f32x4.le(x3, y3);
        break;
      case EQUAL:
        x0 = f32x4.eq(x0, y0);
        x1 = f32x4.eq(x1, y1);
        x2 = f32x4.eq(x2, y2);
        x3 = f32x4.eq(x3, y3);
        break;
      default:
        x0 = f32x4.ne(x0, y0);
        x1 = f32x4.ne(x1, y1);
        x2 = f32x4.ne(x2, y2);
        x3 = f32x4.ne(x3, y3);
    }
    const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(x0, x1), i16x8.narrow_i32x4_s(x2, x3));
    v128.store(out, v128.and(bytes, one));
    a += 4 * stepA;
    b += 4 * stepB;
    out += 16;
  }
  for (; i < n; i++) {
    store<u8>(out, compareOne(op, load<f32>(a), load<f32>(b)) ? 1 : 0);
    a += stepA >> 2;
    b += stepB >> 2;
    out += 1;
  }
}

function compareOne(op: i32, x: f32, y: f32): bool {
  switch (op) {
    case GREATER:
      return x > y;
    case GREATER_EQUAL:
      return x >= y;
    case LESS:
      return x < y;
    case LESS_EQUAL:
      return x <= y;
    case EQUAL:
      return x == y;
    case NOT_EQUAL:
      return x != y;
    default:
      return false;
  }
}
