// Packing for the matrix product: rearranges blocks of A and B so that the register tile reads them in a row.
// Where a block does not fill the last panel, the panel is padded with zeros.

import { transposeTile } from './movement';

/** Rows of the register tile. */
export const MR: i32 = 6;
/** Columns of the register tile. */
export const NR: i32 = 8;

/** Packs kc x nc of row-major `b` (row length ldb) into panels of 8 columns. */
export function packB(b: usize, ldb: i32, nc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>ldb) << 2;
  for (let j = 0; j < nc; j += NR) {
    let from = b + ((<usize>j) << 2);
    const width = min(NR, nc - j);
    for (let p = 0; p < kc; p++) {
      if (width == NR) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let x = 0; x < NR; x++) store<f32>(to + ((<usize>x) << 2), x < width ? load<f32>(from + ((<usize>x) << 2)) : 0);
      }
      from += rowBytes;
      to += NR * 4;
    }
  }
}

/** Packs the same from a `b` that is stored transposed, [n, k]. */
export function packBTransposed(b: usize, ldb: i32, nc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>ldb) << 2;
  for (let j = 0; j < nc; j += NR) {
    const from = b + <usize>j * rowBytes;
    const width = min(NR, nc - j);
    let p = 0;
    if (width == NR) {
      for (; p + 4 <= kc; p += 4) {
        const at = to + <usize>(p * NR * 4);
        transposeTile(from + ((<usize>p) << 2), rowBytes, at, NR * 4);
        transposeTile(from + ((<usize>p) << 2) + 4 * rowBytes, rowBytes, at + 16, NR * 4);
      }
    }
    for (; p < kc; p++) {
      for (let x = 0; x < NR; x++) {
        store<f32>(to + ((<usize>(p * NR + x)) << 2), x < width ? load<f32>(from + <usize>x * rowBytes + ((<usize>p) << 2)) : 0);
      }
    }
    to += <usize>(kc * NR * 4);
  }
}

/** Packs mc x kc of row-major `a` (row length lda) into panels of 6 rows. */
export function packA(a: usize, lda: i32, mc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>lda) << 2;
  for (let i = 0; i < mc; i += MR) {
    const height = min(MR, mc - i);
    let r0 = a + <usize>i * rowBytes;
    if (height == MR) {
      let r1 = r0 + rowBytes,
        r2 = r1 + rowBytes,
        r3 = r2 + rowBytes,
        r4 = r3 + rowBytes,
        r5 = r4 + rowBytes;
      let p = 0;
      for (; p + 4 <= kc; p += 4) {
        packTile(r0, r1, r2, r3, r4, r5, to);
        r0 += 16;
        r1 += 16;
        r2 += 16;
        r3 += 16;
        r4 += 16;
        r5 += 16;
        to += MR * 16;
      }
      for (; p < kc; p++) {
        store<f32>(to, load<f32>(r0));
        store<f32>(to, load<f32>(r1), 4);
        store<f32>(to, load<f32>(r2), 8);
        store<f32>(to, load<f32>(r3), 12);
        store<f32>(to, load<f32>(r4), 16);
        store<f32>(to, load<f32>(r5), 20);
        r0 += 4;
        r1 += 4;
        r2 += 4;
        r3 += 4;
        r4 += 4;
        r5 += 4;
        to += MR * 4;
      }
    } else {
      for (let p = 0; p < kc; p++) {
        for (let x = 0; x < MR; x++) store<f32>(to + ((<usize>x) << 2), x < height ? load<f32>(r0 + <usize>x * rowBytes) : 0);
        r0 += 4;
        to += MR * 4;
      }
    }
  }
}

/** Four columns of six rows, interleaved. */
function packTile(r0: usize, r1: usize, r2: usize, r3: usize, r4: usize, r5: usize, to: usize): void {
  const x0 = v128.load(r0),
    x1 = v128.load(r1),
    x2 = v128.load(r2),
    x3 = v128.load(r3);
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5),
    low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7),
    high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  const x4 = v128.load(r4),
    x5 = v128.load(r5);
  const low45 = v128.shuffle<f32>(x4, x5, 0, 4, 1, 5),
    high45 = v128.shuffle<f32>(x4, x5, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store64_lane(to, low45, 0, 16);
  v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 24);
  v128.store64_lane(to, low45, 1, 40);
  v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 48);
  v128.store64_lane(to, high45, 0, 64);
  v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 72);
  v128.store64_lane(to, high45, 1, 88);
}

/** Packs the same from an `a` that is stored transposed, [k, m]. */
export function packATransposed(a: usize, lda: i32, mc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>lda) << 2;
  for (let i = 0; i < mc; i += MR) {
    const height = min(MR, mc - i);
    let from = a + ((<usize>i) << 2);
    for (let p = 0; p < kc; p++) {
      if (height == MR) {
        v128.store(to, v128.load(from));
        store<u64>(to, load<u64>(from, 16), 16);
      } else {
        for (let x = 0; x < MR; x++) store<f32>(to + ((<usize>x) << 2), x < height ? load<f32>(from + ((<usize>x) << 2)) : 0);
      }
      from += rowBytes;
      to += MR * 4;
    }
  }
}
