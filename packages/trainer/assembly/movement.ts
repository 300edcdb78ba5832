// Copying: gather, slice, concat, pad, tile and transposes, for elements of any size (sizes are in bytes).

function copy(to: usize, from: usize, bytes: usize): void {
  // A call of memory.copy costs more than the move of a short row.
  if (bytes == 4) {
    store<u32>(to, load<u32>(from));
  } else if (bytes <= 256 && (bytes & 15) == 0) {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
  } else {
    memory.copy(to, from, bytes);
  }
}

/** Copies a box of d0 x d1 x d2 x d3 rows of `row` bytes; strides of both sides are in bytes, 0 repeats. */
export function copyBox(
  from: usize,
  to: usize,
  row: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  d3: i32,
  f0: usize,
  f1: usize,
  f2: usize,
  f3: usize,
  t0: usize,
  t1: usize,
  t2: usize,
  t3: usize,
): void {
  for (let i = 0; i < d0; i++) {
    for (let j = 0; j < d1; j++) {
      for (let k = 0; k < d2; k++) {
        let source = from + <usize>i * f0 + <usize>j * f1 + <usize>k * f2;
        let target = to + <usize>i * t0 + <usize>j * t1 + <usize>k * t2;
        if (row == 4 && f3 == 0 && t3 == 4) {
          repeat(target, source, d3);
          continue;
        }
        for (let l = 0; l < d3; l++) {
          copy(target, source, row);
          source += f3;
          target += t3;
        }
      }
    }
  }
}

/** Writes one element of 4 bytes n times. */
function repeat(to: usize, from: usize, n: i32): void {
  const value = v128.load32_splat(from);
  for (; n >= 4; n -= 4, to += 16) v128.store(to, value);
  for (; n > 0; n--, to += 4) store<u32>(to, load<u32>(from));
}

/** Gathers rows: x is [batch, outer, size, row], indices [batch, count] int32, out [batch, outer, count, row]. */
export function gather(x: usize, indices: usize, out: usize, batch: i32, outer: i32, size: i32, count: i32, row: usize): void {
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count; i++) {
        copy(out, x + <usize>load<i32>(indices + ((<usize>i) << 2)) * row, row);
        out += row;
      }
      x += <usize>size * row;
    }
    indices += (<usize>count) << 2;
  }
}

/** The first position of an index outside 0..size-1, or -1. */
export function findOutOfRange(indices: usize, count: i32, size: i32): i32 {
  for (let i = 0; i < count; i++) {
    const index = load<i32>(indices + ((<usize>i) << 2));
    if (index < 0 || index >= size) return i;
  }
  return -1;
}

/** out[ids[i]] += values[i] over rows of `row` float32; `out` is [segments, row]; a negative id is left out. */
export function segmentSum(values: usize, ids: usize, out: usize, count: i32, row: i32, segments: i32): void {
  memory.fill(out, 0, (<usize>(segments * row)) << 2);
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + ((<usize>i) << 2));
    if (id >= 0) {
      const to = out + ((<usize>(id * row)) << 2);
      let j = 0;
      for (; j + 4 <= row; j += 4) {
        const at = (<usize>j) << 2;
        v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(values + at)));
      }
      for (; j < row; j++) {
        const at = (<usize>j) << 2;
        store<f32>(to + at, load<f32>(to + at) + load<f32>(values + at));
      }
    }
    values += (<usize>row) << 2;
  }
}

/** Swaps the last two axes of [batch, rows, columns] of 4-byte elements. */
export function transposeMatrices(from: usize, to: usize, batch: i32, rows: i32, columns: i32): void {
  const fromBytes = (<usize>columns) << 2;
  const toBytes = (<usize>rows) << 2;
  for (let b = 0; b < batch; b++) {
    // Bands of 16 rows fill whole cache lines of the target, whose rows may be far apart.
    for (let band = 0; band < rows; band += 16) {
      const end = min(rows, band + 16);
      let j = 0;
      for (; j + 4 <= columns; j += 4) {
        let i = band;
        for (; i + 4 <= end; i += 4) {
          transposeTile(from + <usize>i * fromBytes + ((<usize>j) << 2), fromBytes, to + <usize>j * toBytes + ((<usize>i) << 2), toBytes);
        }
        transposeRest(from, to, rows, columns, i, end, j, j + 4);
      }
      transposeRest(from, to, rows, columns, band, end, j, columns);
    }
    from += <usize>rows * fromBytes;
    to += <usize>rows * fromBytes;
  }
}

function transposeRest(from: usize, to: usize, rows: i32, columns: i32, i0: i32, i1: i32, j0: i32, j1: i32): void {
  for (let i = i0; i < i1; i++) {
    for (let j = j0; j < j1; j++) {
      store<u32>(to + ((<usize>(j * rows + i)) << 2), load<u32>(from + ((<usize>(i * columns + j)) << 2)));
    }
  }
}

/** Transposes one 4x4 tile of 4-byte elements; row strides in bytes. */
export function transposeTile(from: usize, fromBytes: usize, to: usize, toBytes: usize): void {
  const r0 = v128.load(from),
    r1 = v128.load(from + fromBytes);
  const r2 = v128.load(from + 2 * fromBytes),
    r3 = v128.load(from + 3 * fromBytes);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
    low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7),
    high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + toBytes, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * toBytes, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * toBytes, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** out[i] = condition[i] ? whenTrue[i] : whenFalse[i]; condition has 1 byte, the others 4 bytes an element. */
export function select4(condition: usize, whenTrue: usize, whenFalse: usize, out: usize, count: i32): void {
  let i = 0;
  const zero = i32x4.splat(0);
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(condition + <usize>i)));
    v128.store(out + at, v128.bitselect(v128.load(whenTrue + at), v128.load(whenFalse + at), i32x4.ne(wide, zero)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<u32>(out + at, load<u8>(condition + <usize>i) ? load<u32>(whenTrue + at) : load<u32>(whenFalse + at));
  }
}
